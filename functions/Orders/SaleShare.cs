using Shop.Common;

namespace Shop.Orders;

/// <summary>A part of a sale, with the discounts and the tax that were frozen at purchase: what a refund takes back.</summary>
/// <param name="Lines">The articles, as many of each as are taken back.</param>
/// <param name="Shipping">The postage in it.</param>
/// <param name="Allowance">What is given back though nothing comes back.</param>
/// <param name="Tax">Of all of it; contained in it or on top of it, as <paramref name="TaxIncluded"/> says.</param>
public sealed record SaleShare(IReadOnlyList<OrderLine> Lines, Money Shipping, Money Allowance, Money Tax, bool TaxIncluded)
{
    /// <summary>What the tax of the postage in it was reckoned from; <c>null</c> where none was.</summary>
    public TaxBasis? ShippingTaxed { get; private init; }

    /// <summary>What the customer paid for it.</summary>
    public Money Amount
    {
        get
        {
            Money stated = Lines.Select(l => l.Total).Sum(Shipping.Currency) + Shipping + Allowance;
            return TaxIncluded ? stated : stated + Tax;
        }
    }

    /// <summary>
    /// So many units of articles, and so much of the postage. Units were split when they were sold: the shares of all units of a line are its
    /// total, its discount and its tax, in whatever portions they are taken back.
    /// </summary>
    /// <param name="before">What was refunded before: its units are gone.</param>
    public static SaleShare Of(Order order, IReadOnlyList<RefundedLine> lines, Money shipping, IEnumerable<OrderRefund> before)
    {
        OrderRefund[] earlier = [.. before];
        OrderLine[] units = [.. lines.Select(wanted =>
        {
            OrderLine sold = order.Lines.First(l => l.Sku == wanted.Sku);
            int gone = Gone(earlier, wanted.Sku);
            Money Part(Money of) => of.Split(Enumerable.Repeat(1L, sold.Quantity).ToArray()).Skip(gone).Take(wanted.Quantity).Sum(order.Currency);
            OrderLine part = sold with { Quantity = wanted.Quantity, Total = Part(sold.Total), Discount = Part(sold.Discount), Tax = Part(sold.Tax) };
            return part with { Taxed = sold.Taxed is { } basis ? basis with { Taxable = order.Totals.TaxIncluded ? part.Total - part.Tax : part.Total, Base = Part(basis.Base) } : null };
        })];
        Money none = Money.Zero(order.Currency), shipped = earlier.Select(r => r.Shipping ?? none).Sum(order.Currency);
        Money shippingTax = order.Totals.Tax - order.Lines.Select(l => l.Tax).Sum(order.Currency);
        // Up to what is taken now, less what was taken before: in the end all of it, to the unit.
        Money UpTo(Money taken, Money of) => order.Totals.Shipping.IsZero ? none : of.Share(taken.Amount, order.Totals.Shipping.Amount);
        Money OfPostage(Money of) => UpTo(shipped + shipping, of) - UpTo(shipped, of);
        Money taxOfPostage = OfPostage(shippingTax);
        return new SaleShare(units, shipping, none, units.Select(l => l.Tax).Sum(order.Currency) + taxOfPostage, order.Totals.TaxIncluded)
        {
            ShippingTaxed = order.ShippingTaxed is { } basis && !shipping.IsZero ? basis with { Taxable = order.Totals.TaxIncluded ? shipping - taxOfPostage : shipping, Base = OfPostage(basis.Base) } : null,
        };
    }

    /// <summary>An amount for nothing that comes back; it has its part of the order's tax.</summary>
    public static SaleShare OfAllowance(Order order, Money amount)
    {
        Money tax = amount.Share(order.Totals.Tax.Amount, order.Totals.Total.Amount);
        return new SaleShare([], Money.Zero(order.Currency), order.Totals.TaxIncluded ? amount : amount - tax, tax, order.Totals.TaxIncluded);
    }

    /// <summary>What a refund of the order was for. Where less was kept than the goods had cost, the rest of the money stands for them.</summary>
    public static SaleShare Of(Order order, OrderRefund refund)
    {
        SaleShare share = Of(order, refund.Lines, refund.Shipping ?? Money.Zero(order.Currency), order.Refunds.TakeWhile(r => r.Id != refund.Id));
        return share.Amount == refund.Amount ? share : OfAllowance(order, refund.Amount);
    }

    /// <summary>What went in a parcel and was not taken back before; with the last one the rest of the postage. Files stay with the customer.</summary>
    public static SaleShare OfParcel(Order order, string shipmentId)
    {
        bool last = order.Unbooked().Count == 0 && order.Shipments.All(s => s.Id == shipmentId || s.TakenBack);
        return Of(
            order,
            [.. order.PackedIn(shipmentId).Select(l => new RefundedLine(l.Sku, Math.Min(l.Quantity, Rest(order, l.Sku)))).Where(l => l.Quantity > 0)],
            last ? RestOfShipping(order) : Money.Zero(order.Currency), order.Refunds);
    }

    /// <summary>Something of a parcel for which no courier was called; with the last of it, where nothing arrived, the rest of the postage.</summary>
    /// <param name="lines">All that is in it when absent.</param>
    public static SaleShare OfUnsent(Order order, string shipmentId, IReadOnlyList<RefundedLine>? lines)
    {
        lines ??= [.. order.PackedIn(shipmentId).Select(l => new RefundedLine(l.Sku, l.Quantity))];
        bool last = order.Shipments.All(s => s.TakenBack) && lines.Sum(l => l.Quantity) == order.Unbooked().SelectMany(order.PackedIn).Sum(l => l.Quantity);
        return Of(order, lines, last ? RestOfShipping(order) : Money.Zero(order.Currency), order.Refunds);
    }

    /// <summary>How many units of an article were not taken back yet.</summary>
    public static int Rest(Order order, Sku sku) => order.Lines.Where(l => l.Sku == sku).Sum(l => l.Quantity) - Gone(order.Refunds, sku);

    public static Money RestOfShipping(Order order) => order.Totals.Shipping - order.Refunds.Select(r => r.Shipping ?? Money.Zero(order.Currency)).Sum(order.Currency);

    private static int Gone(IEnumerable<OrderRefund> refunds, Sku sku) => refunds.SelectMany(r => r.Lines).Where(l => l.Sku == sku).Sum(l => l.Quantity);
}
