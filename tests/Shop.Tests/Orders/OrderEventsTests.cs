using System.Reflection;
using System.Text.Json;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;
using Shop.Tests.Shape;

namespace Shop.Tests.Orders;

public sealed class OrderEventsTests
{
    private static readonly Money Price = Money.FromMajor(85_000, Currency.Idr);
    private static readonly OrderRefund Refund = new("re_1", Price, "too late", DateTimeOffset.UnixEpoch);

    private static readonly Order Order = new()
    {
        Id = "ord_01", Number = "2026-000001", InvoiceNumber = "INV-2026-000001", CartId = "crt_01", PlacedAt = DateTimeOffset.UnixEpoch, Currency = Currency.Idr, Locale = "id", Email = "ayu@example.test",
        Lines = [new OrderLine(Sku.Parse("KOPI"), "Kopi", false, 1, Price, Money.Zero(Currency.Idr), Money.Zero(Currency.Idr), Price, 250, null)],
        Totals = Totals.Of(Price, Money.Zero(Currency.Idr), Money.Zero(Currency.Idr), Money.Zero(Currency.Idr), taxIncluded: true),
        ShippingTaxed = new TaxBasis(Price, Price, 12, "04"),
        Payment = new OrderPayment("card", PaymentKind.Card, "stripe", "card", OrderPaymentStatus.Paid, Reference: "pi_1"),
        Timeline = [new OrderEvent(1, DateTimeOffset.UnixEpoch, "order.placed", "Placed.", "shopper"), new OrderEvent(2, DateTimeOffset.UnixEpoch, "payment.refunded", "Refunded.", "system"), new OrderEvent(3, DateTimeOffset.UnixEpoch, "payment.paid-out", "Paid out.", "staff:stf_1"), new OrderEvent(4, DateTimeOffset.UnixEpoch, "payment.disputed", "Disputed.", "provider"),
            new OrderEvent(5, DateTimeOffset.UnixEpoch, "return.requested", "Asked for.", "shopper"),
            new OrderEvent(6, DateTimeOffset.UnixEpoch, "refund.failed", "Came back.", "provider")],
    };

    private static readonly DomainEvent[] Events = [OrderEvents.Paid(Order), OrderEvents.Cancelled(Order), OrderEvents.Reinstated(Order), OrderEvents.Completed(Order), OrderEvents.Refunded(Order, Refund, SaleShare.OfParcel(Order, "ord_01-1")), OrderEvents.PaidOut(Order, Refund with { Reference = "TRF-1", PaidOutAt = DateTimeOffset.UnixEpoch }),
        .. OrderEvents.Disputed(Order, new OrderDispute("dp_1", "pi_1", Price, "fraudulent", DisputeStatus.NeedsResponse, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)),
        OrderEvents.RefundFailed(Order, Refund with { Failed = new RefundFailure("re_1", "declined", DateTimeOffset.UnixEpoch) }),
        OrderEvents.ReturnChanged(Order, new OrderReturn("ord_01-r00000000", [], ReturnReason.Unwanted, null, DateTimeOffset.UnixEpoch), "return.requested")];

    [Fact]
    public void Every_event_and_every_field_of_it_is_described_in_docs()
    {
        string docs = Repository.Read("docs", "events.md");

        Assert.Equal(typeof(OrderEvents).GetMethods(BindingFlags.Public | BindingFlags.Static).Length, Events.Length);
        foreach (DomainEvent told in Events)
        {
            string section = docs.Split("\n## ").SingleOrDefault(s => s.StartsWith($"{told.Type}, version {told.Version}\n", StringComparison.Ordinal)) ?? "";
            IEnumerable<string> described = section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
            Assert.Equal(JsonSerializer.SerializeToElement(told.Data, ShopJson.Options).EnumerateObject().Select(f => f.Name), described);
        }
    }

    [Fact]
    public void A_sale_tells_what_its_tax_was_reckoned_from_and_an_old_one_does_not()
    {
        var basis = new TaxBasis(Price, Price, 12, "04");
        Order taxed = Order with { Lines = [Order.Lines[0] with { Taxed = basis }] };

        Assert.Equal(basis, Assert.Single(((OrderPaid)OrderEvents.Paid(taxed).Data).Lines).Taxed);
        Assert.Equal(Order.ShippingTaxed, ((OrderPaid)OrderEvents.Paid(taxed).Data).ShippingTaxed);
        Assert.False(JsonSerializer.SerializeToElement(OrderEvents.Paid(Order).Data, ShopJson.Options).GetProperty("lines")[0].TryGetProperty("taxed", out _));
        Assert.Null(JsonSerializer.Deserialize<OrderLine>(JsonSerializer.Serialize(Order.Lines[0], ShopJson.Options), ShopJson.Options)!.Taxed);
    }

    [Fact]
    public void An_event_has_the_same_id_whenever_it_is_told() => Assert.Equal(
        ["ord_01|order.paid", "ord_01|order.cancelled", "ord_01|order.reinstated", "ord_01|order.completed", "ord_01|order.refunded|re_1", "ord_01|order.paid-out|re_1", "ord_01|order.disputed|dp_1|needsResponse", "ord_01|order.refund-failed|re_1", "ord_01|return.requested|ord_01-r00000000"], Events.Select(e => e.Id));
}
