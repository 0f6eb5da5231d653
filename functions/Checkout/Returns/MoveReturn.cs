using System.ComponentModel.DataAnnotations;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;

namespace Shop.Checkout;

public enum ReturnAnswer { Approve, Refuse }

/// <param name="Reason">Needed to refuse: for the timeline and the customer.</param>
public sealed record ReturnDecision(ReturnAnswer Decision, [property: StringLength(200, MinimumLength = 1)] string? Reason = null);

/// <param name="Lines">Every article of the return with what became of each unit.</param>
/// <param name="To">Whereto the money goes; what the customer wishes when absent.</param>
/// <param name="Shipping">How much of the postage goes back, as the order's totals state postage; nothing when absent.</param>
public sealed record ReturnInspection([property: MinLength(1), MaxLength(100)] IReadOnlyList<InspectedLine> Lines, Money? Shipping = null, RefundWay? To = null);

/// <summary>Tells a return's orchestration what happened; only the orchestration moves it.</summary>
public sealed class MoveReturn(OrderStore orders)
{
    public Task<Result<OrderReturn>> Decide(string orderId, string returnId, ReturnDecision wanted, string actor, DurableTaskClient durable, CancellationToken cancellationToken) =>
        Raise(orderId, returnId, [ReturnStatus.Requested], (_, _) => (wanted.Decision, wanted.Reason) switch
        {
            (ReturnAnswer.Approve, _) => new ReturnMove(ReturnMoveKind.Approve, actor),
            (_, null) => OrderProblems.ReturnReasonMissing.At("/reason", "is missing"),
            (_, { } reason) => new ReturnMove(ReturnMoveKind.Refuse, actor, reason),
        }, durable, cancellationToken);

    public Task<Result<OrderReturn>> Receive(string orderId, string returnId, string actor, DurableTaskClient durable, CancellationToken cancellationToken) =>
        Raise(orderId, returnId, [ReturnStatus.Approved], (_, _) => new ReturnMove(ReturnMoveKind.Receive, actor), durable, cancellationToken);

    public Task<Result<OrderReturn>> Withdraw(string orderId, string returnId, DurableTaskClient durable, CancellationToken cancellationToken) =>
        Raise(orderId, returnId, [ReturnStatus.Requested, ReturnStatus.Approved], (_, _) => new ReturnMove(ReturnMoveKind.Withdraw, "shopper"), durable, cancellationToken);

    public Task<Result<OrderReturn>> Inspect(string orderId, string returnId, ReturnInspection found, string actor, DurableTaskClient durable, CancellationToken cancellationToken) =>
        Raise(orderId, returnId, [ReturnStatus.Received], (order, open) => Check(order, open, found) is { } problem ? problem : new ReturnMove(ReturnMoveKind.Inspect, actor, null, found.Lines, found.Shipping, WayOf(open, found)), durable, cancellationToken);

    private async Task<Result<OrderReturn>> Raise(
        string orderId, string returnId, ReturnStatus[] from, Func<Order, OrderReturn, Result<ReturnMove>> decide, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("ord", orderId) || await orders.Find(orderId, cancellationToken) is not { Value: { } order } || order.Returns.FirstOrDefault(r => r.Id == returnId) is not { } open) return OrderProblems.ReturnUnknown;
        if (!from.Contains(open.Status)) return OrderProblems.ReturnNotAwaited;
        Result<ReturnMove> move = decide(order, open);
        if (move.Problem is { } problem) return problem;
        try
        {
            await durable.RaiseEventAsync(returnId, CheckoutEvents.Return, move.Value, cancellationToken);
            return open;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It may have ended at this very moment: the order says so.
            if (await orders.Find(orderId, cancellationToken) is { } now && now.Value.Returns.FirstOrDefault(r => r.Id == returnId)?.Status == open.Status) throw;
            return OrderProblems.ReturnNotAwaited;
        }
    }

    private static RefundWay WayOf(OrderReturn open, ReturnInspection found) => found.To ?? (open.Wish == ReturnWish.Refund ? RefundWay.Original : RefundWay.Credit);

    private static Problem? Check(Order order, OrderReturn open, ReturnInspection found)
    {
        if (order.PaymentStatus == PaymentStatus.Disputed) return OrderProblems.RefundDisputed;
        if (WayOf(open, found) == RefundWay.Credit && order.IsNobodys) return OrderProblems.RefundNowhere;
        bool counted = found.Lines.Count == open.Lines.Count && found.Lines.All(l => l is { Restocked: >= 0, WrittenOff: >= 0, Rejected: >= 0 })
            && open.Lines.All(l => found.Lines.Any(f => f.Sku == l.Sku && (long)f.Restocked + f.WrittenOff + f.Rejected == l.Quantity));
        if (!counted) return OrderProblems.ReturnNotCounted;
        if (found.Shipping is { } shipping && (shipping.Currency != order.Currency || shipping.Amount < 0 || shipping > SaleShare.RestOfShipping(order))) return OrderProblems.RefundTooMuch.At("/shipping", $"{SaleShare.RestOfShipping(order)} is left to give back");
        RefundedLine[] accepted = [.. found.Lines.Where(l => l.Accepted > 0).Select(l => new RefundedLine(l.Sku, l.Accepted))];
        return order.Kept().IsZero && !SaleShare.Of(order, accepted, Money.Zero(order.Currency), order.Refunds).Amount.IsZero ? OrderProblems.RefundTooMuch.At("", "nothing is kept of this order: what was paid at the door has not been remitted yet, or went back") : null;
    }
}
