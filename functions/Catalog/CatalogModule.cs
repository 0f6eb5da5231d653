using Microsoft.Extensions.DependencyInjection;
using Shop.Storage;

namespace Shop.Catalog;

internal static class CatalogModule
{
    internal static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<CatalogIndex>().AddSingleton<ProductSearch>().AddSingleton<BrowseProducts>();
        services.AddSingleton<CatalogLog>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<CatalogLog>());
        services.AddSingleton<CatalogSnapshots>().AddSingleton<FoldCatalog>();
        services.AddSingleton<CatalogFollower>().AddHostedService(p => p.GetRequiredService<CatalogFollower>());
        return services;
    }
}
