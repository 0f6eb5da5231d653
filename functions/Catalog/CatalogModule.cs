using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

internal static class CatalogModule
{
    internal static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<CatalogIndex>().AddSingleton<KnownSkus>().AddSingleton<ProductSearch>().AddSingleton<BrowseProducts>();
        services.AddSingleton<Sitemaps>().AddSingleton<MerchantFeed>();
        services.AddSingleton<CatalogLog>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<CatalogLog>());
        services.AddSingleton<CatalogSnapshots>().AddSingleton<FoldCatalog>().AddStore<RebuildStore>().AddSingleton<RebuildCatalog>();
        services.AddSingleton<CatalogFollower>().AddHostedService(p => p.GetRequiredService<CatalogFollower>());
        services.AddSingleton<CatalogStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<CatalogStore>());
        services.AddSingleton<ImportStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<ImportStore>());
        services.AddSingleton<SaveProducts>().AddSingleton<AppendChange>().AddSingleton<ProductNames>().AddSingleton<EditProducts>().AddSingleton<ProductList>();
        services.AddSingleton<SynonymStore>().AddSingleton<ChangeSynonyms>().AddSingleton<CategoryStore>().AddSingleton<EditCategories>();
        services.AddStore<ExportStore>().AddSingleton<StartExport>().AddSingleton<RunExport>();
        services.AddSingleton<StartImport>().AddSingleton<RunImport>().AddSingleton<BreakOffImport>().AddSingleton<ImportProducts>().AddSingleton<ForgetFiles>();
        services.AddMedia();
        services.AddSettings<DemoOptions>("Demo").AddHostedService<DemoCatalogue>();
        return services;
    }

    private static void AddMedia(this IServiceCollection services)
    {
        services.AddSettings<MediaOptions>("Media").AddStore<MediaStore>().AddSingleton<MediaAddresses>();
        services.AddSingleton<OfferUpload>().AddSingleton<ProcessUpload>().AddSingleton<AttachPicture>().AddSingleton<OwnPictures>().AddSingleton<SweepMedia>();
    }
}
