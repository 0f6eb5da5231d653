using Microsoft.Extensions.Logging;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>The port through which the sweep asks whether an order still needs what it holds; Checkout stands behind it.</summary>
public interface IOrderLives
{
    /// <returns><c>false</c> when there is no such order, or it is over.</returns>
    Task<bool> IsAlive(string orderId, CancellationToken cancellationToken);
}

/// <summary>
/// Frees holds whose checkout is gone. Orders give their stock back themselves; this is for what was lost on the way. A hold never expires
/// while its order lives, and what was sold is not touched.
/// </summary>
public sealed partial class SweepHolds(InventoryStore store, ReleaseHolds release, IOrderLives orders, TimeProvider clock, ILogger<SweepHolds> logger)
{
    /// <summary>An order that is being placed, or is giving its stock back this moment, is left alone.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <returns>Where to go on; <c>null</c> at the end.</returns>
    internal async Task<StockWalk?> Run(StockWalk walk, CancellationToken cancellationToken, int pagesAtOnce = InventoryStore.PagesAtOnce)
    {
        DateTimeOffset before = clock.GetUtcNow() - Grace;
        Dictionary<string, bool> alive = new(StringComparer.Ordinal);
        string? from = walk.From;
        int pages = 0;
        do
        {
            (IReadOnlyList<(Sku, StockHold)> holds, from) = await store.AllLiveHolds(from, cancellationToken);
            foreach ((Sku sku, StockHold hold) in holds)
            {
                if (hold.Status != StockHoldStatus.Held || hold.At > before) continue;
                if (!alive.TryGetValue(hold.OrderId, out bool lives)) alive[hold.OrderId] = lives = await orders.IsAlive(hold.OrderId, cancellationToken);
                if (lives) continue;
                Result<StockItem> expired = await release.Run(sku, hold.OrderId, StockHoldStatus.Expired, cancellationToken);
                if (expired.Ok) Freed(hold.OrderId, sku, hold.Quantity);
            }
        }
        while (from is not null && ++pages < pagesAtOnce);
        return from is null ? null : walk with { From = from, Part = walk.Part + 1 };
    }

    [LoggerMessage(2120, LogLevel.Warning, "{OrderId} is over and still held {Quantity} of {Sku}; they are free again.")]
    private partial void Freed(string orderId, Sku sku, int quantity);
}
