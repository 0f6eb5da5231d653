using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Shop.Benchmarks.Load;
using Shop.Catalog;
using Shop.Common;
using Shop.Emulator.Storage;
using Shop.Inventory;
using Shop.Storage;
using static Shop.Benchmarks.BenchmarkReport;

namespace Shop.Benchmarks.Suites;

/// <summary>Everybody wants the same article: holds on one SKU, each committed alone, and those that meet committed together.</summary>
internal static class FlashSaleSuite
{
    /// <summary>More than any run holds, so that no figure is about refusals.</summary>
    private const int Stock = 100_000_000;

    public static async Task Run(BenchmarkOptions options, BenchmarkReport report)
    {
        report.Section("Flash sale: holds on one SKU", "buyers at a time", "alone, holds/s", "p50 / p95 / p99 ms", "together, holds/s", "p50 / p95 / p99 ms", "against alone", "operations a hold");
        await using Azurite azurite = await Azurite.StartInMemory(Console.Error.WriteLine, CancellationToken.None);
        foreach (int buyers in (int[])[1, 32, 200])
        {
            (Measured alone, _) = await Measure(azurite, buyers, together: 1, options.Window);
            (Measured together, double operations) = await Measure(azurite, buyers, together: 99, options.Window);
            report.Row(
                $"{buyers}", Rate(alone.PerSecond), Percentiles(alone), Rate(together.PerSecond), Percentiles(together), Ratio(together.PerSecond / alone.PerSecond),
                operations.ToString("0.00", CultureInfo.InvariantCulture));
        }
        report.Note("In one process, without HTTP: what the SKU's partition allows. Buyers who wait together are committed by one transaction of at most 99 holds.");
    }

    private static async Task<(Measured Holds, double OperationsEach)> Measure(Azurite azurite, int buyers, int together, TimeSpan window)
    {
        var storage = new ShopStorage(new StorageOptions { NamePrefix = $"flash{buyers}x{together}", ConnectionString = azurite.ConnectionString });
        var store = new InventoryStore(storage);
        var locations = new LocationStore(storage);
        var alerts = new StockAlerts(storage);
        await new StorageSetup(storage, [store, locations, alerts, new CatalogLog(storage)]).StartingAsync(CancellationToken.None);
        var index = new CatalogIndex(new ShopOptions { PublicUrl = new Uri("https://shop.test") });
        using var feed = new AvailabilityFeed(new CatalogLog(storage), index, TimeProvider.System, NullLogger<AvailabilityFeed>.Instance);
        using var directory = new LocationDirectory(locations, TimeProvider.System, NullLogger<LocationDirectory>.Instance);
        var changes = new StockChanges(store, feed, alerts, new InventoryOptions { CommitTogether = together }, TimeProvider.System);
        var fill = new FillBackOrders(store, changes, directory, TimeProvider.System);
        var hold = new HoldStock(changes, directory, fill, index, TimeProvider.System);
        Sku sku = Sku.Parse("FLASH");
        await new CountStock(changes, directory, fill, TimeProvider.System).Count(sku, Stock, "opening", "system", CancellationToken.None);

        int turns = 0;
        using StorageMeter.Scope meter = StorageMeter.Begin();
        Measured holds = await ClosedLoop.Run(buyers, window, async (_, turn) =>
        {
            Interlocked.Increment(ref turns);
            if (!(await hold.Run($"ord_{turn}", [new StockLine(sku, 1)], CancellationToken.None)).Ok) throw new InvalidOperationException("A hold was refused.");
        });
        return (holds, (double)meter.Total / turns);
    }
}
