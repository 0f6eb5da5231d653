using CsCheck;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Tests.Orders;

public sealed class SaleShareTests
{
    private static readonly Gen<OrderLine> AnyLine =
        Gen.Select(Gen.Bool, Gen.Int[1, 5], Gen.Long[0, 1_000_000], Gen.Long[0, 100_000], (digital, quantity, total, tax) =>
            new OrderLine(Sku.Parse("KOPI"), "Kopi", digital, quantity, Idr(total), Idr(0), Idr(tax), Idr(total), 250, null));

    [Fact]
    public void What_came_in_parcels_and_the_files_together_are_the_whole_order() => Gen.Select(AnyLine.List[1, 6], Gen.Long[0, 50_000], Gen.Long[0, 5_000], Gen.Bool).Sample((lines, shipping, shippingTax, included) =>
    {
        Order order = Sold(lines, shipping, shippingTax, included);
        SaleShare parcels = SaleShare.OfParcels(order);
        Money files = lines.Where(l => l.IsDigital).Select(l => included ? l.Total : l.Total + l.Tax).Sum(Currency.Idr);

        Assert.Equal(order.Totals.Total, parcels.Amount + files);
    });

    [Fact]
    public void An_order_whose_parcel_came_back_ends_with_what_it_delivered()
    {
        OrderLine parcel = AnyOf(digital: false), file = AnyOf(digital: true);
        Order both = Sold([parcel, file], 9_000, 0, true).TakeBack(Refund(Sold([parcel, file], 9_000, 0, true)));
        Order goods = Sold([parcel], 9_000, 0, true).TakeBack(Refund(Sold([parcel], 9_000, 0, true)));

        Assert.Equal((OrderStatus.Completed, PaymentStatus.PartiallyRefunded, FulfilmentStatus.Partial), (both.Status, both.PaymentStatus, both.FulfilmentStatus));
        Assert.Equal((OrderStatus.Cancelled, PaymentStatus.Refunded, FulfilmentStatus.Returned), (goods.Status, goods.PaymentStatus, goods.FulfilmentStatus));
        Assert.Same(goods, goods.TakeBack(Refund(goods)));
    }

    private static OrderLine AnyOf(bool digital) => new(Sku.Parse("KOPI"), "Kopi", digital, 1, Idr(85_000), Idr(0), Idr(8_423), Idr(85_000), 250, null);

    private static OrderRefund Refund(Order order) => new("re_1", SaleShare.OfParcels(order).Amount, "the parcel came back", DateTimeOffset.UnixEpoch);

    private static Order Sold(IReadOnlyList<OrderLine> lines, long shipping, long shippingTax, bool taxIncluded) => new()
    {
        Id = "ord_01", Number = "10001", InvoiceNumber = "INV-2026-000001", CartId = "crt_01", PlacedAt = DateTimeOffset.UnixEpoch, Currency = Currency.Idr, Locale = "id", Email = "ayu@example.test",
        Status = OrderStatus.Fulfilling,
        PaymentStatus = PaymentStatus.Paid,
        Lines = lines,
        Totals = Totals.Of(lines.Select(l => l.Total).Sum(Currency.Idr), Idr(0), Idr(shipping), lines.Select(l => l.Tax).Sum(Currency.Idr) + Idr(shippingTax), taxIncluded),
        Payment = new OrderPayment("card", PaymentKind.Card, "stripe", "card", OrderPaymentStatus.Paid, Reference: "pi_1"),
    };

    private static Money Idr(long rupiah) => Money.FromMajor(rupiah, Currency.Idr);
}
