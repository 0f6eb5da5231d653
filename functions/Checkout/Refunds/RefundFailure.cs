using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Checkout;

/// <param name="Failed">As the provider has it.</param>
public sealed record RefundFailureStep(string OrderId, GivenRefund Failed);

/// <summary>Money that had gone back is there again: the order owes it, and people pay it out. Its instance id is the order's and the provider's of the refund, so that it happens once.</summary>
public sealed class RefundFailureOrchestration(ChangeOrder change, GiveMoneyBack money, TimeProvider clock)
{
    public const string Name = "RefundFailureV1";
    public const string OweName = "RefundFailureOweV1";

    internal static string Id(string orderId, string providerId) => $"{orderId}:{providerId}:failed";

    [Function(Name)]
    public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync(OweName, context.GetInput<RefundFailureStep>(), CheckoutOrchestration.Patiently);

    [Function(OweName)]
    public async Task Owe([ActivityTrigger] RefundFailureStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        GivenRefund failed = step.Failed;
        Order order = await change.Run(step.OrderId, $"refund-failed-{failed.Id}", o => o.FailRefund(failed.Id, failed.Failure!, clock.GetUtcNow()), cancellationToken);
        await money.TakeBack(order, order.Refunds.First(r => r.IsAt(failed.Id)), failed, cancellationToken);
    }
}

/// <summary>Brings a provider's word of a refund that came back to the order that had given it.</summary>
public sealed class SettleRefund(RefundPorts refunds, OrderStore orders, PaymentEventStore events)
{
    public async Task Run(RefundFailed message, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        GivenRefund refund = await refunds.Of(message.Provider).Find(message.RefundId, cancellationToken);
        Order? order = refund.OrderId is { } id ? (await orders.Find(id, cancellationToken))?.Value : null;
        if (refund.Failure is not null)
        {
            if (order is not null && order.Refunds.Any(r => r.IsAt(refund.Id)))
                await durable.StartOnce(RefundFailureOrchestration.Name, RefundFailureOrchestration.Id(order.Id, refund.Id), new RefundFailureStep(order.Id, refund), cancellationToken);
            // An order that is about to write it down is a moment late; what somebody gave back past the shop is for people, who find this message among the poison.
            else if (refund.Moved) throw new InvalidOperationException($"The refund {refund.Id} of {refund.Reference} came back, and no order knows it.");
        }
        await events.Finish(message.Provider, message.EventId, cancellationToken);
    }
}

/// <summary>Looks in providers' reports for refunds that came back and whose word was lost.</summary>
public sealed class AskForFailedRefunds(MoneyReports reports, PaymentEventStore events, PaymentEventQueue queue, TimeProvider clock)
{
    /// <summary>One night may be missed.</summary>
    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(2);

    public async Task Run(CancellationToken cancellationToken)
    {
        foreach (string provider in reports.Providers)
        {
            foreach (ReportedMovement back in await reports.Of(provider).Read(clock.GetUtcNow() - LooksBack, clock.GetUtcNow(), cancellationToken))
            {
                if (back is not { Kind: LedgerKind.RefundReversed, RefundId: { } refundId }) continue;
                string eventId = $"reported-{back.Id}";
                if (await events.Take(provider, eventId, "refund.reported-failed", cancellationToken)) await queue.Send(new RefundFailed(provider, eventId, refundId, Tracing.Parent), cancellationToken);
            }
        }
    }
}
