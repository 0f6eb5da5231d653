using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Sells what an order holds: it leaves what is on hand, as a movement of kind <c>sale</c> for each place it lies at. Once, however often it
/// runs. What was promised stays promised, and is sold when it comes.
/// </summary>
public sealed class CommitHolds(StockChanges stock, TimeProvider clock)
{
    /// <returns>Whether some of it was promised and has not come; or 409 <c>stock.hold-missing</c> or <c>stock.hold-released</c> when the order does not hold a line; lines before it are sold.</returns>
    public async Task<Result<bool>> Run(string orderId, IReadOnlyList<StockLine> lines, CancellationToken cancellationToken)
    {
        bool waits = false;
        foreach (StockLine line in StockLines.Sum(lines))
        {
            bool lineWaits = false;
            Result<StockItem> sold = await stock.Run(
                line.Sku, orderId, holdExists: true, reference: null,
                state =>
                {
                    lineWaits = state.Hold?.Value.BackOrdered > 0;
                    return Decide(orderId, state);
                },
                cancellationToken);
            if (sold.Problem is { } problem) return problem;
            waits |= lineWaits;
        }
        return waits;
    }

    private Result<StockChange?> Decide(string orderId, StockState state)
    {
        if (state.Hold?.Value is not { } hold) return InventoryProblems.HoldMissing;
        if (hold.Status is StockHoldStatus.Released or StockHoldStatus.Expired) return InventoryProblems.HoldReleased;
        if (hold.Status == StockHoldStatus.Committed) return (StockChange?)null;
        DateTimeOffset now = clock.GetUtcNow();
        return StockMovements.Add(
            state.Item.Commit(hold.Shares), StockMovementKind.Sale, [.. hold.Shares.Select(share => share with { Quantity = -share.Quantity })], orderId, StockMovement.System, now,
            hold with { Status = StockHoldStatus.Committed, At = now });
    }
}
