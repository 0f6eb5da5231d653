using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Goods have come that orders wait for: they get them in the order in which they asked. Each is a change of its own that may run twice; what
/// is left when it is interrupted, the next run or the nightly check goes on with.
/// </summary>
public sealed class FillBackOrders(InventoryStore store, StockChanges stock, LocationDirectory locations, TimeProvider clock)
{
    private const int AtOnce = 50;

    /// <param name="changed">The change that may have brought some; nothing is asked of storage unless orders wait and something is free.</param>
    /// <param name="cancellationToken">Stops between orders.</param>
    internal async Task Run(Result<StockItem> changed, CancellationToken cancellationToken)
    {
        if (changed.Problem is not null) return;
        for (StockItem item = changed.Value; item is { BackOrdered: > 0, Free: > 0 };)
        {
            IReadOnlyList<string> waiting = await store.BackOrders(item.Sku, AtOnce, cancellationToken);
            if (waiting.Count == 0) return;
            int left = item.BackOrdered;
            // They enter the line in this order and are served in it, in one transaction.
            Result<StockItem>[] filled = await Task.WhenAll(waiting.Select(orderId => stock.Run(item.Sku, orderId, holdExists: true, reference: null, state => Decide(orderId, state), cancellationToken)));
            item = filled.Where(one => one.Ok).Select(one => one.Value).MaxBy(one => one.Version) ?? item;
            if (item.BackOrdered >= left) return;
        }
    }

    private Result<StockChange?> Decide(string orderId, StockState state)
    {
        if (state.Hold?.Value is not { Status: StockHoldStatus.Held or StockHoldStatus.Committed, BackOrdered: > 0 } hold || state.Item.Free <= 0) return (StockChange?)null;
        StockTaken taken = state.Item.Fill(hold.BackOrdered, locations.All);
        StockHold served = hold with { BackOrdered = taken.BackOrdered, Shares = Add(hold.Shares, taken.Shares) };
        if (hold.Status == StockHoldStatus.Held) return new StockChange(taken.Item, served);
        return StockMovements.Add(
            taken.Item.Commit(taken.Shares), StockMovementKind.Sale,
            [.. taken.Shares.Select(share => share with { Quantity = -share.Quantity })], orderId, StockMovement.System, clock.GetUtcNow(), served);
    }

    private static IReadOnlyList<StockShare> Add(IReadOnlyList<StockShare> shares, IReadOnlyList<StockShare> more) =>
        [.. shares.Concat(more).GroupBy(share => share.Location, StringComparer.Ordinal).Select(location => new StockShare(location.Key, location.Sum(share => share.Quantity)))];
}
