using Shop.Common;
using Shop.Integration;
using Shop.Tests.Reports;

namespace Shop.Tests.Integration;

public sealed class BookkeepingTests
{
    [Fact]
    public void What_costs_nothing_is_not_booked() =>
        Assert.Null(Bookkeeping.Book(Sales.Told("ord_01", "order.refunded", null, new { number = "1", paymentMethod = "card", refundId = "re_1", amount = Sales.Idr(0), sale = (object?)null })));

    [Fact]
    public void What_a_bank_takes_beyond_what_was_kept_is_a_loss()
    {
        JournalEntry lost = Bookkeeping.Book(Sales.Told("ord_01", "order.disputed", null, new { number = "1", disputeId = "dp_1", amount = Sales.Idr(100_000), status = "lost", writtenOff = Sales.Idr(70_000) }))!;
        Assert.Equal(30_000_00, lost.Clearing().Amount);
        Assert.Equal(70_000_00, lost.Lines.Single(l => l.Account == "6140").Debit.Amount);
    }

    [Fact]
    public void Money_that_came_back_is_owed_and_the_sale_stays_taken_back()
    {
        JournalEntry owed = Bookkeeping.Book(Sales.Told("ord_01", "order.refund-failed", null, new { number = "1", refundId = "rfd_1", amount = Sales.Idr(10_000), reason = "declined" }))!;
        Assert.Equal([("1120", 10_000_00, 0), ("2190", 0, 10_000_00)], owed.Lines.Select(l => (l.Account, l.Debit.Amount, l.Credit.Amount)));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_sale_and_its_taking_back_leave_nothing_but_the_return(bool taxIncluded)
    {
        JournalEntry sale = Bookkeeping.Book(Sales.Paid(shipping: 10_000, shippingTax: 991, taxIncluded: taxIncluded, lines: ("KOPI", "Kopi", 2, 200_000, 19_820)))!;
        object[] lines = [new { sku = "KOPI", title = "Kopi", quantity = 2, total = Sales.Idr(200_000), tax = Sales.Idr(19_820) }];
        Money amount = Sales.Idr(taxIncluded ? 210_000 : 230_811);
        JournalEntry back = Bookkeeping.Book(Sales.Told("ord_01", "order.refunded", null, new
        {
            number = "1", paymentMethod = "card", refundId = "re_1", amount, sale = new { lines, shipping = Sales.Idr(10_000), tax = Sales.Idr(20_811), taxIncluded },
        }))!;

        var balances = sale.Lines.Concat(back.Lines).GroupBy(l => l.Name, l => l.Debit - l.Credit).ToDictionary(g => g.Key, g => g.Sum(Currency.Idr), StringComparer.Ordinal);
        Money earned = Sales.Idr(taxIncluded ? 180_180 : 200_000);
        Assert.Equal((Sales.Idr(0), Sales.Idr(0), Sales.Idr(0)), (balances["Payment provider clearing"], balances["Output tax (PPN)"], balances["Shipping income"]));
        Assert.Equal((-earned, earned), (balances["Sales"], balances["Sales returns"]));
    }

    [Fact]
    public void Money_that_came_for_nothing_goes_through_what_is_owed_to_customers()
    {
        JournalEntry entry = Bookkeeping.Book(Sales.Told("ord_02", "order.refunded", null, new { number = "2", paymentMethod = "card", refundId = "re_1", amount = Sales.Idr(70_000), sale = (object?)null }))!;

        Assert.Equal(4, entry.Lines.Count);
        Assert.Equal(entry.Lines.Select(l => l.Debit).Sum(Currency.Idr), entry.Lines.Select(l => l.Credit).Sum(Currency.Idr));
    }
}
