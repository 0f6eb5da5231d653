using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Shop.Common;
using Shop.Email;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;
using Shop.Worklist;

namespace Shop.Checkout;

/// <param name="Told">What was told of it last; <c>null</c> at first.</param>
public sealed record DisputeStep(string OrderId, string Provider, string DisputeId, DisputeStatus? Told = null)
{
    /// <summary>Who tells the bank the shop's side; <c>null</c> where nobody has yet, or nobody knows.</summary>
    public string? AnsweredBy { get; init; }
}

/// <param name="Open">The bank has not decided yet.</param>
/// <param name="Status">What was told of it.</param>
/// <param name="RemindAt">When whoever answers is reminded; <c>null</c> where the shop has answered.</param>
public sealed record DisputeOutcome(bool Open, DateTimeOffset? RemindAt, DisputeStatus? Status = null);

/// <summary>Follows what a buyer's bank does about a payment, until it has decided. Its instance id is the order's and the dispute's.</summary>
public sealed class DisputeOrchestration(
    DisputePorts disputes, OrderStore orders, ChangeOrder change, LedgerStore ledger, PayoutStore payouts, WorklistStore worklist, EmailQueue mail, IEventPublisher events, CheckoutOptions checkout, ShopOptions shop, TimeProvider clock)
{
    public const string Name = "DisputeV1";
    public const string LookName = "DisputeLookV1";
    public const string RemindName = "DisputeRemindV1";

    /// <summary>A provider that was silent for so long is asked: what it told may be lost.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromDays(1);

    /// <summary>Banks take months.</summary>
    private const int StepsAtMost = 40;

    private static readonly TimeSpan RemindBefore = TimeSpan.FromDays(2);

    internal static string Id(string orderId, string disputeId) => $"{orderId}:{disputeId}";

    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        DisputeStep input = context.GetInput<DisputeStep>()!;
        Task<DisputeStep> told = context.WaitForExternalEvent<DisputeStep>(CheckoutEvents.Dispute);
        // What was told meanwhile is served first: whoever waits for it is not carried over.
        for (int step = 0; step < StepsAtMost || told.IsCompleted; step++)
        {
            DisputeOutcome outcome = await context.CallActivityAsync<DisputeOutcome>(LookName, input, CheckoutOrchestration.Patiently);
            if (!outcome.Open) return;
            input = input with { Told = outcome.Status };
            if (outcome.RemindAt?.UtcDateTime <= context.CurrentUtcDateTime) await context.CallActivityAsync(RemindName, input, CheckoutOrchestration.Patiently);
            using var silence = new CancellationTokenSource();
            if (await Task.WhenAny(told, context.CreateTimer(Silence, silence.Token)) != told) continue;
            silence.Cancel();
            input = input with { AnsweredBy = (await told).AnsweredBy ?? input.AnsweredBy };
            told = context.WaitForExternalEvent<DisputeStep>(CheckoutEvents.Dispute);
        }
        context.ContinueAsNew(input);
    }

    /// <summary>Reads the dispute from its provider and writes down what is new.</summary>
    [Function(LookName)]
    public async Task<DisputeOutcome> Look([ActivityTrigger] DisputeStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        ProviderDispute now = await disputes.Of(step.Provider).Find(step.DisputeId, cancellationToken);
        if (now.IsInquiry) return await Inquire(now, step.OrderId, cancellationToken);
        Order order = await change.Run(step.OrderId, $"dispute-{now.Id}-{now.Status.ToString().ToLowerInvariant()}", o => o.Dispute(now, clock.GetUtcNow(), step.AnsweredBy ?? "system"), cancellationToken);
        OrderDispute dispute = order.Disputes.First(d => d.Id == now.Id);
        await Enter(order, dispute, LedgerKind.Chargeback, dispute.OpenedAt, cancellationToken);
        if (dispute.Status == DisputeStatus.Won) await Enter(order, dispute, LedgerKind.ChargebackReversed, dispute.ClosedAt!.Value, cancellationToken);
        foreach (OrderRefund settled in order.SettledBy(dispute)) await payouts.Remove(order.Id, settled.Id, cancellationToken);

        bool open = dispute.ClosedAt is null;
        if (open) await worklist.Put(new WorkItem(WorkKind.Dispute, dispute.Id, order.Id, Text(order, dispute), dispute.OpenedAt, dispute.Status == DisputeStatus.NeedsResponse ? dispute.EvidenceDue : null), cancellationToken);
        else await worklist.Remove(WorkKind.Dispute, dispute.Id, cancellationToken);
        if (dispute.Status == DisputeStatus.NeedsResponse) await Tell(order, dispute, "payment-disputed", cancellationToken);
        // Looked at daily for months, and told once.
        if (dispute.Status != step.Told) await events.Publish(OrderEvents.Disputed(order, dispute), cancellationToken);
        return new DisputeOutcome(open, dispute.Status == DisputeStatus.NeedsResponse ? dispute.EvidenceDue - RemindBefore : null, dispute.Status);
    }

    /// <summary>Nothing was taken: the order stays as it is, and somebody has to know.</summary>
    private async Task<DisputeOutcome> Inquire(ProviderDispute inquiry, string orderId, CancellationToken cancellationToken)
    {
        bool open = inquiry.Status is DisputeStatus.NeedsResponse or DisputeStatus.UnderReview;
        if (!open) await worklist.Remove(WorkKind.Dispute, inquiry.Id, cancellationToken);
        else
        {
            string text = $"The buyer's bank asks about {inquiry.Amount} ({inquiry.Reason}) and has taken nothing: give the money back, or answer at {inquiry.Provider}, before it becomes a dispute.";
            await worklist.Put(new WorkItem(WorkKind.Dispute, inquiry.Id, orderId, text, clock.GetUtcNow(), inquiry.EvidenceDue), cancellationToken);
        }
        return new DisputeOutcome(open, null);
    }

    /// <summary>The evidence is due soon, and nobody has answered.</summary>
    [Function(RemindName)]
    public async Task Remind([ActivityTrigger] DisputeStep step, CancellationToken cancellationToken)
    {
        if (await orders.Find(step.OrderId, cancellationToken) is { Value: { } order } && order.Disputes.FirstOrDefault(d => d.Id == step.DisputeId) is { Status: DisputeStatus.NeedsResponse } dispute)
            await Tell(order, dispute, "payment-disputed-late", cancellationToken);
    }

    private Task Enter(Order order, OrderDispute dispute, LedgerKind kind, DateTimeOffset at, CancellationToken cancellationToken) =>
        ledger.Add(new LedgerEntry(order.Payment.Provider, dispute.Reference, kind, dispute.Id, order.Id, dispute.Amount, at), cancellationToken);

    private async Task Tell(Order order, OrderDispute dispute, string template, CancellationToken cancellationToken)
    {
        if (checkout.AlertEmail.Length == 0) return;
        await mail.Send($"{order.Id}.{template}.{dispute.Id}", template, shop.Locale, checkout.AlertEmail, new DisputeMail(order.Number, order.Id, dispute.Id, dispute.Reason, dispute.Amount, dispute.EvidenceDue), cancellationToken);
    }

    private static string Text(Order order, OrderDispute dispute) => dispute.Status == DisputeStatus.NeedsResponse
        ? $"The buyer of order {order.Number} disputes {dispute.Amount} with their bank ({dispute.Reason}): answer with evidence."
        : $"The bank decides about {dispute.Amount} of order {order.Number}.";
}

public sealed record DisputeMail(string Number, string OrderId, string DisputeId, string Reason, Money Amount, DateTimeOffset Due);
