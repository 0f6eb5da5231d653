using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Shop.Storage;

namespace Shop.Catalog;

internal static class CatalogModule
{
    internal static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddOptions<CatalogOptions>().BindConfiguration("Shop").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<CatalogOptions>>().Value);
        services.AddSingleton<CatalogIndex>();
        services.AddSingleton<CatalogLog>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<CatalogLog>());
        services.AddSingleton<CatalogSnapshots>().AddSingleton<FoldCatalog>();
        services.AddSingleton<CatalogFollower>().AddHostedService(p => p.GetRequiredService<CatalogFollower>());
        return services;
    }
}
