using System.Globalization;
using System.Text.Json.Serialization;
using Shop.Common;
using Shop.Payments;

namespace Shop.Orders;

/// <summary>What an order tells other systems; docs/events.md describes each.</summary>
public static class OrderEvents
{
    /// <summary><c>order.paid</c>, version 1.</summary>
    public static DomainEvent Paid(Order order) => Event(order, "order.paid", new OrderPaid(
        order.Number, order.InvoiceNumber!, order.Payment.Method, order.Payment.Reference!, order.Totals,
        Lines(order.Lines), order.Coupon, order.Analytics)
    {
        ShippingTaxed = order.ShippingTaxed,
        Credits = OrderCreditPart.Of(order),
    });

    /// <summary><c>order.cancelled</c>, version 1.</summary>
    public static DomainEvent Cancelled(Order order) => Event(order, "order.cancelled", new OrderCancelled(order.Number, order.Timeline[^1].Text));

    /// <summary><c>order.reinstated</c>, version 1.</summary>
    public static DomainEvent Reinstated(Order order) => Event(order, "order.reinstated", new OrderReinstated(order.Number));

    /// <summary><c>order.completed</c>, version 1.</summary>
    public static DomainEvent Completed(Order order) => Event(order, "order.completed", new OrderCompleted(order.Number));

    /// <summary><c>order.completed</c> or <c>order.cancelled</c>, whichever it is.</summary>
    internal static DomainEvent Ended(Order order) => order.Status == OrderStatus.Completed ? Completed(order) : Cancelled(order);

    /// <summary><c>order.refunded</c>, version 1.</summary>
    /// <param name="sale">What of the sale the money was for; <c>null</c> when nothing had been sold for it.</param>
    public static DomainEvent Refunded(Order order, OrderRefund refund, SaleShare? sale)
    {
        OrderRefundedSale? share = sale is null ? null : new(Lines(sale.Lines), sale.Shipping, sale.Allowance, sale.Tax, sale.TaxIncluded) { ShippingTaxed = sale.ShippingTaxed };
        int sequence = order.Timeline.First(e => e.Type == "payment.refunded" && e.At == refund.At).Sequence;
        return new DomainEvent(
            $"{order.Id}|order.refunded|{refund.Id}", "order.refunded", 1, order.Id, sequence, refund.At,
            new OrderRefunded(order.Number, order.Payment.Method, refund.Id, refund.Amount, refund.ByHand, share, order.Analytics) { Credits = [.. refund.Credits.Select(c => new OrderCreditPart(c.Kind, c.Amount))] });
    }

    /// <summary><c>order.refund-failed</c>, version 1.</summary>
    public static DomainEvent RefundFailed(Order order, OrderRefund refund)
    {
        OrderEvent told = order.Timeline.First(e => e.Type == "refund.failed" && e.At == refund.Failed!.At);
        return new DomainEvent($"{order.Id}|order.refund-failed|{refund.Id}", "order.refund-failed", 1, order.Id, told.Sequence, told.At, new OrderRefundFailed(order.Number, refund.Id, refund.InMoney, refund.Failed!.Reason));
    }

    /// <summary><c>order.paid-out</c>, version 1.</summary>
    public static DomainEvent PaidOut(Order order, OrderRefund refund)
    {
        OrderEvent told = order.Timeline.First(e => e.Type == "payment.paid-out" && e.At == refund.PaidOutAt);
        return new DomainEvent($"{order.Id}|order.paid-out|{refund.Id}", "order.paid-out", 1, order.Id, told.Sequence, told.At, new OrderPaidOut(order.Number, refund.Id, refund.InMoney, refund.Reference!));
    }

    /// <summary><c>order.return-changed</c>, version 1: where a return is now.</summary>
    /// <param name="type">Of the entry that tells it, such as <c>return.approved</c>.</param>
    public static DomainEvent ReturnChanged(Order order, OrderReturn changed, string type)
    {
        OrderEvent told = order.Timeline.Last(e => e.Type == type);
        return new DomainEvent(
            $"{order.Id}|{type}|{changed.Id}", "order.return-changed", 1, order.Id, told.Sequence, told.At,
            new OrderReturnChanged(order.Number, changed.Id, changed.Status, changed.Reason, changed.Lines, changed.Inspected, changed.Parcel?.TrackingNumber));
    }

    /// <summary><c>order.disputed</c>, version 1: that it began, what is new, and what the bank's decision means for the money.</summary>
    public static IReadOnlyList<DomainEvent> Disputed(Order order, OrderDispute dispute)
    {
        List<DomainEvent> told = [Disputed(order, dispute, DisputeStatus.NeedsResponse, "payment.disputed")];
        if (dispute.Status == DisputeStatus.UnderReview) told.Add(Disputed(order, dispute, dispute.Status, "dispute.answered"));
        if (dispute.Status == DisputeStatus.Won) told.Add(Disputed(order, dispute, dispute.Status, "dispute.won"));
        if (dispute.Status == DisputeStatus.Lost)
        {
            told.Add(Disputed(order, dispute, dispute.Status, "dispute.lost"));
            if (order.Refunds.FirstOrDefault(r => r.Id == dispute.Id) is { } lost) told.Add(Refunded(order, lost, SaleShare.Of(order, lost)));
        }
        return told;
    }

    private static DomainEvent Disputed(Order order, OrderDispute dispute, DisputeStatus status, string type)
    {
        OrderEvent told = order.Timeline.Last(e => e.Type == type && e.At >= dispute.OpenedAt);
        Money settled = order.SettledBy(dispute).Select(r => r.InMoney).Sum(order.Currency);
        return new DomainEvent(
            $"{order.Id}|order.disputed|{dispute.Id}|{char.ToLowerInvariant(status.ToString()[0])}{status.ToString()[1..]}", "order.disputed", 1, order.Id, told.Sequence, told.At,
            new OrderDisputed(order.Number, dispute.Id, dispute.Amount, dispute.Reason, status, dispute.EvidenceDue)
            {
                WrittenOff = status == DisputeStatus.Lost ? dispute.Amount - (order.Refunds.FirstOrDefault(r => r.Id == dispute.Id)?.Amount ?? Money.Zero(order.Currency)) - settled : null,
                Settled = status == DisputeStatus.Lost ? settled : null,
            });
    }

    private static OrderPaidLine[] Lines(IEnumerable<OrderLine> lines) => [.. lines.Select(l => new OrderPaidLine(l.Sku, l.Title, l.Quantity, l.Total, l.Tax, l.Digital?.Licence is not null, l.IsGiftCard) { Taxed = l.Taxed })];

    private static DomainEvent Event(Order order, string type, object data)
    {
        OrderEvent? told = order.Timeline.LastOrDefault(e => e.Type == type);
        // One that was reinstated may be cancelled a second time.
        string nth = order.Timeline.Count(e => e.Type == type) is > 1 and var times ? string.Create(CultureInfo.InvariantCulture, $"|{times}") : "";
        return new DomainEvent($"{order.Id}|{type}{nth}", type, 1, order.Id, told?.Sequence ?? order.Timeline.Count, told?.At ?? order.Timeline[^1].At, data);
    }
}

/// <param name="Reference">The payment at its provider.</param>
/// <param name="Coupon">The code of the coupon that the discount comes from.</param>
/// <param name="Analytics">Under which name it is measured; <c>null</c> unless the shopper agreed to it.</param>
public sealed record OrderPaid(
    string Number, string InvoiceNumber, string PaymentMethod, string Reference, Totals Totals, IReadOnlyList<OrderPaidLine> Lines, string? Coupon, AnalyticsClient? Analytics)
{
    /// <summary>What the tax of the postage was reckoned from; <c>null</c> where none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaxBasis? ShippingTaxed { get; init; }

    /// <summary>What gift cards and store credit paid of the total.</summary>
    public IReadOnlyList<OrderCreditPart> Credits { get; init; } = [];
}

/// <summary>Of an amount, what is credit.</summary>
public sealed record OrderCreditPart(CreditKind Kind, Money Amount)
{
    internal static IReadOnlyList<OrderCreditPart> Of(Order order) => [.. order.Credits.Select(c => new OrderCreditPart(c.Kind, c.Amount))];
}

/// <param name="Licensed">Each unit of it comes with a licence key.</param>
/// <param name="GiftCard">Each unit of it is a gift card.</param>
public sealed record OrderPaidLine(Sku Sku, string Title, int Quantity, Money Total, Money Tax, bool Licensed = false, bool GiftCard = false)
{
    /// <summary>What the tax was reckoned from; <c>null</c> where none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaxBasis? Taxed { get; init; }
}

public sealed record OrderCancelled(string Number, string Reason);

/// <param name="Reason">In a word of the provider's such as <c>product_not_received</c>.</param>
/// <param name="EvidenceDue">Until when the bank listens.</param>
public sealed record OrderDisputed(string Number, string DisputeId, Money Amount, string Reason, DisputeStatus Status, DateTimeOffset EvidenceDue)
{
    /// <summary>Of a lost one: what the bank took beyond what the order still kept, because that had gone back to the buyer before.</summary>
    public Money? WrittenOff { get; init; }

    /// <summary>Of a lost one: what the shop had owed the buyer, and the bank gave them instead.</summary>
    public Money? Settled { get; init; }
}

public sealed record OrderCompleted(string Number);

public sealed record OrderReinstated(string Number);

/// <param name="Lines">What the customer sends back.</param>
/// <param name="Inspected">What became of it; empty before.</param>
/// <param name="TrackingNumber">Of the parcel that brings it, where the shop ordered one.</param>
public sealed record OrderReturnChanged(
    string Number, string ReturnId, ReturnStatus Status, ReturnReason Reason, IReadOnlyList<RefundedLine> Lines, IReadOnlyList<InspectedLine> Inspected, string? TrackingNumber);

/// <param name="Due">The money is owed: people pay it out, and <c>order.paid-out</c> tells when.</param>
/// <param name="Sale">What is taken back of the sale; <c>null</c> when the money had come too late or in the wrong amount, and nothing was sold for it.</param>
/// <param name="Analytics">As in <see cref="OrderPaid"/>.</param>
public sealed record OrderRefunded(string Number, string PaymentMethod, string RefundId, Money Amount, bool Due, OrderRefundedSale? Sale, AnalyticsClient? Analytics)
{
    /// <summary>What of the amount became credit; the rest is money.</summary>
    public IReadOnlyList<OrderCreditPart> Credits { get; init; } = [];
}

/// <param name="Lines">The articles; as many of each as are taken back.</param>
/// <param name="Allowance">Money for nothing that came back.</param>
/// <param name="Tax">Contained in all of them or on top of them, as <paramref name="TaxIncluded"/> says.</param>
public sealed record OrderRefundedSale(IReadOnlyList<OrderPaidLine> Lines, Money Shipping, Money Allowance, Money Tax, bool TaxIncluded)
{
    /// <summary>What the tax of the postage was reckoned from; <c>null</c> where none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaxBasis? ShippingTaxed { get; init; }
}

/// <param name="Amount">Is owed to the customer from now on.</param>
/// <param name="Reason">In a word of the provider's such as <c>expired_or_canceled_card</c>.</param>
public sealed record OrderRefundFailed(string Number, string RefundId, Money Amount, string Reason);

/// <param name="Reference">As the bank's statement names it.</param>
public sealed record OrderPaidOut(string Number, string RefundId, Money Amount, string Reference);
