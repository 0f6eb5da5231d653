using Shop.Common;

namespace Shop.Orders;

/// <summary>A part of a sale, with the tax that was frozen at purchase: what a refund takes back.</summary>
/// <param name="Lines">The articles.</param>
/// <param name="Shipping">The postage in it.</param>
/// <param name="Tax">Of articles and postage; contained in them or on top of them, as <paramref name="TaxIncluded"/> says.</param>
public sealed record SaleShare(IReadOnlyList<OrderLine> Lines, Money Shipping, Money Tax, bool TaxIncluded)
{
    /// <summary>What the customer paid for it.</summary>
    public Money Amount
    {
        get
        {
            Money net = Lines.Select(l => l.Total).Sum(Shipping.Currency) + Shipping;
            return TaxIncluded ? net : net + Tax;
        }
    }

    /// <summary>Everything that was sent in parcels, and their postage; files stay with the customer.</summary>
    public static SaleShare OfParcels(Order order)
    {
        Money taxOfFiles = order.Lines.Where(l => l.IsDigital).Select(l => l.Tax).Sum(order.Currency);
        return new SaleShare([.. order.Lines.Where(l => !l.IsDigital)], order.Totals.Shipping, order.Totals.Tax - taxOfFiles, order.Totals.TaxIncluded);
    }
}
