using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Orders;

internal static class OrdersModule
{
    internal static IServiceCollection AddOrders(this IServiceCollection services)
    {
        services.AddSettings<InvoiceOptions>("Invoice").AddSingleton<OrderSignals>();
        services.AddSingleton<OrderStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<OrderStore>()).AddSealed<OrderStore>();
        services.AddSingleton<IOrderOwners>(p => p.GetRequiredService<OrderStore>());
        services.AddSingleton<NumberStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<NumberStore>());
        return services.AddStore<OrderIndex>().AddSingleton<ChangeOrder>();
    }
}
