using CsCheck;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Tests.Orders;

/// <summary>How refunds of an order are split that money and credit paid.</summary>
public sealed class CreditRefundTests
{
    [Fact]
    public void Whatever_is_refunded_never_more_goes_back_than_came_that_way() =>
        Gen.Select(Gen.Long[0, 400], Gen.Long[0, 300], Gen.Long[0, 300], Gen.Select(Gen.Long[1, 500], Gen.Int[0, 3]).Array[1, 12]).Sample((money, first, second, wanted) =>
        {
            Order order = Paid(money, first, second);
            if (order.Totals.Total.IsZero) return;
            for (int i = 0; i < wanted.Length; i++)
            {
                (long amount, int way) = wanted[i];
                var refund = new OrderRefund($"r{i}", Idr(amount), "kind", DateTimeOffset.UnixEpoch.AddSeconds(i), RefundStatus.Pending) { ToCredit = way == 0 ? Idr(amount) : null };
                order = order.OpenRefund(refund, "staff").OpenRefund(refund, "staff");
                if (way != 1) order = order.CloseRefund(refund.Id, new ProviderRefund("re", refund.Amount), DateTimeOffset.UnixEpoch.AddSeconds(i));
            }

            Assert.All(order.Refunds, r => Assert.Equal(r.Amount, r.InMoney + r.Credits.Select(c => c.Amount).Sum(Currency.Idr)));
            Assert.All(order.Refunds, r => Assert.True(r.InMoney.Amount >= 0 && r.Credits.All(c => c.Amount.Amount > 0)));
            Assert.True(order.Refunds.Select(r => r.InMoney).Sum(Currency.Idr) <= Idr(money));
            Assert.True(order.Refunds.Select(r => r.Amount).Sum(Currency.Idr) <= order.Totals.Total);
            foreach (OrderCredit credit in order.Credits)
                Assert.True(order.Refunds.SelectMany(r => r.Credits).Where(c => c.AccountId == credit.Id).Select(c => c.Amount).Sum(Currency.Idr) <= credit.Amount);
        });

    [Fact]
    public void All_of_it_in_portions_brings_everything_back_to_where_it_came_from()
    {
        Order order = Paid(100, 40, 25);
        for (int i = 0; i < 11; i++) order = order.OpenRefund(new OrderRefund($"r{i}", Idr(15), "kind", DateTimeOffset.UnixEpoch, RefundStatus.Pending), "staff");

        Assert.Equal((11, Idr(100)), (order.Refunds.Count, order.Refunds.Select(r => r.InMoney).Sum(Currency.Idr)));
        Assert.Equal([Idr(40), Idr(25)], order.Credits.Select(c => order.Refunds.SelectMany(r => r.Credits).Where(b => b.AccountId == c.Id).Select(b => b.Amount).Sum(Currency.Idr)));
        Assert.True(order.Kept().IsZero);
    }

    [Fact]
    public void What_a_bank_takes_back_is_money_and_the_credit_stays()
    {
        var lost = new ProviderDispute("stripe", "dp_1", "pi_1", null, Idr(165), "fraudulent", DisputeStatus.Lost, DateTimeOffset.UnixEpoch);
        Order order = Paid(100, 40, 25).Dispute(lost, DateTimeOffset.UnixEpoch);

        Assert.Equal((Idr(100), null, Idr(65)), (order.Refunds[0].Amount, order.Refunds[0].ToCredit, order.Kept()));
    }

    [Fact]
    public void What_a_bank_takes_that_went_back_before_is_no_refund_and_what_was_on_its_way_is_dropped()
    {
        var opened = new ProviderDispute("stripe", "dp_1", "pi_1", null, Idr(100), "fraudulent", DisputeStatus.NeedsResponse, DateTimeOffset.UnixEpoch);
        Order back = Paid(100, 0, 0).OpenRefund(new OrderRefund("r1", Idr(100), "kind", DateTimeOffset.UnixEpoch, RefundStatus.Pending) { ToCredit = Idr(100) }, "staff")
            .CloseRefund("r1", new ProviderRefund("re", Idr(0)), DateTimeOffset.UnixEpoch).Dispute(opened, DateTimeOffset.UnixEpoch);
        Order lost = back.Dispute(opened with { Status = DisputeStatus.Lost }, DateTimeOffset.UnixEpoch);
        Assert.Equal(("r1", PaymentStatus.Refunded), (Assert.Single(lost.Refunds).Id, lost.PaymentStatus));
        Assert.Equal([Idr(100)], OrderEvents.Disputed(lost, lost.Disputes[0]).Select(e => e.Data).OfType<OrderDisputed>().Select(d => d.WrittenOff).OfType<Money>());

        Order waiting = Paid(100, 0, 0).OpenRefund(new OrderRefund("r1", Idr(30), "kind", DateTimeOffset.UnixEpoch, RefundStatus.Pending), "staff").Dispute(opened, DateTimeOffset.UnixEpoch);
        Order taken = waiting.Dispute(opened with { Status = DisputeStatus.Lost }, DateTimeOffset.UnixEpoch);
        Assert.Equal(("dp_1", Idr(100)), (Assert.Single(taken.Refunds).Id, taken.Refunds[0].Amount));
    }

    [Theory]
    [InlineData(DisputeStatus.Won)]
    [InlineData(DisputeStatus.Lost)]
    public void What_never_was_a_sale_is_not_paid_whatever_a_bank_decides_about_money_that_came_late(DisputeStatus decided)
    {
        var opened = new ProviderDispute("stripe", "dp_1", "pi_1", null, Idr(100), "fraudulent", DisputeStatus.NeedsResponse, DateTimeOffset.UnixEpoch);
        Order cancelled = Paid(100, 0, 0) with
        {
            InvoiceNumber = null, Status = OrderStatus.Cancelled, PaymentStatus = PaymentStatus.Unpaid, Payment = new OrderPayment("card", PaymentKind.Card, "stripe", "card", OrderPaymentStatus.Expired, Reference: "pi_1"),
        };
        Order back = cancelled.Refund(new OrderRefund("re_1", Idr(100), "it came too late", DateTimeOffset.UnixEpoch, Surplus: true));
        Assert.Equal(PaymentStatus.Refunded, back.Dispute(opened, DateTimeOffset.UnixEpoch).Dispute(opened with { Status = decided }, DateTimeOffset.UnixEpoch).PaymentStatus);
        Assert.Equal(PaymentStatus.Unpaid, cancelled.Dispute(opened, DateTimeOffset.UnixEpoch).Dispute(opened with { Status = decided }, DateTimeOffset.UnixEpoch).PaymentStatus);
    }

    [Fact]
    public void While_a_bank_decides_nothing_goes_back_and_the_order_stays_disputed()
    {
        var opened = new ProviderDispute("stripe", "dp_1", "pi_1", null, Idr(100), "fraudulent", DisputeStatus.NeedsResponse, DateTimeOffset.UnixEpoch);
        Order order = Paid(100, 0, 0).Dispute(opened, DateTimeOffset.UnixEpoch).OpenRefund(new OrderRefund("r1", Idr(30), "kind", DateTimeOffset.UnixEpoch, RefundStatus.Pending), "staff");
        Assert.Empty(order.Refunds);
        order = order.Refund(new OrderRefund("r2", Idr(10), "it came twice", DateTimeOffset.UnixEpoch, Surplus: true));
        Assert.Equal(PaymentStatus.Disputed, order.PaymentStatus);
    }

    [Fact]
    public void A_refund_that_is_done_stays_in_its_place()
    {
        Order order = Paid(100, 0, 0);
        foreach (string id in (string[])["r1", "r2"]) order = order.OpenRefund(new OrderRefund(id, Idr(10), "kind", DateTimeOffset.UnixEpoch, RefundStatus.Pending), "staff");
        order = order.CloseRefund("r1", new ProviderRefund("re", Idr(10)), DateTimeOffset.UnixEpoch);
        Assert.Equal(["r1 Done", "r2 Pending"], order.Refunds.Select(r => $"{r.Id} {r.Status}"));
    }

    [Fact]
    public void Money_that_came_beside_the_cash_goes_back_and_the_order_is_paid_at_the_door_all_the_same()
    {
        Order cash = Paid(100, 0, 0) with { PaymentStatus = PaymentStatus.Unpaid, Status = OrderStatus.Fulfilling, Payment = new OrderPayment("cod", PaymentKind.CashOnDelivery, "cash", "cod", OrderPaymentStatus.Pending, Reference: "ord_01-2") };
        cash = cash.Refund(new OrderRefund("r1", Idr(100), "it came too late", DateTimeOffset.UnixEpoch, RefundStatus.Due, Surplus: true));
        Assert.Equal(PaymentStatus.Unpaid, cash.PaymentStatus);
        cash = cash.Remit(new CashReceipt("ord_01-1", Idr(100), "JNE-7", DateTimeOffset.UnixEpoch), "staff:stf_1");
        Assert.Equal((PaymentStatus.Paid, Idr(100)), (cash.PaymentStatus, cash.Kept()));
    }

    private static Order Paid(long money, long first, long second) => new()
    {
        Id = "ord_01", Number = "10001", InvoiceNumber = "INV-2026-000001", CartId = "crt_01", PlacedAt = DateTimeOffset.UnixEpoch, Currency = Currency.Idr, Locale = "id", Email = "ayu@example.test", Status = OrderStatus.Paid, PaymentStatus = PaymentStatus.Paid,
        Lines = [],
        Totals = Totals.Of(Idr(money + first + second), Idr(0), Idr(0), Idr(0), taxIncluded: true),
        Credits = [.. ((long[])[first, second]).Select((a, i) => new OrderCredit($"crd_{i}", CreditKind.GiftCard, "Gift card", Idr(a))).Where(c => !c.Amount.IsZero)],
        Payment = new OrderPayment("card", PaymentKind.Card, "stripe", "card", OrderPaymentStatus.Paid, Reference: "pi_1"),
    };

    private static Money Idr(long rupiah) => Money.FromMajor(rupiah, Currency.Idr);
}
