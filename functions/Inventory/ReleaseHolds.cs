using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Gives back what an order holds; once, however often it runs. Where the order holds nothing it leaves a released hold of none behind, so
/// that a hold that comes late, from a repeated step, is refused instead of keeping goods for an order that is over.
/// </summary>
public sealed class ReleaseHolds(StockChanges stock, TimeProvider clock)
{
    /// <returns>409 <c>stock.hold-committed</c> when a line was sold already: that is undone by a return, not by a release.</returns>
    public async Task<Result<StockLine[]>> Run(string orderId, IReadOnlyList<StockLine> lines, CancellationToken cancellationToken)
    {
        StockLine[] sums = StockLines.Sum(lines);
        foreach (StockLine line in sums)
        {
            Result<StockLevel> released = await stock.Run(line.Sku, orderId, holdExists: true, reference: null, state => Decide(line.Sku, orderId, state), cancellationToken);
            if (released.Problem is { } problem) return problem;
        }
        return sums;
    }

    private Result<StockChange?> Decide(Sku sku, string orderId, StockState state) => state.Hold?.Value switch
    {
        { Status: StockHoldStatus.Committed } => InventoryProblems.HoldCommitted,
        { Status: StockHoldStatus.Released } => (StockChange?)null,
        { } hold => state.LevelOrNone(sku).Release(hold.Quantity)
            .Map(level => (StockChange?)new StockChange(level, hold with { Status = StockHoldStatus.Released, At = clock.GetUtcNow() })),
        null => new StockChange(state.LevelOrNone(sku), new StockHold(orderId, 0, StockHoldStatus.Released, clock.GetUtcNow())),
    };
}
