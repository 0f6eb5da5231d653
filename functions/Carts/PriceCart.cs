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
        if (chosen is not null) return Price(cart, chosen);
        return priced with { Notices = [.. priced.Notices, new CartNotice("shipping.unavailable", "This way of shipping is not offered for this address and weight; choose another.", "/shippingOption")] };
    }

    /// <summary>The ways the cart can be shipped; none without an address, or when nothing is shipped.</summary>
    public Task<IReadOnlyList<ShippingRate>> Rates(PricedCart cart, CancellationToken cancellationToken) =>
        cart is { NeedsShipping: true, Cart.ShippingAddress: { } to }
            ? quotes.Run(new ParcelToQuote(to.Country, to.PostalCode, to.City, to.District, cart.Grams, cart.Totals.Items), cancellationToken)
            : Task.FromResult<IReadOnlyList<ShippingRate>>([]);

    private PricedCart Price(Cart cart, ShippingRate? shipping)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return Pricing.Price(cart, catalog.Find, shipping, tax.On(shop.DayOf(now)), now);
    }
}
