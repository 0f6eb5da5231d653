using Microsoft.Extensions.DependencyInjection;
using Shop.Customers;

namespace Shop.Checkout;

internal static class CheckoutModule
{
    internal static IServiceCollection AddCheckout(this IServiceCollection services) => services
        .AddSingleton<PlaceOrder>().AddSingleton<ClaimOrder>().AddSingleton<IPersonalRecords, OrderRecords>().AddSingleton<CancelOrder>().AddSingleton<SettlePayment>().AddSingleton<FollowParcel>().AddSingleton<OrderMails>();
}
