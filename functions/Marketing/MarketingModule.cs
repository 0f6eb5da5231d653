using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Storage;

namespace Shop.Marketing;

internal static class MarketingModule
{
    internal static IServiceCollection AddMarketing(this IServiceCollection services)
    {
        services.AddSingleton<CouponStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<CouponStore>());
        services.AddSingleton<CouponDirectory>().AddHostedService(provider => provider.GetRequiredService<CouponDirectory>());
        services.AddSettings<BackInStockOptions>("BackInStock").AddStore<WaiterStore>().AddSealed<WaiterStore>();
        services.AddSingleton(p => new LinkLifetime(TimeSpan.FromHours(p.GetRequiredService<BackInStockOptions>().ConfirmWithinHours)));
        services.AddSingleton<WaitForStock>().AddSingleton<TellWaiters>().AddSingleton<IPersonalRecords, WaiterRecords>();
        return services.AddSingleton<SaveCoupon>().AddSingleton<RedeemCoupon>().AddSingleton<IPersonalRecords, CouponRecords>();
    }
}
