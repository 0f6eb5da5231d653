using Shop.Common;

namespace Shop.Inventory;

/// <summary>Sells what an order holds: it leaves what is on hand, as a movement of kind <c>sale</c>. Once, however often it runs.</summary>
public sealed class CommitHolds(StockChanges stock, TimeProvider clock)
{
    /// <returns>409 <c>stock.hold-missing</c> or <c>stock.hold-released</c> when the order does not hold a line; lines before it are sold.</returns>
    public async Task<Result<StockLine[]>> Run(string orderId, IReadOnlyList<StockLine> lines, CancellationToken cancellationToken)
    {
        StockLine[] sums = StockLines.Sum(lines);
        foreach (StockLine line in sums)
        {
            Result<StockLevel> sold = await stock.Run(line.Sku, orderId, holdExists: true, reference: null, state => Decide(line.Sku, orderId, state), cancellationToken);
            if (sold.Problem is { } problem) return problem;
        }
        return sums;
    }

    private Result<StockChange?> Decide(Sku sku, string orderId, StockState state) => state.Hold?.Value switch
    {
        null => InventoryProblems.HoldMissing,
        { Status: StockHoldStatus.Released } => InventoryProblems.HoldReleased,
        { Status: StockHoldStatus.Committed } => (StockChange?)null,
        { } hold => state.LevelOrNone(sku).Commit(hold.Quantity).Map(level => (StockChange?)new StockChange(
            level,
            hold with { Status = StockHoldStatus.Committed, At = clock.GetUtcNow() },
            new StockMovement(level.Version, StockMovementKind.Sale, -hold.Quantity, level.OnHand, orderId, null, clock.GetUtcNow()))),
    };
}
