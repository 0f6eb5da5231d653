namespace Shop.Common;

/// <summary>
/// What a cart or an order costs. Prices that include tax: <c>total = items − discount + shipping</c> and the tax is contained in it; without:
/// plus tax.
/// </summary>
public sealed record Totals(Money Items, Money Discount, Money Shipping, Money Tax, bool TaxIncluded, Money Total)
{
    public static Totals Of(Money items, Money discount, Money shipping, Money tax, bool taxIncluded) =>
        new(items, discount, shipping, tax, taxIncluded, items - discount + shipping + (taxIncluded ? Money.Zero(items.Currency) : tax));
}
