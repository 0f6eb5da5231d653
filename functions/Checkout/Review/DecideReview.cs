using System.ComponentModel.DataAnnotations;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;
using Shop.Orders;

namespace Shop.Checkout;

public enum ReviewAnswer { Accept, Refuse }

/// <param name="Reason">Needed to refuse: for the timeline and the customer.</param>
public sealed record ReviewRequest(ReviewAnswer Decision, [property: StringLength(200, MinimumLength = 1)] string? Reason = null);

/// <param name="Without">What the shop leaves out, and takes no money for; nothing when absent.</param>
public sealed record CaptureRequest([property: MaxLength(100)] IReadOnlyList<RefundedLine>? Without = null);

/// <summary>Tells an order's orchestration what staff decided; only the orchestration moves an order.</summary>
public sealed class DecideReview(OrderStore orders)
{
    public Task<Result<Order>> Run(string orderId, ReviewRequest wanted, Principal caller, DurableTaskClient durable, CancellationToken cancellationToken) =>
        Raise(orderId, caller, order => wanted is { Decision: ReviewAnswer.Refuse, Reason: null } ? ReviewProblems.ReasonMissing.At("/reason", "is missing")
            : new ReviewDecision(wanted.Decision == ReviewAnswer.Accept, caller.Actor, wanted.Reason ?? "", []), durable, cancellationToken);

    public Task<Result<Order>> Run(string orderId, CaptureRequest wanted, Principal caller, DurableTaskClient durable, CancellationToken cancellationToken) =>
        Raise(orderId, caller, order => Check(order, wanted.Without ?? []) is { } problem ? problem : new ReviewDecision(Accept: true, caller.Actor, "", wanted.Without ?? []), durable, cancellationToken);

    private async Task<Result<Order>> Raise(string orderId, Principal caller, Func<Order, Result<ReviewDecision>> decide, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.Review is not { Status: ReviewStatus.Open }) return ReviewProblems.NotOpen;
        if (order.Review.Kind == ReviewKind.Approval && !caller.HasAny([Role.Owner])) return ReviewProblems.OwnerDecides;
        Result<ReviewDecision> decision = decide(order);
        if (decision.Problem is { } problem) return problem;
        try
        {
            await durable.RaiseEventAsync(orderId, CheckoutEvents.Review, decision.Value, cancellationToken);
            return order;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else may have decided at this very moment: the order says so.
            if (await orders.Find(orderId, cancellationToken) is { Value.Review.Status: ReviewStatus.Open }) throw;
            return ReviewProblems.NotOpen;
        }
    }

    private static Problem? Check(Order order, IReadOnlyList<RefundedLine> without)
    {
        // What was taken already cannot be taken in part; what is not to be sent of it is cancelled when the order is accepted.
        if (without.Count > 0 && !order.Payment.CaptureLater) return ReviewProblems.Taken;
        for (int i = 0; i < without.Count; i++)
        {
            int bought = order.Lines.Where(l => l.Sku == without[i].Sku && !l.IsDigital).Sum(l => l.Quantity);
            if (without[i].Quantity < 1 || without[i].Quantity > bought || without.Take(i).Any(l => l.Sku == without[i].Sku)) return OrderProblems.RefundTooMuch.At($"/without/{i}", $"{bought} can be left out");
        }
        if (without.Count > 0 && without.Sum(l => l.Quantity) == order.Lines.Where(l => !l.IsDigital).Sum(l => l.Quantity)) return ReviewProblems.NothingLeft;
        // Credit is spent as a whole: what is left out is taken off the money that was authorised.
        return without.Count > 0 && SaleShare.Of(order, without, Money.Zero(order.Currency), order.Refunds).Amount >= order.Asked() ? ReviewProblems.BelowCredit : null;
    }
}
