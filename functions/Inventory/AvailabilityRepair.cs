using Microsoft.Extensions.Logging;
using Shop.Catalog;

namespace Shop.Inventory;

/// <summary>
/// Passes on what a process that died did not: goes over the rows of stock that were written since its last sign of life and compares them with
/// what the catalogue knows. One worker does it, some pages for each message.
/// </summary>
public sealed partial class AvailabilityRepair(
    InventoryStore store, CatalogFollower follower, CatalogIndex index, AvailabilityFeed feed, StockRepairs repairs, ILogger<AvailabilityRepair> logger)
{
    /// <summary>How long one that was given up rests: what stood in its way for twelve attempts is not over in a moment.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    /// <returns>How many figures were behind.</returns>
    internal async Task<int> Run(StockRepair repair, CancellationToken cancellationToken, int pagesAtOnce = InventoryStore.PagesAtOnce)
    {
        await follower.CatchUp(cancellationToken);
        int behind = 0, pages = 0;
        string? from = repair.From;
        do
        {
            (IReadOnlyList<StockItem> items, from) = await store.Items(repair.Since, from, cancellationToken);
            foreach (StockItem item in items.Where(item => item.Version > index.AvailabilityVersion(item.Sku)))
            {
                feed.Announce(item);
                behind++;
            }
        }
        while (from is not null && ++pages < pagesAtOnce);
        await feed.Flush(cancellationToken);
        if (behind > 0) Repaired(behind);
        if (from is not null) await repairs.Enqueue(repair with { From = from }, cancellationToken);
        return behind;
    }

    /// <summary>One that was given up comes back later, as often as it takes: nobody else knows since when to look.</summary>
    internal async Task Postpone(StockRepair repair, CancellationToken cancellationToken)
    {
        GivenUp(Rest.TotalMinutes);
        await repairs.Enqueue(repair, cancellationToken, Rest);
    }

    [LoggerMessage(2121, LogLevel.Error, "Shoppers may see availability from before a process died: it could not be compared with the stock, and that is tried again in {Minutes} minutes. The failures before this one say why.")]
    private partial void GivenUp(double minutes);

    [LoggerMessage(2102, LogLevel.Information, "Availability of {Behind} SKUs was behind and has been passed on.")]
    private partial void Repaired(int behind);
}
