using System.ComponentModel.DataAnnotations;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>The stock of a SKU.</summary>
/// <param name="Sku">Which.</param>
/// <param name="OnHand">What lies at all locations.</param>
/// <param name="Held">What is kept for orders, of that or of what is still to come.</param>
/// <param name="Available">What can still be sold of what is there; negative while more is promised than there is.</param>
/// <param name="BackOrdered">What of the held is promised and has not come.</param>
/// <param name="InTransit">On its way between locations.</param>
/// <param name="Levels">By location.</param>
/// <param name="Transits">The transfers that have not arrived.</param>
/// <param name="Policy">Whether more may be sold than there is.</param>
/// <param name="Reorder">When it is to be bought again.</param>
public sealed record StockResource(
    Sku Sku, int OnHand, int Held, int Available, int BackOrdered, int InTransit, IReadOnlyList<StockLevelResource> Levels, IReadOnlyList<StockTransit> Transits, StockPolicy Policy,
    IReadOnlyList<ReorderRule> Reorder)
{
    internal static StockResource From(StockItem item) => new(
        item.Sku, item.OnHand, item.Held, item.Available, item.BackOrdered, item.InTransit,
        [.. item.Levels.Select(level => new StockLevelResource(level.Location, level.OnHand, level.Held, level.Free))], item.Transits, item.Policy, item.Reorder);
}

/// <param name="Location">Its id.</param>
/// <param name="OnHand">What lies there.</param>
/// <param name="Held">What of it is kept for orders.</param>
/// <param name="Free">What is kept for nobody.</param>
public sealed record StockLevelResource(string Location, int OnHand, int Held, int Free);

/// <param name="Quantity">How many came.</param>
/// <param name="Reference">The delivery note's number.</param>
/// <param name="Location">Where; the default location when absent.</param>
/// <param name="Note">For whoever reads the movements.</param>
public sealed record StockReceipt(
    [property: Range(1, StockItem.Most)] int Quantity,
    [property: RegularExpression(StockReferences.Pattern), StringLength(StockReferences.MaxLength, MinimumLength = 1)] string Reference,
    [property: RegularExpression(Inventory.Location.IdPattern), StringLength(Inventory.Location.MaxIdLength)] string? Location = null,
    [property: StringLength(200)] string? Note = null);

/// <param name="Quantity">How many more, or negative how many fewer.</param>
/// <param name="Reason">Why.</param>
/// <param name="Reference">Makes it happen once.</param>
/// <param name="Location">Where; the default location when absent.</param>
/// <param name="Note">For whoever reads the movements.</param>
public sealed record StockAdjustment(
    [property: Range(-StockItem.Most, StockItem.Most)] int Quantity,
    StockReason Reason,
    [property: RegularExpression(StockReferences.Pattern), StringLength(StockReferences.MaxLength, MinimumLength = 1)] string Reference,
    [property: RegularExpression(Inventory.Location.IdPattern), StringLength(Inventory.Location.MaxIdLength)] string? Location = null,
    [property: StringLength(200)] string? Note = null);

/// <param name="Counted">What was found.</param>
/// <param name="Reference">Of the count: makes it happen once.</param>
/// <param name="Expected">What was to be found when the counting began; what is on hand now when absent.</param>
/// <param name="Location">Where; the default location when absent.</param>
/// <param name="Reason">Why it differs, where somebody knows.</param>
/// <param name="Note">For whoever reads the movements.</param>
public sealed record StockCount(
    [property: Range(0, StockItem.Most)] int Counted,
    [property: RegularExpression(StockReferences.Pattern), StringLength(StockReferences.MaxLength, MinimumLength = 1)] string Reference,
    [property: Range(0, StockItem.Most)] int? Expected = null,
    [property: RegularExpression(Inventory.Location.IdPattern), StringLength(Inventory.Location.MaxIdLength)] string? Location = null,
    StockReason? Reason = null,
    [property: StringLength(200)] string? Note = null);

/// <param name="From">A location's id.</param>
/// <param name="To">Another location's id.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Reference">Both movements carry it; makes it happen once.</param>
/// <param name="Travels">Whether they arrive later.</param>
/// <param name="Note">For whoever reads the movements.</param>
public sealed record StockTransfer(
    [property: RegularExpression(Location.IdPattern), StringLength(Location.MaxIdLength)] string From,
    [property: RegularExpression(Location.IdPattern), StringLength(Location.MaxIdLength)] string To,
    [property: Range(1, StockItem.Most)] int Quantity,
    [property: RegularExpression(StockReferences.Pattern), StringLength(StockReferences.MaxLength, MinimumLength = 1)] string Reference,
    bool Travels = false,
    [property: StringLength(200)] string? Note = null);

/// <summary>What names a movement for those who ask for it: it becomes part of a row's key.</summary>
internal static class StockReferences
{
    public const string Pattern = "^[A-Za-z0-9._-]+$";

    public const int MaxLength = 64;

    public static bool IsValid(string text) => text.Length is > 0 and <= MaxLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
