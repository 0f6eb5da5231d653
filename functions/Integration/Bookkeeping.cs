using Shop.Common;

namespace Shop.Integration;

/// <summary>Which booking an event causes; none for events without money. Pure.</summary>
public static class Bookkeeping
{
    private sealed record PaidLine(Money Total, Money Tax, bool GiftCard = false);

    private sealed record Credit(string Kind, Money Amount);

    private sealed record Paid(string Number, string InvoiceNumber, Totals Totals, IReadOnlyList<PaidLine> Lines, IReadOnlyList<Credit>? Credits = null);

    private sealed record CreditChanged(string Kind, string Movement, Money Amount);

    private sealed record Refunded(string Number, Money Amount, RefundedSale? Sale, bool Due = false, IReadOnlyList<Credit>? Credits = null);

    private sealed record RefundFailed(string Number, string RefundId, Money Amount);

    private sealed record PaidOut(string Number, Money Amount, string Reference);

    private sealed record Disputed(string Number, string DisputeId, Money Amount, string Status, Money? WrittenOff = null, Money? Settled = null);

    private sealed record Settled(string Provider, string Reference, Money Amount);

    private sealed record RefundedSale(IReadOnlyList<PaidLine> Lines, Money Shipping, Money Tax, bool TaxIncluded, Money? Allowance = null);

    /// <exception cref="InvalidDataException">The event has a version that is not known here.</exception>
    public static JournalEntry? Book(ReceivedEvent told) => told.Type switch
    {
        "order.paid" => Sale(told, told.DataOf<Paid>(1)),
        "order.refunded" => Refund(told, told.DataOf<Refunded>(1)),
        "order.refund-failed" => Owe(told, told.DataOf<RefundFailed>(1)),
        "order.paid-out" => PayOut(told, told.DataOf<PaidOut>(1)),
        "order.disputed" => Dispute(told, told.DataOf<Disputed>(1)),
        "credit.changed" => Change(told, told.DataOf<CreditChanged>(1)),
        "provider.paid-out" => Settlement(told, told.DataOf<Settled>(1), Accounts.Bank),
        "provider.charged" => Settlement(told, told.DataOf<Settled>(1), Accounts.ProviderFees),
        _ => null,
    };

    private static JournalEntry? Sale(ReceivedEvent told, Paid paid)
    {
        Currency currency = paid.Totals.Total.Currency;
        Money goods = paid.Lines.Select(l => l.Total).Sum(currency), goodsTax = paid.Lines.Select(l => l.Tax).Sum(currency);
        Money shippingTax = paid.Totals.Tax - goodsTax;
        // Prices that include the tax contain it; what is earned is what is left.
        bool contained = paid.Totals.TaxIncluded;
        return JournalEntry.Balanced(
            told.Id, told.At, paid.Number, $"Order {paid.Number}, invoice {paid.InvoiceNumber}",
            [Accounts.Clearing.Debit(paid.Totals.Total - SumOf(paid.Credits, currency)),
            .. (paid.Credits ?? []).Select(c => Accounts.OfCredit(c.Kind).Debit(c.Amount)),
            Accounts.Sales.Credit((contained ? goods - goodsTax : goods) - CardsOf(paid.Lines, currency)),
            Accounts.GiftCards.Credit(CardsOf(paid.Lines, currency)),
            Accounts.ShippingIncome.Credit(contained ? paid.Totals.Shipping - shippingTax : paid.Totals.Shipping),
            Accounts.OutputTax.Credit(paid.Totals.Tax)]);
    }

    /// <summary>What staff give costs the shop when it is given, since it owes it from then on.</summary>
    private static JournalEntry? Change(ReceivedEvent told, CreditChanged changed) => changed.Amount.Amount > 0
        ? JournalEntry.Balanced(told.Id, told.At, told.Subject, $"Credit {changed.Movement}", Accounts.Goodwill.Debit(changed.Amount), Accounts.OfCredit(changed.Kind).Credit(changed.Amount))
        : JournalEntry.Balanced(told.Id, told.At, told.Subject, $"Credit {changed.Movement}", Accounts.OfCredit(changed.Kind).Debit(-changed.Amount), Accounts.Goodwill.Credit(-changed.Amount));

    /// <summary>Gift cards are no sale but a debt.</summary>
    private static Money CardsOf(IReadOnlyList<PaidLine> lines, Currency currency) => lines.Where(l => l.GiftCard).Select(l => l.Total).Sum(currency);

    private static Money SumOf(IReadOnlyList<Credit>? credits, Currency currency) => (credits ?? []).Select(c => c.Amount).Sum(currency);

    private static JournalEntry? Refund(ReceivedEvent told, Refunded refunded)
    {
        if (refunded.Sale is { } sale) return Reversal(told, refunded, sale);
        return JournalEntry.Balanced(
            told.Id, told.At, refunded.Number, $"Order {refunded.Number}: money came and went back",
            [Accounts.Clearing.Debit(refunded.Amount), Accounts.CustomerMoney.Credit(refunded.Amount),
            .. refunded.Due ? (JournalLine[])[] : [Accounts.CustomerMoney.Debit(refunded.Amount), Accounts.Clearing.Credit(refunded.Amount)]]);
    }

    /// <summary>The bank takes the money when a dispute begins and gives it back when the shop was right; what it keeps is refunded by an event of its own.</summary>
    private static JournalEntry? Dispute(ReceivedEvent told, Disputed disputed) => disputed.Status switch
    {
        "needsResponse" => JournalEntry.Balanced(
            told.Id, told.At, disputed.Number, $"Order {disputed.Number}: disputed, {disputed.DisputeId}", Accounts.Disputed.Debit(disputed.Amount), Accounts.Clearing.Credit(disputed.Amount)),
        "won" or "lost" => JournalEntry.Balanced(
            told.Id, told.At, disputed.Number, $"Order {disputed.Number}: dispute {disputed.Status}, {disputed.DisputeId}",
            Accounts.Clearing.Debit(disputed.Amount - OrNone(disputed.WrittenOff, disputed) - OrNone(disputed.Settled, disputed)),
            Accounts.DisputeLosses.Debit(OrNone(disputed.WrittenOff, disputed)),
            Accounts.CustomerMoney.Debit(OrNone(disputed.Settled, disputed)),
            Accounts.Disputed.Credit(disputed.Amount)),
        _ => null,
    };

    private static Money OrNone(Money? part, Disputed of) => part ?? Money.Zero(of.Amount.Currency);

    private static JournalEntry? Settlement(ReceivedEvent told, Settled settled, (string Number, string Name) account) => JournalEntry.Balanced(
        told.Id, told.At, settled.Reference, $"{settled.Provider}: {settled.Reference}", account.Debit(settled.Amount), Accounts.Clearing.Credit(settled.Amount));

    /// <summary>What of the sale was taken back stays so; only the money is owed again.</summary>
    private static JournalEntry? Owe(ReceivedEvent told, RefundFailed failed) => JournalEntry.Balanced(
        told.Id, told.At, failed.Number, $"Order {failed.Number}: money came back, {failed.RefundId}", Accounts.Clearing.Debit(failed.Amount), Accounts.CustomerMoney.Credit(failed.Amount));

    private static JournalEntry? PayOut(ReceivedEvent told, PaidOut paid) => JournalEntry.Balanced(
        told.Id, told.At, paid.Number, $"Order {paid.Number}: paid out, {paid.Reference}", Accounts.CustomerMoney.Debit(paid.Amount), Accounts.Bank.Credit(paid.Amount));

    private static JournalEntry? Reversal(ReceivedEvent told, Refunded refunded, RefundedSale sale)
    {
        Currency currency = refunded.Amount.Currency;
        Money goods = sale.Lines.Select(l => l.Total).Sum(currency), goodsTax = sale.Lines.Select(l => l.Tax).Sum(currency), allowance = sale.Allowance ?? Money.Zero(currency);
        // An allowance comes alone; otherwise what is not the goods' tax is the postage's.
        Money restOfTax = sale.Tax - goodsTax, shippingTax = allowance.IsZero ? restOfTax : Money.Zero(currency);
        return JournalEntry.Balanced(
            told.Id, told.At, refunded.Number, allowance.IsZero ? $"Order {refunded.Number}: goods taken back" : $"Order {refunded.Number}: money given back",
            [Accounts.SalesReturns.Debit((sale.TaxIncluded ? goods + allowance - goodsTax - (restOfTax - shippingTax) : goods + allowance) - CardsOf(sale.Lines, currency)),
            Accounts.GiftCards.Debit(CardsOf(sale.Lines, currency)),
            Accounts.ShippingIncome.Debit(sale.TaxIncluded ? sale.Shipping - shippingTax : sale.Shipping),
            Accounts.OutputTax.Debit(sale.Tax),
            (refunded.Due ? Accounts.CustomerMoney : Accounts.Clearing).Credit(refunded.Amount - SumOf(refunded.Credits, currency)),
            .. (refunded.Credits ?? []).Select(c => Accounts.OfCredit(c.Kind).Credit(c.Amount))]);
    }
}
