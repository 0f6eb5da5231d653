using System.ComponentModel.DataAnnotations;

namespace Shop.Inventory;

/// <summary>Section <c>Inventory</c>.</summary>
public sealed class InventoryOptions
{
    /// <summary>How many changes of one SKU are committed in one transaction at most; 1 commits each alone.</summary>
    [Range(1, 99)]
    public int CommitTogether { get; init; } = 99;

    /// <summary>Who is told of low stock and of figures that do not add up; empty tells nobody by mail, events are published all the same.</summary>
    [RegularExpression("^$|^[^@\\s]+@[^@\\s]+$", ErrorMessage = "Inventory__AlertEmail must be an e-mail address, or be empty.")]
    public string AlertEmail { get; init; } = "";

    /// <summary>From how many days of sales the speed of selling is taken.</summary>
    [Range(1, 365)]
    public int VelocityDays { get; init; } = 30;

    /// <summary>From ordering goods to receiving them, where a SKU does not say otherwise.</summary>
    [Range(0, 365)]
    public int LeadTimeDays { get; init; } = 7;

    /// <summary>For how many days beyond the lead time is bought, where a SKU has no target of its own.</summary>
    [Range(1, 365)]
    public int CoverDays { get; init; } = 30;

    /// <summary>What lasts longer than this at the present speed is overstock.</summary>
    [Range(1, 3650)]
    public int OverstockDays { get; init; } = 180;

    /// <summary>What has lain for so long without being sold is dead stock.</summary>
    [Range(1, 3650)]
    public int DeadStockDays { get; init; } = 90;
}
