using System.Security.Cryptography;
using System.Text;
using Shop.Common;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <param name="Template">Which mail; it has to have been due before.</param>
public sealed record MailAgain(OrderMail Template);

/// <summary>Sends a mail of an order once more, to the address that the order has now: it was lost, or the customer deleted it.</summary>
public sealed class SendMailAgain(OrderStore orders, OrderMails mails)
{
    /// <param name="key">The request's idempotency key: the same one is one mail.</param>
    public async Task<Result<Order>> Run(string orderId, MailAgain wanted, string key, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("ord", orderId) || await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.Email == EmailAddress.Nobody) return OrderProblems.MailNotDue.At("/template", "finds nobody: the customer was erased");
        if (!WasDue(order, wanted.Template)) return OrderProblems.MailNotDue.At("/template", wanted.Template == OrderMail.Payable ? "is for orders that wait for a transfer" : "was not sent yet");
        string again = "again-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 8));
        string? refund = wanted.Template is OrderMail.Refunded or OrderMail.Returned or OrderMail.Cancelled && order.Refunds is [.., var last] ? last.Id : null;
        await mails.Send(wanted.Template, order, cancellationToken, refund, again: again);
        return order;
    }

    private static bool WasDue(Order order, OrderMail mail) => mail switch
    {
        OrderMail.Payable => order.AwaitsTransfer,
        OrderMail.Paid => order.Timeline.Any(e => e.Type == "order.paid"),
        OrderMail.Accepted => order.Timeline.Any(e => e.Type == "order.accepted"),
        OrderMail.Shipped => Was(order, ShipmentStatus.PickedUp) || Was(order, ShipmentStatus.InTransit),
        OrderMail.Delivered => Was(order, ShipmentStatus.Delivered),
        OrderMail.Cancelled => order.Status == OrderStatus.Cancelled,
        OrderMail.Returned => Was(order, ShipmentStatus.Returned),
        OrderMail.Refunded => order.Refunds.Count > 0,
        OrderMail.Ready => Was(order, ShipmentStatus.Ready),
        OrderMail.Undelivered => Was(order, ShipmentStatus.Failed),
        _ => order.Missed.Count > 0,
    };

    private static bool Was(Order order, ShipmentStatus status) => order.Shipments.Any(s => s.Events.Any(e => e.Status == status));
}
