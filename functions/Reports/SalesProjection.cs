using Shop.Common;

namespace Shop.Reports;

/// <summary>Which fact an event is, if it is one. Pure. A cancelled order was never paid: where money came all the same, <c>order.refunded</c> tells of it.</summary>
public static class SalesProjection
{
    private sealed record Paid(string Number, Totals Totals, IReadOnlyList<PaidLine> Lines);

    private sealed record PaidLine(Sku Sku, string Title, int Quantity, Money Total, Money Tax, bool GiftCard = false);

    private sealed record Refunded(string Number, Money Amount, RefundedSale? Sale);

    private sealed record RefundedSale(IReadOnlyList<PaidLine> Lines, Money Shipping, Money Tax, bool TaxIncluded, Money? Allowance = null);

    /// <exception cref="InvalidDataException">The event has a version that is not known here, or its lines do not add up to its total.</exception>
    public static SalesFact? Of(ReceivedEvent told) => told.Type switch
    {
        "order.paid" => Sale(told, told.DataOf<Paid>(1)),
        "order.refunded" => told.DataOf<Refunded>(1) is { Sale: { } sale } taken ? Return(told, taken, sale) : GivenBack(told, told.DataOf<Refunded>(1)),
        _ => null,
    };

    private static SalesFact Sale(ReceivedEvent told, Paid paid)
    {
        Totals totals = paid.Totals;
        return Fact(told, SalesFactKind.Sale, paid.Number, paid.Lines, totals.Shipping, totals.Tax, totals.TaxIncluded, totals.Total);
    }

    private static SalesFact Return(ReceivedEvent told, Refunded refunded, RefundedSale sale) =>
        sale.Allowance is { IsZero: false } ? Allowance(told, refunded, sale) : Fact(told, SalesFactKind.Return, refunded.Number, sale.Lines, sale.Shipping, sale.Tax, sale.TaxIncluded, refunded.Amount);

    private static SalesFact Allowance(ReceivedEvent told, Refunded refunded, RefundedSale sale)
    {
        Money none = Money.Zero(refunded.Amount.Currency);
        return new SalesFact(told.Id, told.At, SalesFactKind.Return, refunded.Number, [], none, none, refunded.Amount) { Allowance = refunded.Amount, AllowanceTax = sale.Tax };
    }

    private static SalesFact Fact(
        ReceivedEvent told, SalesFactKind kind, string number, IReadOnlyList<PaidLine> lines, Money shipping, Money tax, bool taxIncluded, Money total)
    {
        Currency currency = total.Currency;
        // A gift card earns nothing; what is bought with it does.
        total -= lines.Where(l => l.GiftCard).Select(l => l.Total).Sum(currency);
        lines = [.. lines.Where(l => !l.GiftCard)];
        Money shippingTax = tax - lines.Select(l => l.Tax).Sum(currency);
        Money Gross(Money amount, Money contained) => taxIncluded ? amount : amount + contained;
        var fact = new SalesFact(
            told.Id, told.At, kind, number,
            [.. lines.Select(l => new SalesFactLine(l.Sku, l.Title, l.Quantity, Gross(l.Total, l.Tax), l.Tax))],
            Gross(shipping, shippingTax), shippingTax, total);
        if (fact.Lines.Select(l => l.Gross).Sum(currency) + fact.Shipping != fact.Total)
            throw new InvalidDataException($"The lines and the shipping of {told.Id} do not add up to its total.");
        return fact;
    }

    private static SalesFact GivenBack(ReceivedEvent told, Refunded refunded)
    {
        Money none = Money.Zero(refunded.Amount.Currency);
        return new SalesFact(told.Id, told.At, SalesFactKind.GivenBack, refunded.Number, [], none, none, refunded.Amount);
    }
}
