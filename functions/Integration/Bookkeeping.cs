using Shop.Common;

namespace Shop.Integration;

/// <summary>Which booking an event causes; none for events without money. Pure.</summary>
public static class Bookkeeping
{
    private sealed record PaidLine(Money Total, Money Tax);

    private sealed record Paid(string Number, string InvoiceNumber, Totals Totals, IReadOnlyList<PaidLine> Lines);

    private sealed record Refunded(string Number, Money Amount, bool SoldBefore);

    /// <exception cref="InvalidDataException">The event has a version that is not known here.</exception>
    public static JournalEntry? Book(ReceivedEvent told) => told.Type switch
    {
        "order.paid" => Sale(told, told.DataOf<Paid>(1)),
        "order.refunded" => Refund(told, told.DataOf<Refunded>(1)),
        _ => null,
    };

    private static JournalEntry Sale(ReceivedEvent told, Paid paid)
    {
        Currency currency = paid.Totals.Total.Currency;
        Money goods = paid.Lines.Select(l => l.Total).Sum(currency), goodsTax = paid.Lines.Select(l => l.Tax).Sum(currency);
        Money shippingTax = paid.Totals.Tax - goodsTax;
        // Prices that include the tax contain it; what is earned is what is left.
        bool contained = paid.Totals.TaxIncluded;
        return JournalEntry.Balanced(
            told.Id, told.At, paid.Number, $"Order {paid.Number}, invoice {paid.InvoiceNumber}",
            Accounts.Clearing.Debit(paid.Totals.Total),
            Accounts.Sales.Credit(contained ? goods - goodsTax : goods),
            Accounts.ShippingIncome.Credit(contained ? paid.Totals.Shipping - shippingTax : paid.Totals.Shipping),
            Accounts.OutputTax.Credit(paid.Totals.Tax));
    }

    private static JournalEntry Refund(ReceivedEvent told, Refunded refunded)
    {
        if (refunded.SoldBefore) throw new InvalidDataException("Refunds of sold goods carry their tax and shipping shares from version 2 on.");
        return JournalEntry.Balanced(
            told.Id, told.At, refunded.Number, $"Order {refunded.Number}: money came and went back",
            Accounts.Clearing.Debit(refunded.Amount), Accounts.CustomerMoney.Credit(refunded.Amount),
            Accounts.CustomerMoney.Debit(refunded.Amount), Accounts.Clearing.Credit(refunded.Amount));
    }
}
