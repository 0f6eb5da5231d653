using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>Money came for an order that is over, or paid already. One that ended for want of it goes on, where it can; else the money goes back, once, and the order says so.</summary>
public sealed class LatePaymentOrchestration(ChangeOrder change, GiveMoneyBack money, TimeProvider clock)
{
    public const string Name = "LatePaymentV1";
    public const string RefundName = "LatePaymentRefundV1";
    public const string BeginName = "LatePaymentBeginV1";

    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        PaymentStep step = context.GetInput<PaymentStep>()!;
        if (!await context.CallActivityAsync<bool>(ReinstateOrder.Name, step, CheckoutOrchestration.Patiently)) await context.CallActivityAsync(RefundName, step, CheckoutOrchestration.Patiently);
    }

    [Function(BeginName)]
    public Task Begin([ActivityTrigger] PaymentStep step, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken) => Start(step, durable, cancellationToken);

    /// <summary>Once for each payment.</summary>
    internal static Task Start(PaymentStep step, DurableTaskClient durable, CancellationToken cancellationToken) => durable.StartOnce(Name, $"{step.OrderId}:{step.Payment.Reference}", step, cancellationToken);

    [Function(RefundName)]
    public async Task Refund([ActivityTrigger] PaymentStep step, CancellationToken cancellationToken)
    {
        ProviderPayment paid = step.Payment;
        ProviderRefund given = await money.Ask(paid.Provider, paid.Reference, paid.Received, RequestIds.Refund(step.OrderId, paid.Reference), cancellationToken);
        Order order = await change.Run(step.OrderId, $"refund-{given.Id}", o => o.Refund(OrderRefund.OfSurplus(paid.Reference, given, "it came too late or twice", clock.GetUtcNow())), cancellationToken);
        await money.Enter(paid, order.Id, order.Refunds.First(r => r.Id == given.Id).At, cancellationToken);
        await money.Tell(order, given.Id, paid.Provider, paid.Reference, sale: null, OrderMail.Refunded, cancellationToken);
    }
}
