using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Shop.Common;
using Shop.Email;
using Shop.Orders;
using Shop.Storage;
using Shop.Worklist;

namespace Shop.Checkout;

/// <summary>An owner has to agree to a refund: the shop's settings as they were when it was asked for.</summary>
public sealed record RefundApproval(int WithinMinutes, int EscalateAfterMinutes);

/// <summary>Raised as <see cref="CheckoutEvents.Refund"/>, and made by the deadline.</summary>
/// <param name="Reason">Why not: for the timeline.</param>
public sealed record RefundDecision(bool Agreed, string Actor, string? Reason);

public sealed record RefundDecided(RefundStep Step, RefundDecision Decision);

/// <summary>Large refunds wait until an owner has agreed to them; each step may run twice.</summary>
public sealed class RefundApprovals(ChangeOrder change, WorklistStore worklist, EmailQueue mail, CheckoutOptions checkout, ReviewOptions review, ShopOptions shop, TimeProvider clock)
{
    public const string AskName = "RefundApprovalAskV1";
    public const string EscalateName = "RefundApprovalEscalateV1";
    public const string DecideName = "RefundApprovalDecideV1";

    /// <returns>Whether the money is given back.</returns>
    internal static async Task<bool> Wait(TaskOrchestrationContext context, RefundStep step, RefundApproval approval)
    {
        DateTime until = context.CurrentUtcDateTime.AddMinutes(approval.WithinMinutes), escalate = context.CurrentUtcDateTime.AddMinutes(approval.EscalateAfterMinutes);
        Task<RefundDecision> decided = context.WaitForExternalEvent<RefundDecision>(CheckoutEvents.Refund);
        await context.CallActivityAsync(AskName, step, CheckoutOrchestration.Patiently);
        if (escalate < until && !await Comes(escalate)) await context.CallActivityAsync(EscalateName, step, CheckoutOrchestration.Patiently);
        RefundDecision decision = await Comes(until) ? await decided : new RefundDecision(Agreed: false, "system", "Nobody agreed to it in time.");
        return await context.CallActivityAsync<bool>(DecideName, new RefundDecided(step, decision), CheckoutOrchestration.Patiently);

        async Task<bool> Comes(DateTime moment)
        {
            using var over = new CancellationTokenSource();
            if (await Task.WhenAny(decided, context.CreateTimer(moment, over.Token)) != decided) return false;
            over.Cancel();
            return true;
        }
    }

    /// <summary>Puts the refund before an owner's eyes.</summary>
    [Function(AskName)]
    public async Task Ask([ActivityTrigger] RefundStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        Money amount = step.Refund.Amount;
        Order order = await change.Run(
            step.OrderId, $"approval-{step.Refund.Id}", o => o.Tell(clock.GetUtcNow(), "refund.awaits-approval", $"A refund of {amount} waits for an owner's approval ({step.Refund.Reason}).", step.Actor), cancellationToken);
        await worklist.Put(
            new WorkItem(WorkKind.Refund, step.Refund.Id, step.OrderId, $"Agree to a refund of {amount} for order {order.Number} ({step.Refund.Reason}), or refuse it: {step.Actor} asked for it.", step.Refund.At, Until(step)), cancellationToken);
        await Tell(order, step, checkout.AlertEmail, isLate: false, cancellationToken);
    }

    /// <summary>Nobody decided for long: somebody else is told.</summary>
    [Function(EscalateName)]
    public async Task Escalate([ActivityTrigger] RefundStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        Order order = await change.Run(step.OrderId, $"approval-late-{step.Refund.Id}", o => o.Tell(clock.GetUtcNow(), "refund.escalated", "Nobody has decided about the refund yet.", "system"), cancellationToken);
        await Tell(order, step, review.EscalateTo(checkout), isLate: true, cancellationToken);
    }

    /// <summary>Writes down what was decided.</summary>
    /// <returns>Whether the money is given back: credit finds nobody where the customer was erased meanwhile.</returns>
    [Function(DecideName)]
    public async Task<bool> Decide([ActivityTrigger] RefundDecided step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.Step.OrderId);
        OrderRefund refund = step.Step.Refund;
        (bool agreed, string actor) = (step.Decision.Agreed, step.Decision.Actor);
        Order order = await change.Run(
            step.Step.OrderId, $"approval-over-{refund.Id}",
            o => agreed && !IsForNobody(o, refund) ? o.Tell(clock.GetUtcNow(), "refund.approved", $"The refund of {refund.Amount} was approved.", actor)
                : o.Tell(clock.GetUtcNow(), "refund.refused", agreed ? $"The refund of {refund.Amount} would be credit, and its customer was erased." : $"The refund of {refund.Amount} was refused: {step.Decision.Reason}", actor), cancellationToken);
        await worklist.Remove(WorkKind.Refund, refund.Id, cancellationToken);
        return agreed && !IsForNobody(order, refund);
    }

    private static DateTimeOffset Until(RefundStep step) => step.Refund.At.AddMinutes(step.Approval!.WithinMinutes);

    private static bool IsForNobody(Order order, OrderRefund refund) => refund.ToCredit is not null && order.IsNobodys;

    private async Task Tell(Order order, RefundStep step, string whom, bool isLate, CancellationToken cancellationToken)
    {
        if (whom.Length == 0) return;
        var model = new RefundApprovalMail(order.Number, order.Id, step.Refund.Id, step.Refund.Amount, step.Refund.Reason, Until(step), isLate);
        await mail.Send($"{order.Id}.refund-approval{(isLate ? "-late" : "")}.{step.Refund.Id}", "refund-approval", shop.Locale, whom, model, cancellationToken);
    }
}

/// <param name="Late">Nobody has decided for long.</param>
public sealed record RefundApprovalMail(string Number, string OrderId, string RefundId, Money Amount, string Reason, DateTimeOffset Until, bool Late);
