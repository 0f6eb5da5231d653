using System.ComponentModel.DataAnnotations;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

public enum RefundWay
{
    /// <summary>The way the money came, or by hand where that does not lead back.</summary>
    Original,

    /// <summary>By hand, from the shop's own account.</summary>
    PayOut,

    /// <summary>To the customer's store credit; a guest is mailed the code of a gift card.</summary>
    Credit,
}

/// <summary>Articles and postage at what was paid for them, or an amount for nothing that comes back.</summary>
/// <param name="Shipping">As the order's totals state postage.</param>
/// <param name="Amount">Instead of articles and postage.</param>
/// <param name="Reason">For the timeline and the customer.</param>
public sealed record RefundRequest(
    [property: StringLength(200, MinimumLength = 1)] string Reason, [property: MaxLength(100)] IReadOnlyList<RefundedLine>? Lines = null, Money? Shipping = null, Money? Amount = null, RefundWay To = RefundWay.Original);

/// <param name="Reference">As the bank's statement names it.</param>
public sealed record PayOutReceipt([property: StringLength(100, MinimumLength = 1)] string Reference);

/// <summary>Asks for a refund of what an order kept.</summary>
public sealed class RefundOrder(OrderStore orders, SoldGiftCards cards, ReviewOptions review, TimeProvider clock)
{
    /// <param name="key">The request's idempotency key.</param>
    public async Task<Result<(Order Order, OrderRefund Refund)>> Run(string orderId, RefundRequest wanted, string key, Principal caller, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        string id = RequestIds.Refund(orderId, key);
        if (order.Refunds.FirstOrDefault(r => r.Id == id) is { } asked) return (order, asked);
        if (order.PaymentStatus == PaymentStatus.Disputed) return OrderProblems.RefundDisputed;
        Result<OrderRefund> refund = Check(order, wanted, id);
        if (refund.Problem is { } problem) return problem;
        if (!await cards.AreWhole(order, refund.Value, cancellationToken)) return OrderProblems.CardSpent;
        await durable.StartOnce(RefundOrchestration.Name, RefundOrchestration.Id(orderId, id), new RefundStep(orderId, refund.Value, caller.Actor, wanted.To == RefundWay.PayOut) { Approval = caller.HasAny([Role.Owner]) ? null : review.RefundOf(refund.Value.Amount) }, cancellationToken);
        return (order, refund.Value);
    }

    private Result<OrderRefund> Check(Order order, RefundRequest wanted, string id)
    {
        IReadOnlyList<RefundedLine> lines = wanted.Lines ?? [];
        bool ofGoods = lines.Count > 0 || wanted.Shipping is not null;
        if (ofGoods == wanted.Amount is not null) return OrderProblems.RefundUnclear;
        if ((wanted.Shipping ?? wanted.Amount) is { } money && money.Currency != order.Currency) return OrderProblems.RefundTooMuch.At(wanted.Amount is null ? "/shipping" : "/amount", $"must be in {order.Currency}");
        for (int i = 0; i < lines.Count; i++)
        {
            int rest = SaleShare.Rest(order, lines[i].Sku), unsent = order.Unbooked().SelectMany(order.PackedIn).Where(l => l.Sku == lines[i].Sku).Sum(l => l.Quantity);
            if (lines[i].Quantity < 1 || lines[i].Quantity > rest || lines.Take(i).Any(l => l.Sku == lines[i].Sku)) return OrderProblems.RefundTooMuch.At($"/lines/{i}", $"{rest} are left to give back");
            if (lines[i].Quantity > rest - unsent) return OrderProblems.RefundUnsent.At($"/lines/{i}", $"{unsent} are not sent yet");
        }
        if (order.IsUnsent && wanted.Amount == order.Kept()) return OrderProblems.RefundUnsent.At("/amount", "is all of it, and its goods would be sent");
        if (wanted.Shipping is { } shipping && (shipping.Amount < 0 || shipping > SaleShare.RestOfShipping(order))) return OrderProblems.RefundTooMuch.At("/shipping", $"{SaleShare.RestOfShipping(order)} is left to give back");

        Money amount = wanted.Amount ?? SaleShare.Of(order, lines, wanted.Shipping ?? Money.Zero(order.Currency), order.Refunds).Amount;
        if (amount.Amount % order.Currency.Increment != 0) return OrderProblems.RefundTooMuch.At(wanted.Amount is null ? "/shipping" : "/amount", $"must be an amount that {order.Currency} can pay");
        if (wanted.Amount is not null && amount > order.KeptApartFromCards() && amount <= order.Kept()) return OrderProblems.RefundTooMuch.At("/amount", $"{order.KeptApartFromCards()} is kept apart from gift cards: name those as articles");
        if (amount.Amount <= 0 || amount > order.Kept()) return OrderProblems.RefundTooMuch.At(wanted.Amount is null ? "" : "/amount", $"{order.Kept()} is kept of this order");
        if (wanted.To == RefundWay.Credit && order.IsNobodys) return OrderProblems.RefundNowhere;
        return new OrderRefund(id, amount, wanted.Reason, clock.GetUtcNow(), RefundStatus.Pending) { Lines = lines, Shipping = ofGoods ? wanted.Shipping ?? Money.Zero(order.Currency) : null, ToCredit = wanted.To == RefundWay.Credit ? amount : null };
    }
}

/// <summary>Writes down that people paid out what was due.</summary>
public sealed class PayOutRefund(OrderStore orders)
{
    public async Task<Result<OrderRefund>> Run(string orderId, string refundId, PayOutReceipt receipt, string actor, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order } || order.Refunds.FirstOrDefault(r => r.Id == refundId) is not { } refund) return OrderProblems.RefundUnknown;
        if (refund.Status != RefundStatus.Due) return OrderProblems.RefundNotDue;
        // A refund fails, too, because the buyer asked the bank meanwhile: who paid it out now would give the money twice.
        if (order.PaymentStatus == PaymentStatus.Disputed) return OrderProblems.RefundDisputed;
        string id = RefundOrchestration.PayOutId(orderId, refundId);
        bool begun = await durable.StartOnce(RefundOrchestration.PayOutName, id, new PayOutStep(orderId, refundId, receipt.Reference, actor), cancellationToken);
        // Somebody else may have paid it out at this very moment: who did so, too, has to hear of it.
        return begun || (await durable.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken))?.ReadInputAs<PayOutStep>()?.Reference == receipt.Reference ? refund : OrderProblems.RefundNotDue;
    }
}
