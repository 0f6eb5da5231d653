using Shop.Catalog;
using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>Makes a cart, with lines if the shopper brings some. A customer's is theirs from the start, and the open one unless they have one.</summary>
public sealed class CreateCart(CartStore carts, ClaimCart claim, OpenCustomer customers, CatalogIndex catalog, PriceCart prices, ShopOptions shop, TimeProvider clock)
{
    public async Task<Result<Stored<Cart>>> Run(NewCart wanted, string locale, Principal caller, CancellationToken cancellationToken)
    {
        Currency[] sold = [.. shop.AllCurrencies()];
        if (wanted.Currency is { } asked && !sold.Contains(asked)) return CartProblems.CurrencyUnsupported;
        DateTimeOffset now = clock.GetUtcNow();
        var cart = new Cart { Id = Ids.NewUnguessable("crt", clock), Currency = wanted.Currency ?? sold[0], Locale = locale, CreatedAt = now, UpdatedAt = now };
        if (caller.Kind == PrincipalKind.Customer)
        {
            Result<Stored<Customer>> customer = await customers.Run(caller, cancellationToken);
            if (customer.Problem is { } unknown) return unknown;
            Customer known = customer.Value.Value;
            Currency preferred = known.Currency is { } liked && sold.Contains(liked) ? liked : sold[0];
            cart = cart with { CustomerId = caller.Id, Groups = caller.Groups, Currency = wanted.Currency ?? preferred, Locale = known.Locale, Email = known.Details.Email, Phone = known.Details.Phone };
        }
        Cart empty = cart;
        IReadOnlyList<AddCartLine> lines = wanted.Lines ?? [];
        for (int i = 0; i < lines.Count; i++)
        {
            Result<Cart> with = CartLines.Add(cart, lines[i], catalog);
            if (with.Problem is { } problem) return problem with { Errors = [.. problem.Errors.Select(e => e with { Pointer = $"/lines/{i}{e.Pointer}" })] };
            cart = with.Value;
        }
        if (prices.Check(empty, cart) is { } tooLarge) return tooLarge;
        Stored<Cart> made = await carts.Insert(cart, cancellationToken);
        if (cart.CustomerId is not null) await claim.BecomeOpen(cart, cancellationToken);
        return made;
    }
}
