using CsCheck;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;
using Shop.Shipping;

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
        SaleShare parcels = SaleShare.OfParcel(order, "ord_01-1");
        Money files = lines.Where(l => l.IsDigital).Select(l => included ? l.Total : l.Total + l.Tax).Sum(Currency.Idr);

        Assert.Equal(order.Totals.Total, parcels.Amount + files);
    });

    [Fact]
    public void An_order_whose_parcel_came_back_ends_with_what_it_delivered()
    {
        OrderLine parcel = AnyOf(digital: false), file = AnyOf(digital: true);
        Order both = Returned(Sold([parcel, file], 9_000, 0, true));
        Order goods = Returned(Sold([parcel], 9_000, 0, true));

        Assert.Equal((OrderStatus.Completed, PaymentStatus.PartiallyRefunded, FulfilmentStatus.Partial), (both.Status, both.PaymentStatus, both.FulfilmentStatus));
        Assert.Equal((OrderStatus.Cancelled, PaymentStatus.Refunded, FulfilmentStatus.Returned), (goods.Status, goods.PaymentStatus, goods.FulfilmentStatus));
        Assert.Equal(goods.Timeline, goods.TakeBack("ord_01-1", DateTimeOffset.UnixEpoch).Timeline);
    }

    [Fact]
    public void Units_that_are_taken_back_one_by_one_are_the_whole_order_in_the_end() => Gen.Select(AnyLine.List[1, 4], Gen.Long[0, 50_000], Gen.Long[0, 5_000], Gen.Bool).Sample((lines, shipping, shippingTax, included) =>
    {
        Order order = Sold(lines, shipping, shippingTax, included);
        Money total = order.Totals.Total, given = Money.Zero(Currency.Idr);
        OrderRefund[] each = [.. order.Lines.SelectMany(l => Enumerable.Repeat(l.Sku, l.Quantity)).Select((sku, i) => new OrderRefund($"r{i}", Idr(0), "", default, RefundStatus.Pending) { Lines = [new RefundedLine(sku, 1)], Shipping = Idr(0) })];
        OrderRefund postage = new("postage", Idr(0), "", default, RefundStatus.Pending) { Shipping = order.Totals.Shipping };

        foreach (OrderRefund wanted in each.Append(postage))
        {
            SaleShare share = SaleShare.Of(order, wanted.Lines, wanted.Shipping!.Value, order.Refunds);
            given += share.Amount;
            order = order with { Refunds = [.. order.Refunds, wanted with { Amount = share.Amount, Status = RefundStatus.Done }] };
        }

        // Tax of free postage has no refund of its own.
        Assert.Equal(shipping == 0 && !included ? total - Idr(shippingTax) : total, given);
        Assert.All(order.Refunds, r => Assert.Equal(r.Amount, SaleShare.Of(order, r).Amount));
    });

    [Fact]
    public void What_the_tax_is_reckoned_from_is_taken_back_with_its_units()
    {
        Order order = Sold([new OrderLine(Sku.Parse("KOPI"), "Kopi", false, 3, Idr(100_00), Idr(0), Idr(24_279_00), Idr(245_000_00), 250, null) { Taxed = new TaxBasis(Idr(220_721_00), Idr(202_328_00), 12, "04") }], 9_000_00, 0, true);
        RefundedLine one = new(order.Lines[0].Sku, 1);
        List<OrderLine> back = [];
        for (int i = 0; i < 3; i++)
        {
            SaleShare share = SaleShare.Of(order, [one], Idr(0), order.Refunds);
            back.AddRange(share.Lines);
            order = order with { Refunds = [.. order.Refunds, new OrderRefund($"r{i}", share.Amount, "", default) { Lines = [one], Shipping = Idr(0) }] };
        }

        Assert.Equal((Idr(220_721_00), Idr(202_328_00)), (back.Select(l => l.Taxed!.Taxable).Sum(Currency.Idr), back.Select(l => l.Taxed!.Base).Sum(Currency.Idr)));
        Assert.All(back, l => Assert.Equal((l.Total, 12m, "04"), (l.Taxed!.Taxable + l.Tax, l.Taxed.RatePercent, l.Taxed.TransactionCode)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_tax_of_the_postage_is_reckoned_from_is_taken_back_with_it(bool included)
    {
        var basis = new TaxBasis(Idr(included ? 9_009 : 10_000), Idr(8_258), 12, "04");
        Order order = Sold([new OrderLine(Sku.Parse("KOPI"), "Kopi", false, 1, Idr(100), Idr(0), Idr(0), Idr(100), 250, null)], 10_000, 991, included) with { ShippingTaxed = basis };
        List<SaleShare> back = [];
        foreach (long part in (long[])[3_333, 1, 6_666])
        {
            back.Add(SaleShare.Of(order, [], Idr(part), order.Refunds));
            order = order with { Refunds = [.. order.Refunds, new OrderRefund($"r{part}", back[^1].Amount, "", default) { Shipping = Idr(part) }] };
        }

        Assert.Equal(basis, basis with { Taxable = back.Select(s => s.ShippingTaxed!.Taxable).Sum(Currency.Idr), Base = back.Select(s => s.ShippingTaxed!.Base).Sum(Currency.Idr) });
        Assert.All(back, s => Assert.Equal(s.Shipping, included ? s.ShippingTaxed!.Taxable + s.Tax : s.ShippingTaxed!.Taxable));
        Assert.Null(SaleShare.Of(order, [new RefundedLine(order.Lines[0].Sku, 1)], Idr(0), order.Refunds).ShippingTaxed);
    }

    [Fact]
    public void Units_that_are_asked_for_at_once_cost_together_what_was_paid_for_them()
    {
        Order order = Sold([new OrderLine(Sku.Parse("KOPI"), "Kopi", false, 3, Idr(100_00), Idr(0), Idr(0), Idr(245_000_00), 250, null)], 9_000_00, 0, true);
        RefundedLine one = new(order.Lines[0].Sku, 1);
        // Each was priced before any of the others was opened.
        OrderRefund[] asked = [.. Enumerable.Range(0, 3).Select(i => new OrderRefund($"r{i}", SaleShare.Of(order, [one], Idr(0), []).Amount, "broken", default, RefundStatus.Pending) { Lines = [one], Shipping = Idr(0) })];
        Assert.NotEqual(Idr(245_000_00), asked.Select(r => r.Amount).Sum(Currency.Idr));

        foreach (OrderRefund refund in asked) order = order.OpenRefund(refund.PricedAgain(order), "staff");

        Assert.Equal(Idr(245_000_00), order.Refunds.Select(r => r.Amount).Sum(Currency.Idr));
    }

    [Fact]
    public void More_than_is_kept_does_not_go_back()
    {
        Order order = Sold([AnyOf(digital: false)], 9_000, 0, true);
        Order once = order.OpenRefund(Wanted("a", 90_000), "staff").OpenRefund(Wanted("b", 90_000), "staff");

        Assert.Equal("a", Assert.Single(once.Refunds).Id);
        Assert.Equal("refund.refused", once.Timeline[^1].Type);

        static OrderRefund Wanted(string id, long rupiah) => new(id, Idr(rupiah), "kind", DateTimeOffset.UnixEpoch, RefundStatus.Pending);
    }

    private static OrderLine AnyOf(bool digital) => new(Sku.Parse("KOPI"), "Kopi", digital, 1, Idr(85_000), Idr(0), Idr(8_423), Idr(85_000), 250, null);

    private static Order Returned(Order order) =>
        order.Refund(new OrderRefund("re_1", SaleShare.OfParcel(order, "ord_01-1").Amount, "the parcel came back", DateTimeOffset.UnixEpoch)).TakeBack("ord_01-1", DateTimeOffset.UnixEpoch);

    private static Order Sold(IReadOnlyList<OrderLine> lines, long shipping, long shippingTax, bool taxIncluded) => new()
    {
        Id = "ord_01", Number = "10001", InvoiceNumber = "INV-2026-000001", CartId = "crt_01", PlacedAt = DateTimeOffset.UnixEpoch, Currency = Currency.Idr, Locale = "id", Email = "ayu@example.test",
        Status = OrderStatus.Fulfilling,
        PaymentStatus = PaymentStatus.Paid,
        Shipments = [new Shipment("ord_01-1", "jne", "JNE1", "", ShipmentStatus.Returned, [])],
        Lines = [.. lines.Select((line, i) => line with { Sku = Sku.Parse($"KOPI-{i}") })],
        Totals = Totals.Of(lines.Select(l => l.Total).Sum(Currency.Idr), Idr(0), Idr(shipping), lines.Select(l => l.Tax).Sum(Currency.Idr) + Idr(shippingTax), taxIncluded),
        Payment = new OrderPayment("card", PaymentKind.Card, "stripe", "card", OrderPaymentStatus.Paid, Reference: "pi_1"),
    };

    private static Money Idr(long rupiah) => Money.FromMajor(rupiah, Currency.Idr);
}
