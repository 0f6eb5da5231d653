using Shop.Common;

namespace Shop.Reports;

public enum SalesFactKind
{
    /// <summary>An order was paid.</summary>
    Sale,

    /// <summary>Goods of a sale were taken back and their money returned: its amounts are subtracted.</summary>
    Return,

    /// <summary>Money went back that had never counted as a sale: it came too late or in the wrong amount.</summary>
    GivenBack,
}

/// <summary>What one event says about sales: the row that reports are made from. All amounts are of one currency.</summary>
/// <param name="Id">The event's id, so that an event that comes twice is one fact.</param>
/// <param name="At">When it happened; the business day of its row follows from it.</param>
/// <param name="Reference">The order's number, for people.</param>
/// <param name="Lines">What was sold or taken back; none where money went back for nothing.</param>
/// <param name="Shipping">With its tax, whether or not prices are shown with it.</param>
/// <param name="ShippingTax">Contained in <paramref name="Shipping"/>.</param>
/// <param name="Total">What the customer paid, or what went back.</param>
public sealed record SalesFact(
    string Id, DateTimeOffset At, SalesFactKind Kind, string Reference, IReadOnlyList<SalesFactLine> Lines, Money Shipping, Money ShippingTax, Money Total)
{
    /// <summary>Given back though nothing came back, with its tax; absent in facts of before there were any.</summary>
    public Money? Allowance { get; init; }

    /// <summary>Contained in <see cref="Allowance"/>.</summary>
    public Money? AllowanceTax { get; init; }
}

/// <param name="Title">As the order says: a later change of the product does not reach it.</param>
/// <param name="Gross">After discount, with tax.</param>
/// <param name="Tax">Contained in <paramref name="Gross"/>.</param>
public sealed record SalesFactLine(Sku Sku, string Title, int Quantity, Money Gross, Money Tax);
