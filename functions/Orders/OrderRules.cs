using Shop.Common;
using Shop.Payments;
using Shop.Shipping;

namespace Shop.Orders;

/// <summary>How an order moves. Pure; a step that was taken before leaves the order as it is, so that an activity may run twice.</summary>
public static class OrderRules
{
    public static Order Place(this Order order, DateTimeOffset at) =>
        order.Timeline.Count > 0 ? order : order.Tell(at, "order.placed", $"Order {order.Number} was placed.", "shopper");

    /// <summary>The shopper can pay now.</summary>
    public static Order AwaitPayment(this Order order, OpenedPayment payment, DateTimeOffset until, DateTimeOffset at) => order.Status != OrderStatus.Placed ? order : (order with
    {
        Status = OrderStatus.AwaitingPayment,
        Payment = order.Payment with { Status = OrderPaymentStatus.Pending, Reference = payment.Reference, ExpiresAt = until, Instructions = payment.Instructions },
    }).Tell(at, "payment.opened", "Waiting for the payment.", "system");

    /// <summary>The shopper pays another way from now on.</summary>
    /// <param name="next">The way that was opened; without instructions where its provider refused it.</param>
    public static Order Repay(this Order order, OrderPayment next, DateTimeOffset at) => order.Status != OrderStatus.AwaitingPayment || order.Payment.Attempt >= next.Attempt ? order : (order with
    {
        Payment = next,
        FormerPayments = [.. order.FormerPayments, order.Payment with { Status = OrderPaymentStatus.Cancelled, Instructions = null }],
    }).Tell(at, next.Instructions is null ? "payment.failed" : "payment.opened", next.Instructions is null ? "The payment provider refused this way to pay." : "Another way to pay was chosen.", "shopper");

    /// <summary>A payment that did not go through; the shopper may try again until the deadline.</summary>
    public static Order Decline(this Order order, string reference, string? reason, DateTimeOffset at) => order.Status != OrderStatus.AwaitingPayment || order.Payment.Reference != reference ? order : (order with
    {
        Payment = order.Payment with { Status = OrderPaymentStatus.Failed },
    }).Tell(at, "payment.failed", reason is null ? "The payment failed." : $"The payment failed: {reason}.", "provider");

    /// <summary>The money is here. Digital lines are delivered with it.</summary>
    /// <param name="reference">Of the payment it came with: one that was replaced may have been faster than its cancellation.</param>
    public static Order Pay(this Order order, string reference, string invoiceNumber, DateTimeOffset at)
    {
        if (order.Status != OrderStatus.AwaitingPayment) return order;
        if (order.Payment.Reference != reference && order.FormerPayments.FirstOrDefault(p => p.Reference == reference) is { } earlier)
            order = order with { Payment = earlier, FormerPayments = [.. order.FormerPayments.Where(p => p != earlier), order.Payment with { Status = OrderPaymentStatus.Cancelled, Instructions = null }] };
        Order paid = (order with
        {
            Status = order.NeedsShipping ? OrderStatus.Paid : OrderStatus.Completed,
            PaymentStatus = PaymentStatus.Paid,
            FulfilmentStatus = !order.NeedsShipping ? FulfilmentStatus.Fulfilled : order.HasDigital ? FulfilmentStatus.Partial : FulfilmentStatus.Unfulfilled,
            InvoiceNumber = invoiceNumber,
            Payment = order.Payment with { Status = OrderPaymentStatus.Paid, Instructions = null },
        }).Tell(at, "order.paid", $"Paid {order.Totals.Total}; invoice {invoiceNumber}.", "provider");
        return order.NeedsShipping ? paid : paid.Tell(at, "order.completed", "Everything is delivered.", "system");
    }

    /// <summary>Ends an order that was not paid.</summary>
    /// <param name="order">Placed or waiting for its payment.</param>
    /// <param name="payment">What became of the payment.</param>
    /// <param name="failure">What the checkout request answers, when it failed before the shopper could pay.</param>
    public static Order Cancel(this Order order, OrderPaymentStatus payment, string text, string actor, Problem? failure, DateTimeOffset at) =>
        order.Status is not (OrderStatus.Placed or OrderStatus.AwaitingPayment) ? order : (order with
        {
            Status = OrderStatus.Cancelled,
            Payment = order.Payment with { Status = payment, Instructions = null },
            Failure = failure,
        }).Tell(at, "order.cancelled", text, actor);

    public static Order Book(this Order order, Shipment shipment, DateTimeOffset at) => order.Shipments.Any(s => s.Id == shipment.Id) ? order : (order with
    {
        Status = OrderStatus.Fulfilling,
        Shipments = [.. order.Shipments, shipment],
    }).Tell(at, "shipment.booked", $"{shipment.Courier} will collect the parcel; tracking number {shipment.TrackingNumber}.", "system");

    /// <summary>What the courier tells. The order is completed when its last parcel has arrived.</summary>
    public static Order Track(this Order order, string shipmentId, TrackingEvent told, DateTimeOffset at)
    {
        Shipment? before = order.Shipments.FirstOrDefault(s => s.Id == shipmentId);
        if (before is null || before.Take(told) is not { } after || after == before) return order;
        Order tracked = (order with { Shipments = [.. order.Shipments.Select(s => s.Id == shipmentId ? after : s)] })
            .Tell(at, $"shipment.{char.ToLowerInvariant(told.Status.ToString()[0])}{told.Status.ToString()[1..]}", told.Text ?? told.Status.ToString(), "courier");
        if (!tracked.Shipments.All(s => s.Status == ShipmentStatus.Delivered)) return tracked;
        return (tracked with { Status = OrderStatus.Completed, FulfilmentStatus = FulfilmentStatus.Fulfilled }).Tell(at, "order.completed", "Everything is delivered.", "system");
    }

    /// <summary>Money went back. An order that keeps what it was paid is paid all the same when money that it never kept goes back.</summary>
    public static Order Refund(this Order order, OrderRefund refund)
    {
        if (order.Refunds.Any(r => r.Id == refund.Id)) return order;
        OrderRefund[] refunds = [.. order.Refunds, refund];
        Money returned = refunds.Where(r => !r.Surplus).Select(r => r.Amount).Sum(order.Currency);
        PaymentStatus status = order.PaymentStatus == PaymentStatus.Unpaid || returned >= order.Totals.Total ? PaymentStatus.Refunded
            : returned.IsZero ? order.PaymentStatus
            : PaymentStatus.PartiallyRefunded;
        return (order with { Refunds = refunds, PaymentStatus = status })
            .Tell(refund.At, "payment.refunded", refund.Status == RefundStatus.Due ? $"{refund.Amount} will be paid out: {refund.Reason}." : $"{refund.Amount} went back: {refund.Reason}.", "system");
    }

    /// <summary>The parcel came back and its money was returned. Files that were delivered stay, and the order is completed with them.</summary>
    public static Order TakeBack(this Order order, OrderRefund refund)
    {
        if (order.IsOver) return order;
        Order refunded = order.Refund(refund) with { FulfilmentStatus = order.HasDigital ? FulfilmentStatus.Partial : FulfilmentStatus.Returned };
        return order.HasDigital
            ? (refunded with { Status = OrderStatus.Completed }).Tell(refund.At, "order.completed", "The parcel came back; the files are delivered.", "system")
            : (refunded with { Status = OrderStatus.Cancelled }).Tell(refund.At, "order.cancelled", "The parcel came back.", "system");
    }

    private static Order Tell(this Order order, DateTimeOffset at, string type, string text, string actor) =>
        order with { Timeline = [.. order.Timeline, new OrderEvent(order.Timeline.Count + 1, at, type, text, actor)] };
}
