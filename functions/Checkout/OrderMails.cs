using Shop.Common;
using Shop.Downloads;
using Shop.Email;
using Shop.Http;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>What customers are told of their orders, at the points where they expect to hear.</summary>
public enum OrderMail { Paid, Shipped, Delivered, Cancelled }

/// <summary>Queues the mails about orders. The same mail of the same order has the same Message-ID, so it is sent once.</summary>
public sealed class OrderMails(EmailQueue mail, OrderTokens tokens, DownloadGrants downloads, ShopOptions shop)
{
    public Task Send(OrderMail about, Order order, CancellationToken cancellationToken)
    {
        string template = $"order-{about.ToString().ToLowerInvariant()}";
        string token = tokens.For(order.Id);
        var model = new OrderMailModel(
            order.Number, order.InvoiceNumber, $"{shop.PublicUrl.ToString().TrimEnd('/')}/v1/store/orders/{order.Id}?token={token}",
            [.. order.Lines.Select(l => new OrderMailLine(l.Title, l.Quantity, l.Total))], order.Totals, order.ShippingAddress,
            order.Shipments is [.., var last] ? last : null, downloads.For(order), order.Timeline[^1].Text);
        return mail.Send($"{order.Id}.{template}", template, order.Locale, order.Email, model, cancellationToken);
    }
}

/// <param name="Url">Opens the order.</param>
/// <param name="Reason">The last entry of the timeline: why an order was cancelled.</param>
public sealed record OrderMailModel(
    string Number, string? InvoiceNumber, string Url, IReadOnlyList<OrderMailLine> Lines, Totals Totals, Address? ShippingAddress, Shipment? Shipment, IReadOnlyList<OrderDownload> Downloads, string Reason);

public sealed record OrderMailLine(string Title, int Quantity, Money Total);
