using Shop.Catalog;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Brings goods from one location to another: two movements under one reference. They are made together, or, where the goods travel, the
/// second when they have arrived; until then they are in transit, on hand nowhere.
/// </summary>
public sealed class TransferStock(StockChanges stock, MoveStock move, FillBackOrders fill, KnownStock known, TimeProvider clock)
{
    private const string What = "transfer|";

    /// <param name="sku">What is brought.</param>
    /// <param name="quantity">How many, from 1; what is held for orders at the first location stays there.</param>
    /// <param name="from">A location's id.</param>
    /// <param name="to">Another open location's id.</param>
    /// <param name="travels">Whether they arrive later, as <see cref="Arrive"/> tells.</param>
    /// <param name="entry">Under which reference, and by whom.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<StockItem>> Run(Sku sku, int quantity, string from, string to, bool travels, StockEntry entry, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantity);
        if (!await known.Has(sku, cancellationToken)) return CatalogProblems.SkuUnknown;
        if (from == to) return InventoryProblems.SameLocation;
        if ((await move.Check(from, brings: false, cancellationToken) ?? await move.Check(to, brings: true, cancellationToken)) is { } problem) return problem;
        var claim = new StockClaim(entry.Reference, $"{What}{quantity}|{from}|{to}|{travels}");
        Result<StockItem> moved = await stock.Run(sku, null, holdExists: false, entry.Reference, state =>
            state.Repeated(claim.What) ?? state.Item.Move(from, -quantity).Then(left => Leave(left, quantity, from, to, travels, entry, claim)), cancellationToken);
        await fill.Run(moved, cancellationToken);
        return moved;
    }

    /// <summary>The goods of a transfer have come. Again changes nothing.</summary>
    public async Task<Result<StockItem>> Arrive(Sku sku, string reference, string actor, CancellationToken cancellationToken)
    {
        Result<StockItem> moved = await stock.Run(sku, null, holdExists: true, reference, state =>
        {
            if (state.Item.Transits.FirstOrDefault(transit => transit.Reference == reference) is not { } transit)
                return Travelled(state.Reference) ? (StockChange?)null : InventoryProblems.TransferUnknown;
            StockItem here = state.Item with { Transits = [.. state.Item.Transits.Where(other => other != transit)] };
            return here.Move(transit.To, transit.Quantity).Map(item => (StockChange?)StockMovements.Add(
                item, StockMovementKind.TransferIn, [new StockShare(transit.To, transit.Quantity)], reference, actor, clock.GetUtcNow()));
        }, cancellationToken);
        await fill.Run(moved, cancellationToken);
        return moved;
    }

    /// <summary>Receipts, counts and transfers that arrived at once have references too, and nothing of theirs is under way.</summary>
    private static bool Travelled(StockReference? reference) => reference is { } used && used.What.StartsWith(What, StringComparison.Ordinal) && used.What.EndsWith($"|{true}", StringComparison.Ordinal);

    private Result<StockChange?> Leave(StockItem left, int quantity, string from, string to, bool travels, StockEntry entry, StockClaim claim)
    {
        DateTimeOffset now = clock.GetUtcNow();
        StockChange gone = StockMovements.Add(left, StockMovementKind.TransferOut, [new StockShare(from, -quantity)], entry.Reference, entry.Actor, now, note: entry.Note) with { Claim = claim };
        if (travels)
            return left.Transits.Count >= StockItem.MostTransits
                ? InventoryProblems.TooManyTransfers
                : gone with { Item = gone.Item with { Transits = [.. left.Transits, new StockTransit(entry.Reference, from, to, quantity, now)] } };
        return gone.Item.Move(to, quantity).Map(item =>
        {
            StockChange come = StockMovements.Add(item, StockMovementKind.TransferIn, [new StockShare(to, quantity)], entry.Reference, entry.Actor, now, note: entry.Note);
            return (StockChange?)(come with { Movements = [.. gone.Movements!, .. come.Movements!], Claim = claim });
        });
    }
}
