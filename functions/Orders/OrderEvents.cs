using Shop.Common;

namespace Shop.Orders;

/// <summary>What an order tells other systems; docs/events.md describes each.</summary>
public static class OrderEvents
{
    /// <summary><c>order.paid</c>, version 1.</summary>
    public static DomainEvent Paid(Order order) => Event(order, "order.paid", new OrderPaid(
        order.Number, order.InvoiceNumber!, order.Payment.Method, order.Payment.Reference!, order.Totals,
        [.. order.Lines.Select(l => new OrderPaidLine(l.Sku, l.Title, l.Quantity, l.Total, l.Tax))]));

    /// <summary><c>order.cancelled</c>, version 1.</summary>
    public static DomainEvent Cancelled(Order order) => Event(order, "order.cancelled", new OrderCancelled(order.Number, order.Timeline[^1].Text));

    /// <summary><c>order.completed</c>, version 1.</summary>
    public static DomainEvent Completed(Order order) => Event(order, "order.completed", new OrderCompleted(order.Number));

    /// <summary><c>order.refunded</c>, version 1.</summary>
    public static DomainEvent Refunded(Order order, OrderRefund refund, bool soldBefore) =>
        Event(order, "order.refunded", new OrderRefunded(order.Number, order.Payment.Method, refund.Id, refund.Amount, soldBefore)) with { Id = $"{order.Id}|order.refunded|{refund.Id}", At = refund.At };

    private static DomainEvent Event(Order order, string type, object data)
    {
        OrderEvent? told = order.Timeline.LastOrDefault(e => e.Type == type);
        return new DomainEvent($"{order.Id}|{type}", type, 1, order.Id, told?.Sequence ?? order.Timeline.Count, told?.At ?? order.Timeline[^1].At, data);
    }
}

/// <param name="Reference">The payment at its provider.</param>
public sealed record OrderPaid(string Number, string InvoiceNumber, string PaymentMethod, string Reference, Totals Totals, IReadOnlyList<OrderPaidLine> Lines);

public sealed record OrderPaidLine(Sku Sku, string Title, int Quantity, Money Total, Money Tax);

public sealed record OrderCancelled(string Number, string Reason);

public sealed record OrderCompleted(string Number);

/// <param name="SoldBefore">Whether the order had counted as sold; money that came after its end had not.</param>
public sealed record OrderRefunded(string Number, string PaymentMethod, string RefundId, Money Amount, bool SoldBefore);
