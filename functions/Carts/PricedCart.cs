using Shop.Catalog;
using Shop.Common;
using Shop.Payments;
using Shop.Shipping;

namespace Shop.Carts;

/// <summary>A cart with today's prices: what the shopper sees, and what checkout sells.</summary>
public sealed record PricedCart(Cart Cart, IReadOnlyList<PricedLine> Lines, ShippingRate? Shipping, Totals Totals, IReadOnlyList<CartNotice> Notices)
{
    /// <summary>What each gift card and the store credit give of it; gift cards are not bought with them.</summary>
    public IReadOnlyList<OrderCredit> Credits => CreditTerms.Cover(Cart.Credits, Totals.Total - Lines.Where(l => l.IsGiftCard).Select(l => l.Total).Sum(Cart.Currency));

    /// <summary>What the tax of the postage is reckoned from; <c>null</c> where none is.</summary>
    public TaxBasis? ShippingTaxed { get; init; }

    /// <summary>What the lines cost that are not counted, because the total would be more than can be told.</summary>
    internal Money Beyond { get; init; }

    /// <summary>What of it is goods, after discounts: coupons are not for money.</summary>
    internal Money Goods => Lines.Where(l => !l.IsGiftCard).Select(l => l.Total).Sum(Cart.Currency);

    /// <summary>What is left to pay with money.</summary>
    public Money ToPay => Totals.Total - Credits.Select(c => c.Amount).Sum(Cart.Currency);

    public bool NeedsShipping => Lines.Any(l => l.Kind == ProductKind.Physical);

    /// <summary>What is shipped weighs this much, in grams.</summary>
    public long Grams => Lines.Where(l => l.Kind == ProductKind.Physical).Sum(l => Math.Max(1L, l.WeightGrams) * l.Quantity);

    /// <summary>What is shipped takes this much room.</summary>
    public long CubicCm => Lines.Where(l => l.Kind == ProductKind.Physical).Sum(l => l.CubicCm * l.Quantity);

    /// <summary>What its goods are worth.</summary>
    public Money Value => Totals.Items - Totals.Discount;

    /// <summary>Whether it needs an address: what is collected, or delivered as a file, does not.</summary>
    public bool NeedsAddress => NeedsShipping && Shipping is not { Kind: RateKind.Pickup };
}

/// <param name="Total">After discount.</param>
/// <param name="Tax">Contained in the total, or on top of it.</param>
/// <param name="DownloadFile">Of a digital article.</param>
/// <param name="Available">What can be sold now; <c>null</c> without limit.</param>
public sealed record PricedLine(
    Sku Sku, string Title, ProductKind Kind, int Quantity, Money UnitPrice, Money Discount, Money Tax, Money Total, int WeightGrams, string? DownloadFile,
    int? Available, IReadOnlyList<CartNotice> Notices)
{
    /// <summary>The rules that a digital article is delivered by; <c>null</c> for the shop's own.</summary>
    public DigitalDelivery? Digital { get; init; }

    /// <summary>The room that one takes; 0 where nobody measured.</summary>
    public long CubicCm { get; init; }

    /// <summary>What its tax is reckoned from; <c>null</c> where none is.</summary>
    public TaxBasis? Taxed { get; init; }

    internal bool IsGiftCard => Digital is { GiftCard: true };
}

/// <summary>Something that changed since the shopper last looked. Shown, never silently applied.</summary>
/// <param name="Pointer">Where in the cart, as a JSON Pointer.</param>
public sealed record CartNotice(string Code, string Message, string Pointer)
{
    public const string Unavailable = "line.unavailable";

    public const string QuantityNotSold = "line.quantity-not-sold";

    public const string BeyondTotal = "line.beyond-total";

    public const string CouponGivesNothing = "coupon.gives-nothing";

    public const string CreditGivesNothing = "credit.gives-nothing";

    /// <summary>Whether the cart must be changed before it can be checked out.</summary>
    public bool Blocks => Code is Unavailable or QuantityNotSold or BeyondTotal or CouponGivesNothing;
}
