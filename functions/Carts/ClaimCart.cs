using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>
/// Gives a guest's cart to a customer: it becomes the customer's open cart, or is put into it. The guest's cart is closed first and names where it goes;
/// the other one remembers what it took in. So a claim that is repeated, or that crashed half way, ends the same: everything is in one cart, once.
/// </summary>
public sealed class ClaimCart(CartStore carts, OpenCustomer customers, PriceCart prices, CartOptions options, TimeProvider clock)
{
    private const int MostAttempts = 8;

    public async Task<Result<Stored<Cart>>> Run(CartKey claimed, CancellationToken cancellationToken)
    {
        Result<Stored<Customer>> customer = await customers.Run(claimed.Caller, cancellationToken);
        if (customer.Problem is { } problem) return problem;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
            if (await TryOnce(claimed.Id, claimed.Caller, cancellationToken) is { } done) return done;
        return CartProblems.Busy;
    }

    /// <summary>The customer's open cart; <c>null</c> when there is none.</summary>
    public async Task<Stored<Cart>?> FindOpen(string customerId, CancellationToken cancellationToken) =>
        await carts.FindOpenCart(customerId, cancellationToken) is { } pointer && await carts.Find(pointer.Value, cancellationToken) is { } cart
        && cart.Value.CustomerId == customerId && cart.Value.IsOpen(options, clock.GetUtcNow()) ? cart : null;

    /// <summary>Makes a cart that is the customer's already the open one, unless there is one.</summary>
    public async Task BecomeOpen(Cart cart, CancellationToken cancellationToken)
    {
        Stored<string>? pointer = await carts.FindOpenCart(cart.CustomerId!, cancellationToken);
        if (pointer is null || await FindOpen(cart.CustomerId!, cancellationToken) is null)
            await carts.TrySetOpenCart(cart.CustomerId!, cart.Id, pointer?.ETag, cancellationToken);
    }

    /// <summary>The open cart of whoever is signed in, at the prices of the groups they are in now.</summary>
    public async Task<Stored<Cart>?> FindOpen(Principal caller, CancellationToken cancellationToken) =>
        await FindOpen(caller.Id, cancellationToken) is { } cart ? Priced(cart, caller) : null;

    private static Stored<Cart> Priced(Stored<Cart> cart, Principal caller) => cart with { Value = cart.Value with { Groups = caller.Groups } };

    /// <returns><c>null</c> when something changed meanwhile: look again.</returns>
    private async Task<Result<Stored<Cart>>?> TryOnce(string cartId, Principal caller, CancellationToken cancellationToken)
    {
        string customerId = caller.Id;
        DateTimeOffset now = clock.GetUtcNow();
        if (!Ids.IsValid("crt", cartId) || await carts.Find(cartId, cancellationToken) is not { } source) return CartProblems.Unknown;
        if (source.Value.CustomerId is { } owner && owner != customerId) return CartProblems.Unknown;
        if (source.Value.MergedInto is not null) return await Finish(source, caller, cancellationToken);
        if (source.Value.IsCheckedOut) return CartProblems.CheckedOut;
        if (!source.Value.IsOpen(options, now)) return CartProblems.Expired;

        Stored<string>? pointer = await carts.FindOpenCart(customerId, cancellationToken);
        Stored<Cart>? target = await FindOpen(customerId, cancellationToken);
        if (target?.Value.Id == cartId) return Priced(target, caller);
        if (target is null)
        {
            Stored<Cart>? owned = source.Value.CustomerId == customerId ? source : await carts.Replace(source, source.Value with { CustomerId = customerId, Groups = caller.Groups, UpdatedAt = now }, cancellationToken);
            if (owned is null || !await carts.TrySetOpenCart(customerId, cartId, pointer?.ETag, cancellationToken)) return null;
            return owned;
        }
        Result<Cart> together = CartMerge.Run(target.Value, source.Value, options.MergePolicy);
        if ((together.Problem ?? prices.Check(target.Value, together.Value)) is { } problem) return problem;
        Stored<Cart>? closed = await carts.Replace(source, source.Value with { CustomerId = customerId, MergedInto = target.Value.Id, UpdatedAt = now }, cancellationToken);
        return closed is null ? null : await Finish(closed, caller, cancellationToken);
    }

    /// <summary>Puts a closed cart into the one that it names.</summary>
    private async Task<Result<Stored<Cart>>?> Finish(Stored<Cart> closed, Principal caller, CancellationToken cancellationToken)
    {
        Stored<Cart>? target = await carts.Find(closed.Value.MergedInto!, cancellationToken);
        if (target is not null && target.Value.MergedCarts.Contains(closed.Value.Id, StringComparer.Ordinal)) return Priced(target, caller);
        if (target is null || !target.Value.IsOpen(options, clock.GetUtcNow()))
        {
            // It was bought or left meanwhile, without what is in this one: this one opens again.
            await carts.Replace(closed, closed.Value with { MergedInto = null }, cancellationToken);
            return null;
        }
        Result<Cart> merged = CartMerge.Run(target.Value, closed.Value, options.MergePolicy);
        if (merged.Problem is { } problem) return problem;
        if (await carts.Replace(target, merged.Value with { Groups = caller.Groups, UpdatedAt = clock.GetUtcNow() }, cancellationToken) is not { } saved) return null;
        return saved;
    }
}
