using Shop.Common;

namespace Shop.Inventory;

/// <summary>Every refusal of this module.</summary>
public static class InventoryProblems
{
    public static Problem Insufficient { get; } = new(409, "stock.insufficient", "There is not enough in stock.");

    public static Problem BelowHeld { get; } = new(409, "stock.below-held", "That would leave less than is held for orders.");

    public static Problem TooMuch { get; } = new(422, "stock.too-much", $"One SKU holds at most {StockLevel.Most}.");

    /// <summary>The order gave its stock back already: a late repeat of the hold must not take it again.</summary>
    public static Problem HoldReleased { get; } = new(409, "stock.hold-released", "The order's stock was given back.");

    /// <summary>What was sold comes back by a return.</summary>
    public static Problem HoldCommitted { get; } = new(409, "stock.hold-committed", "The order's stock was sold.");

    /// <summary>The order holds less, or was never given any.</summary>
    public static Problem HoldMissing { get; } = new(409, "stock.hold-missing", "The order holds no stock of this SKU.");

    /// <summary>Level and hold do not fit together: they were read at two moments. Never told to anybody.</summary>
    internal static Problem Inconsistent { get; } = new(500, "stock.inconsistent", "Level and hold were read at two moments.");

    /// <summary>Other instances changed the same SKU all the time.</summary>
    public static Problem Busy { get; } = new(503, "stock.busy", "The stock of this SKU is changing too quickly; try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
}
