using Shop.Common;
using Shop.Downloads;
using Shop.Email;
using Shop.Http;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>What customers are told of their orders, at the points where they expect to hear.</summary>
public enum OrderMail { Paid, Accepted, Shipped, Delivered, Cancelled, Returned, Refunded }

/// <summary>Queues the mails about orders. The same mail of the same order has the same Message-ID, so it is sent once.</summary>
public sealed class OrderMails(EmailQueue mail, OrderTokens tokens, DownloadGrants downloads, ShopOptions shop)
{
    /// <param name="about">Which mail.</param>
    /// <param name="order">As it is now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="occasion">Tells mails of one kind apart where an order has several.</param>
    public Task Send(OrderMail about, Order order, CancellationToken cancellationToken, string? occasion = null)
    {
        string template = $"order-{about.ToString().ToLowerInvariant()}";
        string token = tokens.For(order.Id);
        var model = new OrderMailModel(
            order.Number, order.InvoiceNumber, $"{shop.PublicUrl.ToString().TrimEnd('/')}/v1/store/orders/{order.Id}?token={token}",
            [.. order.Lines.Select(l => new OrderMailLine(Short(l.Title), l.Quantity, l.Total))], order.Totals, order.ShippingAddress,
            order.Shipments is [.., var last] ? last : null, [.. downloads.For(order).Select(d => new OrderMailDownload(Short(d.Title), d.Url))], order.Timeline[^1].Text,
            order.Refunds.FirstOrDefault(r => r.Id == occasion) is { } refund ? new OrderMailRefund(refund.Amount, refund.Status == RefundStatus.Due) : null);
        return mail.Send($"{order.Id}.{template}{(occasion is null ? "" : "." + occasion)}", template, order.Locale, order.Email, model, cancellationToken);
    }

    /// <summary>A queue message holds 64 KiB, and an order a hundred lines.</summary>
    private static string Short(string title) => title.Length <= 80 ? title : title[..79] + "…";
}

/// <param name="Url">Opens the order.</param>
/// <param name="Reason">The last entry of the timeline: why an order was cancelled.</param>
/// <param name="Refund">What the mail is about, where it is about one.</param>
public sealed record OrderMailModel(
    string Number, string? InvoiceNumber, string Url, IReadOnlyList<OrderMailLine> Lines, Totals Totals, Address? ShippingAddress, Shipment? Shipment, IReadOnlyList<OrderMailDownload> Downloads, string Reason,
    OrderMailRefund? Refund = null);

/// <param name="Due">It has to be paid out by hand: the customer says whereto.</param>
public sealed record OrderMailRefund(Money Amount, bool Due);

public sealed record OrderMailDownload(string Title, string Url);

public sealed record OrderMailLine(string Title, int Quantity, Money Total);
