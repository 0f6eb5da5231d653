using System.Globalization;
using Shop.Catalog;
using Shop.Common;
using Shop.Shipping;

namespace Shop.Carts;

/// <summary>Prices a cart from the catalogue in memory. Pure: the same cart, catalogue and rate give the same totals.</summary>
public static class Pricing
{
    /// <summary>The tax category of shipping itself.</summary>
    private const string ShippingTaxCategory = "standard";

    /// <param name="cart">What is in it.</param>
    /// <param name="find">The catalogue's variant of a SKU; <c>null</c> when it is no longer sold.</param>
    /// <param name="shipping">The rate that was chosen; <c>null</c> when none is, or none is needed.</param>
    /// <param name="tax">The tax of the day.</param>
    /// <param name="now">Whether its coupon has begun, and has not ended.</param>
    /// <returns>Totals within what JSON readers keep exact: a line that would bring them beyond it is not counted and says so.</returns>
    public static PricedCart Price(Cart cart, Func<Sku, VariantEntry?> find, ShippingRate? shipping, TaxOfDay tax, DateTimeOffset now)
    {
        VariantEntry?[] variants = [.. cart.Lines.Select(l => find(l.Sku))];
        Money[] gross = [.. cart.Lines.Select((l, i) => (variants[i]?.PriceIn(cart.Prices)?.For(l.Quantity) ?? Money.Zero(cart.Currency)) * l.Quantity)];
        Money shippingPrice = shipping?.Cost ?? Money.Zero(cart.Currency);
        Money left = new Money(Money.MaxAmount, cart.Currency) - shippingPrice - OnTop(tax, shippingPrice, ShippingTaxCategory), beyond = Money.Zero(cart.Currency);
        bool[] counts = new bool[gross.Length];
        for (int i = 0; i < gross.Length; i++)
        {
            Money costs = gross[i] + (variants[i] is { } variant && !IsGiftCard(variant) ? OnTop(tax, gross[i], variant.TaxCategory) : Money.Zero(cart.Currency));
            counts[i] = costs <= left;
            if (counts[i]) left -= costs;
            else (beyond, gross[i]) = (beyond + gross[i], Money.Zero(cart.Currency));
        }
        Money items = gross.Sum(cart.Currency);
        // Money is not sold for less money: coupons are for goods.
        Money[] goods = [.. gross.Select((g, i) => IsGiftCard(variants[i]) ? Money.Zero(cart.Currency) : g)];
        Problem? refused = cart.Coupon?.RefusalFor(goods.Sum(cart.Currency), cart.Groups, now);
        IReadOnlyList<Money>? discounts = refused is null ? cart.Coupon?.Split(goods, cart.Currency) : null;
        PricedLine[] lines = [.. cart.Lines.Select((line, i) => Price(line, i, cart, variants[i], counts[i], discounts?[i] ?? Money.Zero(cart.Currency), tax))];
        Money discount = lines.Select(l => l.Discount).Sum(cart.Currency);
        Money taxes = lines.Select(l => l.Tax).Sum(cart.Currency) + tax.Of(shippingPrice, ShippingTaxCategory);
        List<CartNotice> notices = [];
        if (refused is not null) notices.Add(new CartNotice(CartNotice.CouponGivesNothing, refused.Detail, "/coupons/0"));
        if (cart.Credits.Count > 0 && lines.Length > 0 && lines.All(l => l.IsGiftCard)) notices.Add(new CartNotice(CartNotice.CreditGivesNothing, "Gift cards and store credit do not pay for gift cards.", "/credits/0"));
        return new PricedCart(cart, lines, shipping, Totals.Of(items, discount, shippingPrice, taxes, tax.PricesIncludeTax), [.. notices, .. lines.SelectMany(l => l.Notices)])
        {
            ShippingTaxed = shippingPrice.IsZero ? null : tax.BasisOf(shippingPrice, ShippingTaxCategory),
            Beyond = beyond,
        };
    }

    private static Money OnTop(TaxOfDay tax, Money amount, string category) => tax.PricesIncludeTax ? Money.Zero(amount.Currency) : tax.Of(amount, category);

    private static PricedLine Price(CartLine line, int index, Cart cart, VariantEntry? variant, bool counts, Money discount, TaxOfDay tax)
    {
        Money zero = Money.Zero(cart.Currency);
        if (variant?.PriceIn(cart.Prices)?.For(line.Quantity) is not { } price)
            return new PricedLine(line.Sku, line.Sku.Value, ProductKind.Physical, line.Quantity, zero, zero, zero, zero, 0, null, 0,
                [new CartNotice(CartNotice.Unavailable, variant is null ? "This article is no longer sold." : $"This article is not sold in {cart.Currency}.", $"/lines/{index}")]);

        if (!counts)
            return new PricedLine(line.Sku, variant.Title(cart.Locale), variant.Kind, line.Quantity, zero, zero, zero, zero, variant.WeightGrams, null, variant.Available,
                [new CartNotice(CartNotice.BeyondTotal, "With this line the cart costs more than can be charged at once; it is not counted. Put fewer in, or buy it separately.", $"/lines/{index}/quantity")]);

        List<CartNotice> notices = [];
        if (variant.Variant.Quantity is { } rule && !rule.Allows(line.Quantity))
            notices.Add(new CartNotice(CartNotice.QuantityNotSold, $"This article is sold {rule.InWords}.", $"/lines/{index}/quantity"));
        if (price != line.PriceSeen) notices.Add(new CartNotice("line.price-changed", $"The price changed from {line.PriceSeen} to {price}.", $"/lines/{index}/unitPrice"));
        if (variant.Sellable is { } sellable && sellable < line.Quantity)
            notices.Add(new CartNotice("line.insufficient", sellable == 0 ? "This article is sold out." : $"Only {sellable} are left.", $"/lines/{index}/quantity"));
        else if (variant is { Available: { } available, Promise: { } promise } && available < line.Quantity)
            notices.Add(Promised(promise, line.Quantity - available, $"/lines/{index}/quantity"));
        Money total = price * line.Quantity - discount;
        return new PricedLine(line.Sku, variant.Title(cart.Locale), variant.Kind, line.Quantity, price, discount, IsGiftCard(variant) ? zero : tax.Of(total, variant.TaxCategory), total,
            variant.WeightGrams, variant.Variant.DownloadFile, variant.Available, notices)
        {
            Digital = variant.Variant.Digital,
            CubicCm = variant.Variant.Dimensions?.CubicCm ?? 0,
            Taxed = IsGiftCard(variant) ? null : tax.BasisOf(total, variant.TaxCategory),
        };
    }

    /// <summary>What is bought with it later is taxed then.</summary>
    private static bool IsGiftCard(VariantEntry? variant) => variant?.Variant.Digital is { GiftCard: true };

    private static CartNotice Promised(SalesPromise promise, int later, string pointer) => new(
        promise.Kind == PromiseKind.Preorder ? "line.pre-ordered" : "line.back-ordered",
        promise.AvailableFrom is { } from ? string.Create(CultureInfo.InvariantCulture, $"{later} of these are sent from {from:yyyy-MM-dd} on.") : $"{later} of these are sent as soon as they come.",
        pointer);
}
