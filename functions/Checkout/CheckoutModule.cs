using Microsoft.Extensions.DependencyInjection;

namespace Shop.Checkout;

internal static class CheckoutModule
{
    internal static IServiceCollection AddCheckout(this IServiceCollection services) => services
        .AddSingleton<PlaceOrder>().AddSingleton<ClaimOrder>().AddSingleton<CancelOrder>().AddSingleton<SettlePayment>().AddSingleton<FollowParcel>().AddSingleton<OrderMails>();
}
