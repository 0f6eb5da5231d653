using Shop.Common;

namespace Shop.Reports;

/// <summary>Which fact an event is, if it is one. Pure. A cancelled order was never paid: where money came all the same, <c>order.refunded</c> tells of it.</summary>
public static class SalesProjection
{
    private sealed record Paid(string Number, Totals Totals, IReadOnlyList<PaidLine> Lines);

    private sealed record PaidLine(Sku Sku, string Title, int Quantity, Money Total, Money Tax);

    private sealed record Refunded(string Number, Money Amount, bool SoldBefore);

    /// <exception cref="InvalidDataException">The event has a version that is not known here, or its lines do not add up to its total.</exception>
    public static SalesFact? Of(ReceivedEvent told) => told.Type switch
    {
        "order.paid" => Sale(told, told.DataOf<Paid>(1)),
        "order.refunded" => GivenBack(told, told.DataOf<Refunded>(1)),
        _ => null,
    };

    private static SalesFact Sale(ReceivedEvent told, Paid paid)
    {
        Totals totals = paid.Totals;
        Currency currency = totals.Total.Currency;
        Money shippingTax = totals.Tax - paid.Lines.Select(l => l.Tax).Sum(currency);
        Money Gross(Money amount, Money tax) => totals.TaxIncluded ? amount : amount + tax;
        var sale = new SalesFact(
            told.Id, told.At, SalesFactKind.Sale, paid.Number,
            [.. paid.Lines.Select(l => new SalesFactLine(l.Sku, l.Title, l.Quantity, Gross(l.Total, l.Tax), l.Tax))],
            Gross(totals.Shipping, shippingTax), shippingTax, totals.Total);
        if (sale.Lines.Select(l => l.Gross).Sum(currency) + sale.Shipping != sale.Total)
            throw new InvalidDataException($"The lines and the shipping of {told.Id} do not add up to its total.");
        return sale;
    }

    private static SalesFact GivenBack(ReceivedEvent told, Refunded refunded)
    {
        if (refunded.SoldBefore) throw new InvalidDataException("Refunds of sold goods name their articles from version 2 on.");
        Money none = Money.Zero(refunded.Amount.Currency);
        return new SalesFact(told.Id, told.At, SalesFactKind.GivenBack, refunded.Number, [], none, none, refunded.Amount);
    }
}
