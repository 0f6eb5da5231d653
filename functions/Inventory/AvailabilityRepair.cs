using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Catalog;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// A process that is killed takes up to a fifth of a second of availability with it. So whoever starts compares, gently and in the
/// background, every SKU's stock with what the catalogue says, and passes on what is newer.
/// </summary>
public sealed partial class AvailabilityRepair(InventoryStore store, CatalogIndex index, AvailabilityFeed feed, TimeProvider clock, ILogger<AvailabilityRepair> logger)
    : BackgroundService
{
    private const int AtOnce = 4;
    private static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(5);

    /// <returns>How many figures were behind.</returns>
    public async Task<int> Run(CancellationToken cancellationToken)
    {
        int behind = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(index.PhysicalSkus, options, async (sku, stop) =>
        {
            if (await store.FindItem(sku, stop) is not { } item || item.Version <= index.AvailabilityVersion(sku)) return;
            feed.Announce(item);
            Interlocked.Increment(ref behind);
        });
        return behind;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(AfterStart, clock, stoppingToken);
        try
        {
            if (await Run(stoppingToken) is > 0 and var behind) Repaired(behind);
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            NotRepaired(failure);
        }
    }

    [LoggerMessage(2102, LogLevel.Information, "Availability of {Behind} SKUs was behind and has been passed on.")]
    private partial void Repaired(int behind);

    [LoggerMessage(2103, LogLevel.Warning, "Availability could not be compared with stock; the next start does it.")]
    private partial void NotRepaired(Exception failure);
}
