using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Storage;

namespace Shop.Shipping;

internal static class ShippingModule
{
    internal static IServiceCollection AddShipping(this IServiceCollection services)
    {
        services.AddSettings<ShippingOptions>("Courier");
        services.AddHttpClient(BiteshipCourier.ClientName, (provider, client) => Address(client, provider.GetRequiredService<ShippingOptions>()));
        services.AddSingleton<ICourier, BiteshipCourier>();
        services.AddSingleton<CourierEventStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<CourierEventStore>());
        services.AddStore<ZoneStore>().AddSingleton<ChangeZones>();
        services.AddSingleton<ZoneDirectory>().AddHostedService(provider => provider.GetRequiredService<ZoneDirectory>());
        return services.AddSingleton<QuoteShipping>().AddSingleton<TakeCourierEvent>();
    }

    /// <summary>Where Biteship is, and the key: it wants that alone, without a scheme before it.</summary>
    internal static void Address(HttpClient client, ShippingOptions options)
    {
        client.BaseAddress = new Uri(options.BaseUrl.ToString().TrimEnd('/') + "/");
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", options.ApiKey);
        client.Timeout = TimeSpan.FromSeconds(20);
    }
}
