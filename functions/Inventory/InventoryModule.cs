using Microsoft.Extensions.DependencyInjection;
using Shop.Catalog;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

internal static class InventoryModule
{
    internal static IServiceCollection AddInventory(this IServiceCollection services)
    {
        services.AddSettings<InventoryOptions>("Inventory");
        services.AddStore<InventoryStore>().AddStore<LocationStore>().AddStore<StockAlerts>().AddStore<StockReports>().AddStore<StockWalks>();
        services.AddSingleton<LocationDirectory>().AddHostedService(p => p.GetRequiredService<LocationDirectory>());
        // Before the feed, and so stopped after it.
        services.AddStore<StockRepairs>().AddSingleton<StockWatch>().AddHostedService(p => p.GetRequiredService<StockWatch>());
        services.AddSingleton<AvailabilityFeed>().AddHostedService(p => p.GetRequiredService<AvailabilityFeed>());
        services.AddSingleton<AvailabilityRepair>();
        services.AddSingleton<StockChanges>().AddSingleton<FillBackOrders>();
        services.AddSingleton<HoldStock>().AddSingleton<CommitHolds>().AddSingleton<AwaitGoods>().AddSingleton<ReleaseHolds>().AddSingleton<ReturnGoods>();
        services.AddSingleton<MoveStock>().AddSingleton<ReceiveStock>().AddSingleton<AdjustStock>().AddSingleton<CountLocation>().AddSingleton<TransferStock>();
        services.AddSingleton<ChangeLocations>().AddSingleton<SetStock>().AddSingleton<ReadStock>().AddSingleton<KnownStock>().AddSingleton<ExplainStock>().AddSingleton<AwaitReturn>();
        services.AddSingleton<AlertLowStock>().AddSingleton<SweepHolds>().AddSingleton<StockNight>().AddSingleton<WalkStock>();
        services.AddSingleton<IStockCounts, CountStock>().AddSingleton<IAvailabilityFigures, AvailabilityFigures>();
        return services;
    }
}
