using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Sells what an order holds: it leaves what is on hand, as a movement of kind <c>sale</c> for each place it lies at. Once, however often it
/// runs. What was promised stays promised, and is sold when it comes.
/// </summary>
public sealed class CommitHolds(StockChanges stock, TimeProvider clock)
{
    /// <returns>Whether some of it was promised and has not come, and whether it lies at several places; or 409 <c>stock.hold-missing</c> or <c>stock.hold-released</c> when the order does not hold a line; lines before it are sold.</returns>
    public async Task<Result<GoodsSold>> Run(string orderId, IReadOnlyList<StockLine> lines, CancellationToken cancellationToken)
    {
        bool waits = false;
        HashSet<string> places = new(StringComparer.Ordinal);
        foreach (StockLine line in StockLines.Sum(lines))
        {
            bool lineWaits = false;
            IReadOnlyList<StockShare> taken = [];
            Result<StockItem> sold = await stock.Run(
                line.Sku, orderId, holdExists: true, reference: null,
                state =>
                {
                    lineWaits = state.Hold?.Value.BackOrdered > 0;
                    taken = state.Hold?.Value.Shares ?? [];
                    return Decide(orderId, state);
                },
                cancellationToken);
            if (sold.Problem is { } problem) return problem;
            waits |= lineWaits;
            places.UnionWith(taken.Select(share => share.Location));
        }
        return new GoodsSold(waits, places.Count > 1) { Place = places.Count == 1 ? places.Single() : null };
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

/// <param name="Waits">Some of it was promised, and has not come.</param>
/// <param name="Scattered">It lies at several places.</param>
public sealed record GoodsSold(bool Waits, bool Scattered)
{
    /// <summary>The one place where all of it lies that has come.</summary>
    public string? Place { get; init; }
}
