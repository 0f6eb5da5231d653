using System.Globalization;
using Shop.Common;
using Shop.Downloads;
using Shop.Email;
using Shop.Http;
using Shop.Orders;
using Shop.Payments;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>What customers are told of their orders, at the points where they expect to hear.</summary>
public enum OrderMail { Payable, Paid, Accepted, Shipped, Delivered, Cancelled, Returned, Refunded, Ready, Undelivered, Late }

/// <summary>Queues the mails about orders. The same mail of the same order has the same Message-ID, so it is sent once.</summary>
public sealed class OrderMails(EmailQueue mail, OrderTokens tokens, DownloadGrants downloads, PaymentMethods methods, CheckoutOptions checkout, ShopOptions shop, TimeProvider clock)
{
    /// <param name="about">Which mail.</param>
    /// <param name="order">As it is now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="occasion">Tells mails of one kind apart where an order has several.</param>
    /// <param name="shipment">Which parcel it is about; the last where none is named.</param>
    /// <param name="again">Tells a mail that staff send once more from the first.</param>
    public Task Send(OrderMail about, Order order, CancellationToken cancellationToken, string? occasion = null, Shipment? shipment = null, string? again = null)
    {
        string template = $"order-{about.ToString().ToLowerInvariant()}";
        string token = tokens.For(order.Id), address = $"{shop.PublicUrl.ToString().TrimEnd('/')}/v1/store/orders/{order.Id}";
        var model = new OrderMailModel(
            order.Number, order.InvoiceNumber, $"{address}?token={token}",
            [.. order.Lines.Select(l => new OrderMailLine(Short(l.Title), l.Quantity, l.Total))], order.Totals, order.ShippingAddress,
            shipment ?? (order.Shipments is [.., var last] ? last : null), [.. downloads.For(order).Select(d => new OrderMailDownload(Short(d.Title), d.Url))], order.Timeline[^1].Text,
            order.Refunds.FirstOrDefault(r => r.Id == occasion) is { } refund ? new OrderMailRefund(refund.InMoney, refund.Status == RefundStatus.Due, refund.ToCredit, refund.Credits.Any(c => c.AccountId is null)) : null,
            order.Shipping?.Place, order.AwaitsTransfer ? new OrderMailPayment(methods.NameOf(order.Payment.Method), order.Payment.ExpiresAt!.Value, order.Payment.Instructions!, order.Payment.Attempt > 1) : null)
        {
            Credits = OrderCreditPart.Of(order),
            ToPay = order.Asked(),
            GoesOnWhenPaid = order is { IsLapsed: true, Reinstatement: null } && order.FormerPayments.Append(order.Payment).Any(p => p.AtBank) && clock.GetUtcNow() < order.EndedAt().AddHours(checkout.ReinstateWithinHours),
            Reinstated = order.IsReinstated,
            InvoiceUrl = order.InvoiceNumber is null ? null : $"{address}/invoice?token={token}",
        };
        // One that was reinstated may be cancelled a second time.
        string nth = about == OrderMail.Cancelled && order.Timeline.Count(e => e.Type == "order.cancelled") is > 1 and var times ? string.Create(CultureInfo.InvariantCulture, $".{times}") : "";
        return mail.Send($"{order.Id}.{template}{nth}{(occasion is null ? "" : "." + occasion)}{(again is null ? "" : "." + again)}", template, order.Locale, order.Email, model, cancellationToken);
    }

    /// <summary>Whoever pays at a bank leaves the shop: what to pay, whereto and until when goes after them. Other ways to pay are paid in the client.</summary>
    public Task SendPayable(Order order, CancellationToken cancellationToken) => order.AwaitsTransfer
        ? Send(OrderMail.Payable, order, cancellationToken, occasion: order.Payment.Attempt.ToString(CultureInfo.InvariantCulture))
        : Task.CompletedTask;

    /// <summary>About a parcel; one of several has mails of its own.</summary>
    /// <param name="at">Tells mails of one kind apart where a parcel has several.</param>
    public Task SendOf(OrderMail about, Order order, Shipment? shipment, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        string?[] occasion = [order.Parcels.Count > 0 ? shipment?.Id : null, at?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)];
        return Send(about, order, cancellationToken, occasion.OfType<string>().ToArray() is { Length: > 0 } known ? string.Join('.', known) : null, shipment);
    }

    /// <summary>A queue message holds 64 KiB, and an order a hundred lines.</summary>
    private static string Short(string title) => title.Length <= 80 ? title : title[..(char.IsHighSurrogate(title[78]) ? 78 : 79)] + "…";
}

/// <param name="Url">Opens the order.</param>
/// <param name="Reason">The last entry of the timeline: why an order was cancelled.</param>
/// <param name="Refund">What the mail is about, where it is about one.</param>
/// <param name="Place">Where it is collected.</param>
/// <param name="Payment">How to pay, while somebody has to.</param>
public sealed record OrderMailModel(
    string Number, string? InvoiceNumber, string Url, IReadOnlyList<OrderMailLine> Lines, Totals Totals, Address? ShippingAddress, Shipment? Shipment, IReadOnlyList<OrderMailDownload> Downloads, string Reason,
    OrderMailRefund? Refund = null, string? Place = null, OrderMailPayment? Payment = null)
{
    /// <summary>What gift cards and store credit pay of the total.</summary>
    public IReadOnlyList<OrderCreditPart> Credits { get; init; } = [];

    /// <summary>What is left to pay with money.</summary>
    public required Money ToPay { get; init; }

    /// <summary>It ended because no money came in time; when some comes all the same it may go on.</summary>
    public bool GoesOnWhenPaid { get; init; }

    /// <summary>It was cancelled, and its money came after all.</summary>
    public bool Reinstated { get; init; }

    /// <summary>Opens the invoice; <c>null</c> where there is none yet.</summary>
    public string? InvoiceUrl { get; init; }
}

/// <param name="Method">As the shopper chose it.</param>
/// <param name="Until">The order ends when nothing came by then.</param>
/// <param name="Replaces">Another way to pay was told before.</param>
public sealed record OrderMailPayment(string Method, DateTimeOffset Until, PaymentInstructions Instructions, bool Replaces);

/// <param name="Amount">What goes back as money.</param>
/// <param name="Due">It has to be paid out by hand: the customer says whereto.</param>
/// <param name="Credit">What goes back as credit.</param>
/// <param name="ByCode">Another mail brings the code for it.</param>
public sealed record OrderMailRefund(Money Amount, bool Due, Money? Credit, bool ByCode);

public sealed record OrderMailDownload(string Title, string Url);

public sealed record OrderMailLine(string Title, int Quantity, Money Total);
