using System.Text.Json.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Checkout;

/// <param name="Refund">As it is wanted; whether it fits is decided when it is opened.</param>
/// <param name="Actor">Who wants it.</param>
/// <param name="PayOut">By hand, whatever the method could do.</param>
public sealed record RefundStep(string OrderId, OrderRefund Refund, string Actor, bool PayOut)
{
    /// <summary>Where an owner has to agree first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RefundApproval? Approval { get; init; }
}

/// <param name="Reference">As the bank's statement names it.</param>
public sealed record PayOutStep(string OrderId, string RefundId, string Reference, string Actor);

/// <summary>A refund that staff asked for, and the pay-out of one that no provider can give back.</summary>
public sealed class RefundOrchestration(ChangeOrder change, GiveMoneyBack money, SoldGiftCards cards, PayoutStore payouts, LedgerStore ledger, IEventPublisher events, TimeProvider clock)
{
    public const string Name = "RefundV1";
    public const string GiveName = "RefundGiveV1";
    public const string PayOutName = "PayOutV1";
    public const string PaidOutName = "PayOutWriteV1";

    /// <summary>Instance ids of refunds and pay-outs.</summary>
    internal static string Id(string orderId, string refundId) => $"{orderId}:{refundId}";

    internal static string PayOutId(string orderId, string refundId) => $"{orderId}:{refundId}:paid-out";

    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        RefundStep step = context.GetInput<RefundStep>()!;
        if (step.Approval is { } approval && !await RefundApprovals.Wait(context, step, approval)) return;
        await context.CallActivityAsync(GiveName, step, CheckoutOrchestration.Patiently);
    }

    [Function(GiveName)]
    public async Task Give([ActivityTrigger] RefundStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        string id = step.Refund.Id;
        Order order = await change.Run(step.OrderId, $"refund-{id}", o => o.OpenRefund(step.Refund.PricedAgain(o) with { At = clock.GetUtcNow() }, step.Actor), cancellationToken);
        if (order.Refunds.FirstOrDefault(r => r.Id == id) is not { } refund) return; // The timeline says why.
        if (!await cards.TakeBack(order, refund, cancellationToken))
        {
            await change.Run(order.Id, $"dropped-{id}", o => o.DropRefund(id, "a gift card was spent", clock.GetUtcNow()), cancellationToken);
            return;
        }
        if (await money.TryAsk(order, refund, step.PayOut, cancellationToken) is not { } given)
        {
            await change.Run(order.Id, $"dropped-{id}", o => o.DropRefund(id, "the buyer's bank holds the money", clock.GetUtcNow()), cancellationToken);
            return;
        }
        order = await change.Run(order.Id, $"refunded-{id}", o => o.CloseRefund(id, given, clock.GetUtcNow()), cancellationToken);
        await money.Tell(order, id, OrderMail.Refunded, cancellationToken);
    }

    [Function(PayOutName)]
    public static Task RunPayOut([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync(PaidOutName, context.GetInput<PayOutStep>(), CheckoutOrchestration.Patiently);

    [Function(PaidOutName)]
    public async Task PaidOut([ActivityTrigger] PayOutStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        Order order = await change.Run(step.OrderId, $"paid-out-{step.RefundId}", o => o.PayOut(step.RefundId, step.Reference, step.Actor, clock.GetUtcNow()), cancellationToken);
        OrderRefund refund = order.Refunds.First(r => r.Id == step.RefundId);
        await ledger.Add(new LedgerEntry("bank", refund.Reference!, LedgerKind.PayOut, refund.Id, order.Id, refund.InMoney, refund.PaidOutAt!.Value), cancellationToken);
        await payouts.Remove(order.Id, refund.Id, cancellationToken);
        await events.Publish([OrderEvents.PaidOut(order, refund)], cancellationToken);
    }
}
