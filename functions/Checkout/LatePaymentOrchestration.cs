using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>Money came for an order that is over, or paid already: it goes back, once, and the order says so.</summary>
public sealed class LatePaymentOrchestration(ChangeOrder change, PaymentGateways gateways, OrderMails mails, IEventPublisher events, TimeProvider clock)
{
    public const string Name = "LatePaymentV1";
    public const string RefundName = "LatePaymentRefundV1";

    [Function(Name)]
    public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync(RefundName, context.GetInput<PaymentStep>(), CheckoutOrchestration.Patiently);

    [Function(RefundName)]
    public async Task Refund([ActivityTrigger] PaymentStep step, CancellationToken cancellationToken)
    {
        ProviderRefund refund = await gateways.Of(step.Payment.Provider).Refund(step.Payment.Reference, step.Payment.Received, $"{step.OrderId}|refund|{step.Payment.Reference}", cancellationToken);
        Order order = await change.Run(
            step.OrderId, $"refund-{refund.Id}", o => o.Refund(OrderRefund.Of(refund, "it came too late or twice", clock.GetUtcNow(), surplus: true)), cancellationToken);
        await mails.Send(OrderMail.Refunded, order, cancellationToken, occasion: refund.Id);
        await events.Publish([OrderEvents.Refunded(order, order.Refunds.First(r => r.Id == refund.Id), sale: null)], cancellationToken);
    }
}
