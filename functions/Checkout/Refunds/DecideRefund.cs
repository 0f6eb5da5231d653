using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;
using Shop.Orders;
using Shop.Worklist;

namespace Shop.Checkout;

/// <summary>Tells a refund that waits for it what an owner decided.</summary>
public sealed class DecideRefund(WorklistStore worklist)
{
    public async Task<Result<OrderRefund>> Run(string orderId, string refundId, ReviewRequest wanted, Principal caller, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        string id = RefundOrchestration.Id(orderId, refundId);
        if (!Ids.IsValid("ord", orderId) || (await durable.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken))?.ReadInputAs<RefundStep>() is not { } step) return OrderProblems.RefundUnknown;
        if (step.Approval is null || await worklist.Find(WorkKind.Refund, refundId, cancellationToken) is null) return OrderProblems.RefundNotAwaiting;
        if (wanted is { Decision: ReviewAnswer.Refuse, Reason: null }) return ReviewProblems.ReasonMissing.At("/reason", "is missing");
        await durable.RaiseEventAsync(id, CheckoutEvents.Refund, new RefundDecision(wanted.Decision == ReviewAnswer.Accept, caller.Actor, wanted.Reason), cancellationToken);
        return step.Refund;
    }
}
