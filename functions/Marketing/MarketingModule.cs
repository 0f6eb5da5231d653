using Microsoft.Extensions.DependencyInjection;
using Shop.Storage;

namespace Shop.Marketing;

internal static class MarketingModule
{
    internal static IServiceCollection AddMarketing(this IServiceCollection services)
    {
        services.AddSingleton<CouponStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<CouponStore>());
        return services.AddSingleton<SaveCoupon>().AddSingleton<RedeemCoupon>();
    }
}
