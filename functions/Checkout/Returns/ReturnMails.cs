using System.Globalization;
using Shop.Common;
using Shop.Email;
using Shop.Http;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>What customers are told of their returns, and staff of those that wait.</summary>
public sealed class ReturnMails(EmailQueue mail, OrderTokens tokens, CheckoutOptions checkout, ShopOptions shop)
{
    /// <param name="type">Of the entry in the timeline, such as <c>return.approved</c>; some steps are for staff only.</param>
    public async Task Send(Order order, OrderReturn changed, string type, CancellationToken cancellationToken)
    {
        if (type is not ("return.requested" or "return.approved" or "return.refused" or "return.expired" or "return.exchanged")) return;
        string shopUrl = shop.PublicUrl.ToString().TrimEnd('/');
        string url = type == "return.exchanged" ? $"{shopUrl}/v1/store/carts/{changed.ExchangeCartId}" : $"{shopUrl}/v1/store/orders/{order.Id}?token={tokens.For(order.Id)}";
        var model = new ReturnMail(
            order.Number, url, type["return.".Length..], [.. changed.Lines.Select(l => new ReturnMailLine(order.Lines.First(o => o.Sku == l.Sku).Title is { Length: > 80 } title ? title[..79] + "…" : order.Lines.First(o => o.Sku == l.Sku).Title, l.Quantity))],
            changed.Parcel is null ? null : $"{shopUrl}/v1/store/orders/{order.Id}/returns/{changed.Id}/label?token={tokens.For(order.Id)}", changed.Until is { } until ? shop.DayOf(until).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null, changed.Answer);
        await mail.Send($"{order.Id}.order-return.{type}.{changed.Id}", "order-return", order.Locale, order.Email, model, cancellationToken);
    }

    /// <summary>Nobody has looked at goods that came back.</summary>
    public async Task Remind(Order order, OrderReturn waiting, CancellationToken cancellationToken)
    {
        if (checkout.AlertEmail.Length == 0) return;
        string until = shop.DayOf(waiting.Until!.Value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await mail.Send($"{order.Id}.return-late.{waiting.Id}.{until}", "return-late", shop.Locale, checkout.AlertEmail, new ReturnLateMail(order.Number, order.Id, waiting.Id), cancellationToken);
    }
}

/// <param name="Step">Where the return is: <c>requested</c>, <c>approved</c>, <c>refused</c>, <c>expired</c> or <c>exchanged</c>.</param>
/// <param name="LabelUrl">Where the shop ordered the parcel.</param>
/// <param name="Until">The day until which the goods have to come.</param>
public sealed record ReturnMail(string Number, string Url, string Step, IReadOnlyList<ReturnMailLine> Lines, string? LabelUrl, string? Until, string? Answer);

public sealed record ReturnMailLine(string Title, int Quantity);

public sealed record ReturnLateMail(string Number, string OrderId, string ReturnId);
