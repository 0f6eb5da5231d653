using CsCheck;
using Shop.Checkout;
using Shop.Common;
using Shop.Inventory;
using Shop.Orders;
using Shop.Payments;
using Shop.Shipping;

namespace Shop.Tests.Orders;

public sealed class ParcelRulesTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    private enum Fate { Cancelled, Arrives, ComesBack, IsLost }

    /// <summary>However an order goes in parcels and whatever becomes of each: it is over with the last, and what did not arrive was paid back, once.</summary>
    [Fact]
    public void An_order_is_over_with_its_last_parcel_and_keeps_what_arrived() =>
        Gen.Select(Gen.Select(Gen.Int[1, 5], Gen.Long[1_000, 900_000]).List[1, 4], Gen.Long[0, 50_000], Gen.Int[0, 1_000_000].List[0, 4], Gen.Select(Gen.Int[0, 1_000_000], Gen.Enum<Fate>()).List[30]).Sample((lines, shipping, splits, fates) =>
        {
            Order order = Sold(lines, shipping);
            foreach (int seed in splits) order = SplitSome(order, seed);
            Assert.All(order.Lines, l => Assert.Equal(l.Quantity, order.ToSend(l)));

            string[] parcels = [.. order.Unbooked()];
            foreach ((string parcel, (int Place, Fate Fate) fate) in parcels.Zip(fates).OrderBy(p => p.Second.Item1))
            {
                Assert.False(order.IsOver);
                order = Meet(order, parcel, fate.Fate);
            }

            Assert.True(order.IsOver);
            Fate[] met = [.. parcels.Zip(fates).Select(p => p.Second.Item2)];
            long arrived = parcels.Zip(met).Where(p => p.Second == Fate.Arrives).SelectMany(p => order.PackedIn(p.First)).Sum(l => l.Quantity);
            Assert.Equal(met.Contains(Fate.Arrives) ? OrderStatus.Completed : OrderStatus.Cancelled, order.Status);
            Assert.Equal(arrived, order.Lines.Sum(l => SaleShare.Rest(order, l.Sku)));
            if (!met.Contains(Fate.Arrives)) Assert.Equal(met.Contains(Fate.ComesBack) ? FulfilmentStatus.Returned : FulfilmentStatus.Unfulfilled, order.FulfilmentStatus);
            if (!met.Contains(Fate.Arrives)) Assert.Equal(Idr(0), order.Kept());
            else Assert.True(order.Kept() >= order.Totals.Shipping);
        });

    [Fact]
    public void What_lies_together_goes_together_and_nothing_is_lost() =>
        Gen.Select(Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 3]).List[1, 4].Where(goods => goods.Any(g => g.Item1 + g.Item2 + g.Item3 > 0)), Gen.Bool, Gen.Bool).Sample((goods, byLocation, readyFirst) =>
        {
            ParcelLine[] packed = [.. goods.Select((g, i) => new ParcelLine(Sku.Parse($"KOPI-{i}"), g.Item1 + g.Item2 + g.Item3)).Where(l => l.Quantity > 0)];
            Dictionary<Sku, StockHold> holds = goods.Index().ToDictionary(g => Sku.Parse($"KOPI-{g.Index}"), g => new StockHold("ord_01", g.Item.Item1 + g.Item.Item2 + g.Item.Item3, StockHoldStatus.Committed, At)
            {
                Shares = [.. new[] { new StockShare("bandung", g.Item.Item1), new StockShare("main", g.Item.Item2) }.Where(s => s.Quantity > 0)],
                BackOrdered = g.Item.Item3,
            });
            var input = new FulfilmentInput("ord_01", "ord_01-1", MayWait: true) { Sending = new SendingRules(byLocation, readyFirst, 7) };

            PackingPlan plan = PackingRules.Plan(Sold([(1, 1)], 0), input, packed, holds);

            bool waits = goods.Any(g => g.Item3 > 0), ready = goods.Any(g => g.Item1 + g.Item2 > 0);
            Assert.Equal(waits && !(readyFirst && ready), plan.Waits);
            if (plan.Waits) return;
            Assert.All(plan.Parts, p => Assert.NotEmpty(p.Lines));
            Assert.Equal(packed.OrderBy(l => l.Sku.Value), plan.Parts.SelectMany(p => p.Lines).GroupBy(l => l.Sku).Select(g => new ParcelLine(g.Key, g.Sum(l => l.Quantity))).OrderBy(l => l.Sku.Value));
            bool scattered = goods.Any(g => g.Item1 > 0) && goods.Any(g => g.Item2 > 0);
            Assert.Equal((byLocation && scattered ? 2 : ready ? 1 : 0) + (waits ? 1 : 0), plan.Parts.Count);
        });

    [Fact]
    public void What_is_not_in_a_parcel_any_more_is_not_taken_out_of_it_though_the_buyer_has_more_of_it()
    {
        Order order = Sold([(4, 400), (1, 100)], 0);
        Sku sku = order.Lines[0].Sku;
        order = order.Split("ord_01-1", SplitOrder.Parts(order, "ord_01-1", [new ParcelLine(sku, 2)])!, "a test", "staff:stf_1", At);
        string waits = order.Unbooked().Single(p => order.PackedIn(p).Count == 2), sent = order.Unbooked().Single(p => p != waits);
        order = Meet(order, sent, Fate.Arrives);
        OrderRefund Wanted(string id) => new(id, Idr(200), "a test", At, RefundStatus.Pending) { Lines = [new RefundedLine(sku, 2)], Unsent = true, ShipmentId = waits };

        order = order.OpenRefund(Wanted("first"), "staff:stf_1").Unpack(waits, Wanted("first").Lines);
        order = order.OpenRefund(Wanted("second"), "staff:stf_2");

        Assert.Equal(("first", "refund.refused"), (Assert.Single(order.Refunds).Id, order.Timeline[^1].Type));
    }

    [Fact]
    public void What_cost_nothing_is_left_out_like_anything_else_and_a_refund_of_nothing_is_none()
    {
        Order order = Sold([(1, 0), (2, 200)], 0);
        Sku gift = order.Lines[0].Sku;
        Order without = order.OpenRefund(new OrderRefund("r1", Idr(0), "a test", At, RefundStatus.Pending) { Lines = [new RefundedLine(gift, 1)], Unsent = true, ShipmentId = "ord_01-1" }, "staff:stf_1");
        Assert.Equal(["KOPI-1"], without.PackedIn("ord_01-1").Select(l => l.Sku.Value));

        Order refused = order.OpenRefund(new OrderRefund("r1", Idr(0), "a test", At, RefundStatus.Pending), "staff:stf_1");
        Assert.Equal((0, "refund.refused"), (refused.Refunds.Count, refused.Timeline[^1].Type));
    }

    [Theory]
    [InlineData("2026-11-27", 0, "2026-11-27")] // A Friday.
    [InlineData("2026-11-28", 0, "2026-11-30")] // A Saturday: the next working day.
    [InlineData("2026-11-27", 1, "2026-11-30")]
    [InlineData("2026-12-23", 2, "2026-12-28")] // Over Christmas and a weekend.
    public void Working_days_leave_out_weekends_and_holidays(string day, int after, string expected) =>
        Assert.Equal(DateOnly.Parse(expected), new CheckoutOptions { Holidays = "2026-12-25" }.Workday(DateOnly.Parse(day), after));

    private static Order SplitSome(Order order, int seed)
    {
        string[] parcels = [.. order.Unbooked()];
        string parcel = parcels[seed % parcels.Length];
        ParcelLine line = order.PackedIn(parcel)[seed % order.PackedIn(parcel).Count];
        ParcelLine[] apart = [line with { Quantity = 1 + (seed % line.Quantity) }];
        return SplitOrder.Parts(order, parcel, apart) is { } parts ? order.Split(parcel, parts, "a test", "staff:stf_1", At) : order;
    }

    private static Order Meet(Order order, string parcel, Fate fate)
    {
        if (fate == Fate.Cancelled)
        {
            SaleShare unsent = SaleShare.OfUnsent(order, parcel, null);
            return Refunded(order, parcel, unsent, unsent: true).Unpack(parcel, [.. unsent.Lines.Select(l => new RefundedLine(l.Sku, l.Quantity))]).Conclude("shopper", At);
        }
        order = order.Book(new Shipment(parcel, "jne", parcel, "", ShipmentStatus.Booked, []), At);
        if (fate == Fate.Arrives) return order.Track(parcel, new TrackingEvent(ShipmentStatus.Delivered, At, null), At);
        order = order.Track(parcel, new TrackingEvent(fate == Fate.IsLost ? ShipmentStatus.Lost : ShipmentStatus.Returned, At, null), At);
        Assert.False(order.IsOver);
        return Refunded(order, parcel, SaleShare.OfParcel(order, parcel), unsent: false).TakeBack(parcel, At);
    }

    private static Order Refunded(Order order, string parcel, SaleShare share, bool unsent)
    {
        var wanted = new OrderRefund($"{parcel}-back", share.Amount, "a test", At, RefundStatus.Pending) { Lines = [.. share.Lines.Select(l => new RefundedLine(l.Sku, l.Quantity))], Shipping = share.Shipping, Unsent = unsent };
        Order opened = order.OpenRefund(wanted, "system");
        Assert.Equal(order.Refunds.Count + 1, opened.Refunds.Count);
        return opened.CloseRefund($"{parcel}-back", new ProviderRefund($"re_{parcel}", share.Amount), At);
    }

    private static Money Idr(long amount) => new(amount, Currency.Idr);

    private static Order Sold(IReadOnlyList<(int Quantity, long Total)> lines, long shipping) => new()
    {
        Id = "ord_01", Number = "10001", InvoiceNumber = "INV-2026-000001", CartId = "crt_01", PlacedAt = At, Currency = Currency.Idr, Locale = "id", Email = "ayu@example.test",
        Status = OrderStatus.Paid,
        PaymentStatus = PaymentStatus.Paid,
        Lines = [.. lines.Select((l, i) => new OrderLine(Sku.Parse($"KOPI-{i}"), "Kopi", false, l.Quantity, Idr(l.Total), Idr(0), Idr(0), Idr(l.Total), 250, null))],
        Totals = Totals.Of(lines.Select(l => Idr(l.Total)).Sum(Currency.Idr), Idr(0), Idr(shipping), Idr(0), taxIncluded: true),
        Payment = new OrderPayment("card", PaymentKind.Card, "stripe", "card", OrderPaymentStatus.Paid, Reference: "pi_1"),
    };
}
