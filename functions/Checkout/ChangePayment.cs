using System.ComponentModel.DataAnnotations;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <param name="PaymentMethod">As the cart's payment methods name it.</param>
public sealed record PaymentChoice([property: StringLength(64, MinimumLength = 1)] string PaymentMethod);

/// <summary>Asks an order's orchestration to take the money another way; only the orchestration moves an order.</summary>
public sealed class ChangePayment(OrderStore orders, PaymentMethods methods, PaymentOptions options)
{
    public async Task<Result<Order>> Run(string orderId, PaymentChoice choice, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.Status != OrderStatus.AwaitingPayment || order.Review is not null) return PaymentProblems.NotAwaited;
        if (methods.For(order.Asked(), order.HasDigital, order.Shipping is not { CashOnDelivery: false }).FirstOrDefault(m => m.Id == choice.PaymentMethod) is not { } method) return PaymentProblems.MethodUnknown.At("/paymentMethod", "is not offered for this order");
        if (method.NeedsPhone && MobileNumber.ToLocal(order.Phone ?? order.ShippingAddress?.Phone) is null) return PaymentProblems.MethodUnknown.At("/paymentMethod", "needs a mobile number of Indonesia, which the order does not have");
        if (order.Payment.Attempt >= options.MostAttempts) return PaymentProblems.AttemptsTooMany;
        var next = new OrderPayment(method.Id, method.Kind, method.Provider, method.Channel, OrderPaymentStatus.Pending, order.Payment.Attempt + 1) { CaptureLater = method.CaptureLater };
        try
        {
            await durable.RaiseEventAsync(orderId, CheckoutEvents.Repay, new RepayStep(orderId, next, method.ExpiresAfterMinutes), cancellationToken);
            return order;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The order may have ended at this very moment: its row says so.
            if (await orders.Find(orderId, cancellationToken) is not { Value: { } now } || now.Status == order.Status) throw;
            return PaymentProblems.NotAwaited;
        }
    }
}
