using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// The one way stock changes: recall, decide, write; where the guess was wrong, read, decide and write again. The usual case costs one
/// storage operation. A refusal, or "done already", is only ever said of what was read, never of what was recalled.
/// </summary>
public sealed class StockChanges(InventoryStore store, AvailabilityFeed feed, TimeProvider clock)
{
    private const int MostAttempts = 12;
    private readonly KeyedLock _oneAtATime = new();

    /// <param name="sku">Whose stock.</param>
    /// <param name="orderId">Whose hold, if it is about one.</param>
    /// <param name="holdExists">Whether the order is expected to have a hold already.</param>
    /// <param name="reference">Under which the movement is made once, if it has one.</param>
    /// <param name="decide">What to write; a <c>null</c> change when it was done already. Called again with newer state after a conflict.</param>
    /// <param name="cancellationToken">Stops between attempts; a write that was sent may have happened.</param>
    internal async Task<Result<StockLevel>> Run(
        Sku sku, string? orderId, bool holdExists, string? reference, Func<StockState, Result<StockChange?>> decide, CancellationToken cancellationToken)
    {
        bool consistent = true;
        using IDisposable turn = await _oneAtATime.Enter(sku.Value, cancellationToken);
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            bool certain = attempt > 0;
            StockState state = certain
                ? await store.Read(sku, orderId, reference, cancellationToken)
                : await store.Recall(sku, orderId, holdExists, cancellationToken);
            Result<StockChange?> decision = decide(state);
            consistent = decision.Problem != InventoryProblems.Inconsistent;
            if (decision.Ok && decision.Value is { } change)
            {
                if (await store.TryWrite(sku, state, change, orderId, cancellationToken))
                {
                    feed.Announce(change.Level);
                    return change.Level;
                }
                if (attempt > 0) await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(2, 10 * (attempt + 1))), clock, cancellationToken);
            }
            else if (certain && consistent)
            {
                // Said again, because whoever changed it may have died before it was announced.
                feed.Announce(state.LevelOrNone(sku));
                if (decision.Problem is { } problem) return problem;
                return state.LevelOrNone(sku);
            }
        }
        return consistent ? InventoryProblems.Busy : throw new InvalidOperationException($"Level and hold of {sku} contradict each other.");
    }
}
