using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Storage;

namespace Shop.Shipping;

internal static class ShippingModule
{
    internal static IServiceCollection AddShipping(this IServiceCollection services)
    {
        services.AddSettings<ShippingOptions>("Courier");
        services.AddHttpClient(AggregatorCourier.ClientName, (provider, client) =>
        {
            ShippingOptions options = provider.GetRequiredService<ShippingOptions>();
            client.BaseAddress = new Uri(options.BaseUrl.ToString().TrimEnd('/') + "/");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
            client.Timeout = TimeSpan.FromSeconds(20);
        });
        services.AddSingleton<ICourier, AggregatorCourier>();
        services.AddSingleton<CourierEventStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<CourierEventStore>());
        services.AddStore<ZoneStore>().AddSingleton<ChangeZones>();
        services.AddSingleton<ZoneDirectory>().AddHostedService(provider => provider.GetRequiredService<ZoneDirectory>());
        return services.AddSingleton<QuoteShipping>().AddSingleton<TakeCourierEvent>();
    }
}
