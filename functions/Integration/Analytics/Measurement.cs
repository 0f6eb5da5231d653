using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Integration;

/// <summary>What is sent to the collector, in the shape of GA4's Measurement Protocol. Whom it is about is said by what their browser drew at random, and by nothing else.</summary>
/// <remarks>https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference/events</remarks>
/// <param name="TimestampMicros">When it happened, in microseconds since 1970.</param>
internal sealed record Measurement(
    [property: JsonPropertyName("client_id")] string ClientId,
    [property: JsonPropertyName("timestamp_micros")] long TimestampMicros,
    [property: JsonPropertyName("non_personalized_ads")] bool NonPersonalizedAds,
    [property: JsonPropertyName("events")] IReadOnlyList<MeasuredEvent> Events)
{
    /// <summary>Which measurement a domain event is, if it is one and its shopper agreed. Pure.</summary>
    /// <exception cref="InvalidDataException">The event has a version that is not known here.</exception>
    public static Measurement? Of(ReceivedEvent told) => told.Type switch
    {
        "order.paid" when told.DataOf<Paid>(1) is { Analytics: { } client } paid => Of(told, client, "purchase", paid.Number, paid.Coupon, paid.Totals.Shipping, null, paid.Totals.Tax, paid.Totals.TaxIncluded, paid.Lines),
        // Money that came for nothing and went back was never measured as a purchase.
        "order.refunded" when told.DataOf<Refunded>(1) is { Analytics: { } client, Sale: { } sale } refunded => Of(told, client, "refund", refunded.Number, null, sale.Shipping, sale.Allowance, sale.Tax, sale.TaxIncluded, sale.Lines),
        _ => null,
    };

    /// <param name="allowance">Money for nothing that came back; it comes alone, and all the tax is its own then.</param>
    private static Measurement Of(
        ReceivedEvent told, AnalyticsClient client, string name, string number, string? coupon, Money shipping, Money? allowance, Money tax, bool taxIncluded, IReadOnlyList<Line> lines)
    {
        Currency currency = shipping.Currency;
        Money restOfTax = tax - lines.Select(l => l.Tax).Sum(currency), given = allowance ?? Money.Zero(currency);
        (Money allowanceTax, Money shippingTax) = given.IsZero ? (given, restOfTax) : (restOfTax, Money.Zero(currency));
        Money Net(Money amount, Money contained) => taxIncluded ? amount - contained : amount;
        var parameters = new MeasuredSale(
            number, currency.Code, Major(lines.Select(l => Net(l.Total, l.Tax)).Sum(currency) + Net(given, allowanceTax)), Major(tax), Major(Net(shipping, shippingTax)), coupon,
            [.. lines.Select(l => new MeasuredItem(l.Sku.Value, l.Title, Math.Round(Major(Net(l.Total, l.Tax)) / l.Quantity, 6), l.Quantity))], client.SessionId, 1);
        return new Measurement(client.ClientId, told.At.ToUnixTimeMilliseconds() * 1000, NonPersonalizedAds: true, [new MeasuredEvent(name, parameters)]);
    }

    private static decimal Major(Money money) => money.Amount / (decimal)money.Currency.MinorUnits;

    private sealed record Line(Sku Sku, string Title, int Quantity, Money Total, Money Tax);

    private sealed record Paid(string Number, Totals Totals, IReadOnlyList<Line> Lines, string? Coupon = null, AnalyticsClient? Analytics = null);

    private sealed record Refunded(string Number, RefundedSale? Sale, AnalyticsClient? Analytics = null);

    private sealed record RefundedSale(IReadOnlyList<Line> Lines, Money Shipping, Money Tax, bool TaxIncluded, Money? Allowance = null);
}

internal sealed record MeasuredEvent([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("params")] MeasuredSale Parameters);

/// <summary>All amounts in major units; value, tax and shipping add up to what was paid or went back.</summary>
/// <param name="TransactionId">The order's number: what comes twice under it counts once.</param>
/// <param name="Value">Of the items after discount, without tax and shipping, as GA4 asks for it; or what was given back though no item came back.</param>
internal sealed record MeasuredSale(
    [property: JsonPropertyName("transaction_id")] string TransactionId,
    [property: JsonPropertyName("currency")] string Currency,
    [property: JsonPropertyName("value")] decimal Value,
    [property: JsonPropertyName("tax")] decimal Tax,
    [property: JsonPropertyName("shipping")] decimal Shipping,
    [property: JsonPropertyName("coupon"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Coupon,
    [property: JsonPropertyName("items")] IReadOnlyList<MeasuredItem> Items,
    [property: JsonPropertyName("session_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SessionId,
    [property: JsonPropertyName("engagement_time_msec")] int EngagementMilliseconds);

/// <param name="Price">Of one, after discount, without tax.</param>
internal sealed record MeasuredItem(
    [property: JsonPropertyName("item_id")] string ItemId,
    [property: JsonPropertyName("item_name")] string ItemName,
    [property: JsonPropertyName("price")] decimal Price,
    [property: JsonPropertyName("quantity")] int Quantity);
