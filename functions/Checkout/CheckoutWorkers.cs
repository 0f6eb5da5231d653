using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Payments;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>What providers told, on its way to the orchestrations.</summary>
public sealed class CheckoutWorkers(SettlePayment settle, SettleDispute disputes, SettleRefund refunds, AskForFailedRefunds askForFailedRefunds, FollowParcel follow, WatchFlows watch, AwaitCash cash, TimeProvider clock)
{
    /// <summary>A month in which support sees every step. One that failed is kept: people have to look.</summary>
    internal static readonly TimeSpan HistoryKept = TimeSpan.FromDays(30);

    /// <summary>A payment changed at its provider, or is disputed, or its refund came back.</summary>
    [Function("PaymentEvents")]
    public async Task PaymentEvents([QueueTrigger("%NamePrefix%-payment-events")] string message, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (QueueMessages.TryRead(message, "dispute-changed", 1, out DisputeChanged? disputed))
        {
            using var disputeTrace = Tracing.Continue("dispute-changed", disputed.Traceparent);
            await disputes.Run(disputed, durable, cancellationToken);
            return;
        }
        if (QueueMessages.TryRead(message, "refund-failed", 1, out RefundFailed? failed))
        {
            using var refundTrace = Tracing.Continue("refund-failed", failed.Traceparent);
            await refunds.Run(failed, durable, cancellationToken);
            return;
        }
        PaymentChanged changed = QueueMessages.Read<PaymentChanged>(message, "payment-changed", 1);
        using var trace = Tracing.Continue("payment-changed", changed.Traceparent);
        await settle.Run(changed, durable, cancellationToken);
    }

    /// <summary>Nightly: deletes what the engine keeps of orchestrations that ended. Orders are not in it, only how they got there.</summary>
    [Function("ForgetOrchestrations")]
    public Task ForgetOrchestrations([TimerTrigger("0 10 20 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken) =>
        durable.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(CreatedTo: clock.GetUtcNow() - HistoryKept, Statuses: [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Terminated]), cancellation: cancellationToken);

    /// <summary>Nightly, before the day is compared: looks for refunds that came back without a word.</summary>
    [Function("AskForFailedRefunds")]
    public Task AskForFailedRefunds([TimerTrigger("0 10 19 * * *")] TimerInfo timer, CancellationToken cancellationToken) => askForFailedRefunds.Run(cancellationToken);

    /// <summary>Hourly: looks for flows that stand still.</summary>
    [Function("WatchFlows")]
    public Task WatchFlows([TimerTrigger("0 40 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken) => watch.Run(durable, cancellationToken);

    /// <summary>Hourly: looks for cash that couriers did not remit in time.</summary>
    [Function("WatchCash")]
    public Task WatchCash([TimerTrigger("0 50 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => cash.Watch(cancellationToken);

    /// <summary>A parcel moved.</summary>
    [Function("CourierEvents")]
    public async Task CourierEvents([QueueTrigger("%NamePrefix%-courier-events")] string message, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        ParcelMoved moved = QueueMessages.Read<ParcelMoved>(message, "parcel-moved", 1);
        using var trace = Tracing.Continue("parcel-moved", moved.Traceparent);
        await follow.Run(moved, durable, cancellationToken);
    }
}
