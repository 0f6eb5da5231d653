using Shop.Catalog;
using Shop.Common;
using Shop.Shipping;

namespace Shop.Carts;

/// <summary>Prices a cart with the shipping rate that its shopper chose, as it is today.</summary>
public sealed class PriceCart(CatalogIndex catalog, QuoteShipping quotes, TaxOptions tax, ShopOptions shop, TimeProvider clock)
{
    public async Task<PricedCart> Run(Cart cart, CancellationToken cancellationToken)
    {
        PricedCart priced = Price(cart, null);
        if (cart.ShippingOption is null || !priced.NeedsShipping) return priced;

        ShippingRate? chosen = (await Rates(priced, cancellationToken)).FirstOrDefault(r => r.Id == cart.ShippingOption);
        if (chosen is not null && cart.ShippingInsurance && chosen.Insurance is null)
        {
            PricedCart plain = Price(cart, chosen);
            return plain with { Notices = [.. plain.Notices, new CartNotice("shipping.not-insurable", "This way of shipping cannot be insured.", "/shippingInsurance")] };
        }
        if (chosen is not null) return Price(cart, chosen with { Insured = cart.ShippingInsurance });
        return priced with { Notices = [.. priced.Notices, new CartNotice("shipping.unavailable", "This way of shipping is not offered for this address and weight; choose another.", "/shippingOption")] };
    }

    /// <summary>Refuses what would bring the cart's total beyond what can be charged, or further beyond it where prices rose meanwhile. Asks nobody for postage.</summary>
    internal Problem? Check(Cart before, Cart after) =>
        !ReferenceEquals(before.Lines, after.Lines) && Price(after, null).Beyond is { Amount: > 0 } beyond && beyond.Amount > Price(before, null).Beyond.Amount ? CartProblems.TotalTooLarge : null;

    /// <summary>The ways the cart can be shipped; without an address those to collect it, none when nothing is shipped.</summary>
    public async Task<IReadOnlyList<ShippingRate>> Rates(PricedCart cart, CancellationToken cancellationToken) =>
        !cart.NeedsShipping ? []
        : cart.Cart.ShippingAddress is { } to ? await quotes.Run(ParcelToQuote.To(to, cart.Grams, cart.CubicCm, cart.Value), cancellationToken)
        : quotes.Places(new ParcelToQuote("", "", "", null, cart.Grams, cart.Value) { CubicCm = cart.CubicCm });

    private PricedCart Price(Cart cart, ShippingRate? shipping)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return Pricing.Price(cart, catalog.Find, shipping, tax.On(shop.DayOf(now)), now);
    }
}
