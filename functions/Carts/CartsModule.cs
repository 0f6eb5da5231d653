using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Storage;

namespace Shop.Carts;

internal static class CartsModule
{
    internal static IServiceCollection AddCarts(this IServiceCollection services)
    {
        services.AddSettings<CartOptions>("Carts").AddSettings<TaxOptions>("Tax");
        services.AddSingleton<CartStore>().AddSingleton<IRequiresStorage>(p => p.GetRequiredService<CartStore>()).AddSealed<CartStore>();
        return services.AddSingleton<ChangeCart>().AddSingleton<CreateCart>().AddSingleton<PatchCart>().AddSingleton<UseCoupon>().AddSingleton<UseCredit>().AddSingleton<AbandonCarts>().AddSingleton<PriceCart>().AddSingleton<ClaimCart>().AddSingleton<IPersonalRecords, CartRecords>();
    }
}
