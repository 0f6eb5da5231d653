using Shop.Catalog;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>What staff does to what is on hand, beside what it is about.</summary>
/// <param name="Reference">Such as a delivery note's number: makes it happen once for a SKU.</param>
/// <param name="Note">For whoever reads the movements.</param>
/// <param name="Actor">Who does it.</param>
public sealed record StockEntry(string Reference, string? Note, string Actor);

/// <summary>Goods came in. Orders that wait for them get theirs at once.</summary>
public sealed class ReceiveStock(MoveStock move)
{
    /// <param name="sku">What came.</param>
    /// <param name="quantity">How many, from 1.</param>
    /// <param name="location">Where; <c>null</c> at the default location.</param>
    /// <param name="entry">Under which reference, and by whom.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<StockItem>> Run(Sku sku, int quantity, string? location, StockEntry entry, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantity);
        return move.Run(sku, location, brings: true, entry, $"receipt|{quantity}|{location}", (item, place) => (quantity, StockMovementKind.Receipt, null), cancellationToken);
    }
}

/// <summary>Staff corrects what is on hand, up or down, and says why.</summary>
public sealed class AdjustStock(MoveStock move)
{
    public Task<Result<StockItem>> Run(Sku sku, int quantity, StockReason reason, string? location, StockEntry entry, CancellationToken cancellationToken) =>
        move.Run(sku, location, brings: quantity > 0, entry, $"adjustment|{quantity}|{reason}|{location}", (item, place) => (quantity, StockMovementKind.Adjustment, reason), cancellationToken);
}

/// <summary>
/// Staff has counted what lies at a location; the difference becomes a movement. Where it is said what was expected, the difference is taken
/// from that: what was sold or received between looking up and counting stays sold or received.
/// </summary>
public sealed class CountLocation(MoveStock move)
{
    /// <param name="sku">What was counted.</param>
    /// <param name="counted">What was found.</param>
    /// <param name="expected">What was to be found; <c>null</c> for what is on hand now.</param>
    /// <param name="reason">Why it differs, where somebody knows.</param>
    /// <param name="location">Where; <c>null</c> at the default location.</param>
    /// <param name="entry">Under which reference, and by whom.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<StockItem>> Run(Sku sku, int counted, int? expected, StockReason? reason, string? location, StockEntry entry, CancellationToken cancellationToken) =>
        move.Run(
            sku, location, brings: false, entry, $"count|{counted}|{expected}|{location}|{reason}",
            (item, place) => (counted - (expected ?? item.At(place).OnHand), StockMovementKind.Count, reason), cancellationToken);
}

/// <summary>One movement at one location, made once under its reference.</summary>
public sealed class MoveStock(StockChanges stock, LocationStore locations, LocationDirectory directory, FillBackOrders fill, KnownStock known, TimeProvider clock)
{
    internal async Task<Result<StockItem>> Run(
        Sku sku, string? location, bool brings, StockEntry entry, string what, Func<StockItem, string, (int Quantity, StockMovementKind Kind, StockReason? Reason)> decide, CancellationToken cancellationToken)
    {
        if (!await known.Has(sku, cancellationToken)) return CatalogProblems.SkuUnknown;
        if (await Check(location, brings, cancellationToken) is { } problem) return problem;
        string place = location ?? directory.Default;
        Result<StockItem> moved = await stock.Run(sku, null, holdExists: false, entry.Reference, state =>
        {
            if (state.Repeated(what) is { } repeated) return repeated;
            (int quantity, StockMovementKind kind, StockReason? reason) = decide(state.Item, place);
            return state.Item.Move(place, quantity).Map(item => (StockChange?)(StockMovements.Add(
                item, kind, [new StockShare(place, quantity)], entry.Reference, entry.Actor, clock.GetUtcNow(), reason: reason, note: entry.Note) with { Claim = new StockClaim(entry.Reference, what) }));
        }, cancellationToken);
        await fill.Run(moved, cancellationToken);
        return moved;
    }

    /// <summary>Whether goods can be there, by the table and not by what this instance remembers; nothing is asked where no place was named.</summary>
    internal async Task<Problem?> Check(string? location, bool brings, CancellationToken cancellationToken)
    {
        if (location is null) return null;
        if (await locations.Find(location, cancellationToken) is not { Value: var known }) return InventoryProblems.LocationUnknown;
        return brings && !known.Open ? InventoryProblems.LocationClosed : null;
    }
}
