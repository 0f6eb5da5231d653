using Shop.Catalog;
using Shop.Common;

namespace Shop.Carts;

/// <summary>What may go into a cart: what is sold, in its currency, and no more than can be sold now.</summary>
internal static class CartLines
{
    public static Result<Cart> Add(Cart cart, AddCartLine line, CatalogIndex catalog)
    {
        if (catalog.Find(line.Sku) is not { } variant) return CartProblems.SkuUnknown;
        if (variant.PriceIn(cart.Prices) is not { } price) return CartProblems.NotSoldInCurrency(cart.Currency);
        if (line.Quantity is < 1 or > Cart.MostQuantity) return CartProblems.QuantityOutOfRange;
        int quantity = cart.QuantityOf(line.Sku) + line.Quantity;
        if (variant.Variant.Quantity is { } rule && !rule.Allows(quantity)) return CartProblems.QuantityNotSold(rule);
        if (variant.Sellable is { } available && available < quantity) return CartProblems.Insufficient(available);
        return cart.Add(line.Sku, line.Quantity, price.For(quantity));
    }

    public static Result<Cart> Set(Cart cart, string text, int quantity, CatalogIndex catalog)
    {
        if (!Sku.TryParse(text, out Sku sku)) return CartProblems.LineUnknown;
        if (quantity is < 0 or > Cart.MostQuantity) return CartProblems.QuantityOutOfRange;
        VariantEntry? variant = catalog.Find(sku);
        if (quantity > 0 && cart.QuantityOf(sku) > 0 && variant?.Variant.Quantity is { } rule && !rule.Allows(quantity)) return CartProblems.QuantityNotSold(rule);
        if (quantity > cart.QuantityOf(sku) && variant?.Sellable is { } available && available < quantity) return CartProblems.Insufficient(available);
        return cart.Set(sku, quantity, variant?.PriceIn(cart.Prices)?.For(quantity));
    }
}
