using Microsoft.Extensions.DependencyInjection;
using Shop.Catalog;
using Shop.Storage;

namespace Shop.Inventory;

internal static class InventoryModule
{
    internal static IServiceCollection AddInventory(this IServiceCollection services)
    {
        services.AddSingleton<InventoryStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<InventoryStore>());
        services.AddSingleton<AvailabilityFeed>().AddHostedService(p => p.GetRequiredService<AvailabilityFeed>());
        services.AddSingleton<AvailabilityRepair>().AddHostedService(p => p.GetRequiredService<AvailabilityRepair>());
        services.AddSingleton<StockChanges>();
        services.AddSingleton<HoldStock>().AddSingleton<CommitHolds>().AddSingleton<ReleaseHolds>();
        services.AddSingleton<ReceiveStock>().AddSingleton<AdjustStock>();
        services.AddSingleton<IStockCounts, CountStock>();
        return services;
    }
}
