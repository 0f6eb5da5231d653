using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>Asks an order's orchestration to cancel it; only the orchestration moves an order.</summary>
public sealed class CancelOrder(OrderStore orders)
{
    public async Task<Result<Order>> Run(string orderId, string actor, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.Status == OrderStatus.Cancelled) return order;
        if (order.Status is not (OrderStatus.Placed or OrderStatus.AwaitingPayment)) return OrderProblems.NotCancellable;
        try
        {
            await durable.RaiseEventAsync(orderId, CheckoutEvents.Cancel, new CancelStep(orderId, Expired: false, actor), cancellationToken);
            return order;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The order may have ended at this very moment: its row says how.
            if (await orders.Find(orderId, cancellationToken) is not { Value: { } now } || now.Status == order.Status) throw;
            return now.Status == OrderStatus.Cancelled ? now : OrderProblems.NotCancellable;
        }
    }
}
