using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>
/// Brings a provider's event to the order it is about. The payment is read again from the provider, so events that come twice, late or in
/// the wrong order change nothing. Money for an order that is over makes it go on or goes back, by an orchestration of its own.
/// </summary>
public sealed class SettlePayment(PaymentGateways gateways, OrderStore orders, PaymentEventStore events)
{
    public async Task Run(PaymentChanged message, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(message.OrderId);
        ProviderPayment payment = await gateways.Of(message.Provider).Find(message.Reference, cancellationToken);
        OrchestrationMetadata? checkout = await durable.GetInstanceAsync(message.OrderId, cancellationToken);
        Order? order = (await orders.Find(message.OrderId, cancellationToken))?.Value;
        // What the engine kept of an order that ended long ago was deleted; the order is there.
        if (checkout is null && order is null) throw new InvalidOperationException($"The payment {message.Reference} came for {message.OrderId}, which nobody knows.");
        // An orchestration that is about to end hears nothing any more: what the order says of itself counts. One that was reinstated hears of the money that it goes on with, and of no other.
        bool late = order is { IsOver: true } || (order is { AwaitsLateMoney: true } && order.Payment.Reference != payment.Reference);
        if (!late && checkout is { IsCompleted: false }) await durable.RaiseEventAsync(message.OrderId, CheckoutEvents.Payment, payment, cancellationToken);
        else if (payment.Status == ProviderPaymentStatus.Succeeded && order is not null && !order.HasSettled(payment.Reference))
        {
            // An order whose orchestration broke off may have sold its stock: people have to look, and find this message among the poison.
            if (!late) throw new InvalidOperationException($"The payment {message.Reference} came for {message.OrderId}, which stands still before its end.");
            await LatePaymentOrchestration.Start(new PaymentStep(message.OrderId, payment), durable, cancellationToken);
        }
        await events.Finish(message.Provider, message.EventId, cancellationToken);
    }
}
