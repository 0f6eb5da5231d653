using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Gives back what an order holds; once, however often it runs. Where the order holds nothing it leaves a released hold of none behind, so
/// that a hold that comes late, from a repeated step, is refused instead of keeping goods for an order that is over.
/// </summary>
public sealed class ReleaseHolds(StockChanges stock, FillBackOrders fill, TimeProvider clock)
{
    /// <returns>409 <c>stock.hold-committed</c> when a line was sold already: that is undone by a return, not by a release.</returns>
    public async Task<Result<StockLine[]>> Run(string orderId, IReadOnlyList<StockLine> lines, CancellationToken cancellationToken)
    {
        StockLine[] sums = StockLines.Sum(lines);
        foreach (StockLine line in sums)
            if ((await Run(line.Sku, orderId, StockHoldStatus.Released, cancellationToken)).Problem is { } problem) return problem;
        return sums;
    }

    /// <summary>Gives back one SKU; <paramref name="because"/> tells whether the order ended or was found to be gone.</summary>
    internal async Task<Result<StockItem>> Run(Sku sku, string orderId, StockHoldStatus because, CancellationToken cancellationToken)
    {
        Result<StockItem> released = await stock.Run(sku, orderId, holdExists: true, reference: null, state => Decide(orderId, because, state), cancellationToken);
        await fill.Run(released, cancellationToken);
        return released;
    }

    private Result<StockChange?> Decide(string orderId, StockHoldStatus because, StockState state) => state.Hold?.Value switch
    {
        { Status: StockHoldStatus.Committed } => InventoryProblems.HoldCommitted,
        { Status: StockHoldStatus.Released or StockHoldStatus.Expired } => (StockChange?)null,
        { } hold => new StockChange(state.Item.Release(hold), hold with { Status = because, BackOrdered = 0, At = clock.GetUtcNow() }),
        null => new StockChange(state.Item, new StockHold(orderId, 0, because, clock.GetUtcNow())),
    };
}
