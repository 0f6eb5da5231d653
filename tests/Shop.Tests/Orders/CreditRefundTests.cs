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
