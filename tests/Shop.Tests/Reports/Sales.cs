using System.Text.Json;
using Shop.Common;
using Shop.Reports;

namespace Shop.Tests.Reports;

/// <summary>Events and facts that are valid until a test says otherwise.</summary>
internal static class Sales
{
    public static ShopOptions Shop { get; } = new() { PublicUrl = new Uri("https://shop.example"), TimeZone = "Asia/Jakarta", Currency = "IDR" };

    /// <summary>Noon in Jakarta.</summary>
    public static DateTimeOffset Noon { get; } = new(2026, 11, 23, 5, 0, 0, TimeSpan.Zero);

    public static Money Idr(long rupiah) => Money.FromMajor(rupiah, Currency.Idr);

    /// <summary>An <c>order.paid</c> as it comes from the topic.</summary>
    public static ReceivedEvent Paid(
        string order = "ord_01", DateTimeOffset? at = null, long shipping = 0, long shippingTax = 0, bool taxIncluded = true, params (string Sku, string Title, int Quantity, long Total, long Tax)[] lines)
    {
        Totals totals = Totals.Of(Idr(lines.Sum(l => l.Total)), Idr(0), Idr(shipping), Idr(lines.Sum(l => l.Tax) + shippingTax), taxIncluded);
        return Told(order, "order.paid", at, new
        {
            number = "2026-000001", invoiceNumber = "INV-2026-000001", paymentMethod = "card", reference = "pi_1", totals,
            lines = lines.Select(l => new { sku = l.Sku, title = l.Title, quantity = l.Quantity, total = Idr(l.Total), tax = Idr(l.Tax) }),
        });
    }

    public static ReceivedEvent Told(string order, string type, DateTimeOffset? at, object data, int version = 1) =>
        new($"{order}|{type}", type, version, order, 3, at ?? Noon, JsonSerializer.SerializeToElement(data, ShopJson.Options));

    public static SalesReport Report(params ReceivedEvent[] told)
    {
        var days = new BusinessDays(Shop);
        var tally = new SalesTally(Currency.Idr);
        foreach (ReceivedEvent one in told)
            if (SalesProjection.Of(one) is { } fact) tally.Add(days.Of(fact.At), fact);
        return tally.Build();
    }
}
