using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Customers;
using Shop.Inventory;
using Shop.Storage;

namespace Shop.Checkout;

internal static class CheckoutModule
{
    internal static IServiceCollection AddCheckout(this IServiceCollection services) => services
        .AddSettings<CheckoutOptions>("Checkout").AddSettings<ReviewOptions>("Review").AddSettings<ReturnOptions>("Returns")
        .AddStore<AttentionStore>().AddSingleton<WatchFlows>().AddSingleton<RestartFlow>().AddSingleton<TellSlow>().AddSingleton<FindOrders>()
        .AddSingleton<PromiseDates>().AddSingleton<ParcelAlerts>().AddSingleton<SplitOrder>().AddSingleton<MoveShipment>().AddSingleton<ShipmentLabels>().AddSingleton<EditOrder>().AddSingleton<AwaitCash>().AddSingleton<SendMailAgain>()
        .AddSingleton(new CheckoutVersion(CheckoutOrchestration.Name)).AddSingleton<PlaceOrder>().AddSingleton<CancelOrder>().AddSingleton<DecideReview>().AddSingleton<SettleDispute>().AddSingleton<SettleRefund>().AddSingleton<AskForFailedRefunds>().AddSingleton<AnswerDispute>().AddSingleton<TakeRemittance>().AddSingleton<ChangePayment>().AddSingleton<GiveMoneyBack>().AddSingleton<UndoCheckout>().AddSingleton<RefundOrder>().AddSingleton<DecideRefund>().AddSingleton<AskForReturn>().AddSingleton<MoveReturn>().AddSingleton<ReturnMails>().AddSingleton<PrepareExchange>().AddSingleton<PayOutRefund>().AddSingleton<ClaimOrder>().AddSingleton<SettlePayment>().AddSingleton<ReinstateOrder>().AddSingleton<FollowParcel>().AddSingleton<OrderMails>()
        .AddSingleton<SoldGiftCards>().AddSingleton<OrderCredits>().AddSingleton<CustomerCredit>().AddSingleton<IPersonalRecords>(p => p.GetRequiredService<CustomerCredit>())
        .AddSingleton<IOrderLives, LiveOrders>().AddSingleton<CustomerOrders>().AddSingleton<IPersonalRecords, OrderRecords>().AddSingleton<IPersonalRecords, PayoutRecords>();
}
