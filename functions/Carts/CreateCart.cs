using Shop.Catalog;
using Shop.Common;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>Makes a cart, with lines if the shopper brings some.</summary>
public sealed class CreateCart(CartStore carts, CatalogIndex catalog, ShopOptions shop, TimeProvider clock)
{
    public async Task<Result<Stored<Cart>>> Run(NewCart wanted, string locale, CancellationToken cancellationToken)
    {
        if (wanted.Currency is { } currency && currency.Code != shop.Currency) return CartProblems.CurrencyUnsupported;
        DateTimeOffset now = clock.GetUtcNow();
        var cart = new Cart { Id = Ids.NewUnguessable("crt", clock), Currency = Currency.Parse(shop.Currency), Locale = locale, CreatedAt = now, UpdatedAt = now };
        IReadOnlyList<AddCartLine> lines = wanted.Lines ?? [];
        for (int i = 0; i < lines.Count; i++)
        {
            Result<Cart> with = CartLines.Add(cart, lines[i], catalog);
            if (with.Problem is { } problem) return problem with { Errors = [.. problem.Errors.Select(e => e with { Pointer = $"/lines/{i}{e.Pointer}" })] };
            cart = with.Value;
        }
        return await carts.Insert(cart, cancellationToken);
    }
}
