using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>
/// The one way a cart changes: read, decide, write if nobody else did. Changes from two tabs follow each other; with <c>If-Match</c> the
/// second is told instead.
/// </summary>
public sealed class ChangeCart(CartStore carts, PriceCart prices, CartOptions options, TimeProvider clock)
{
    private const int MostAttempts = 8;

    /// <summary>The cart as it is; 404 or 410 when there is none. A customer's cart is told from none only to its customer, and to who is not signed in: 401.</summary>
    public async Task<Result<Stored<Cart>>> Read(CartKey key, CancellationToken cancellationToken) =>
        Ids.IsValid("crt", key.Id) && await carts.Find(key.Id, cancellationToken) is { } stored ? Open(stored, key) : CartProblems.Unknown;

    public Task<Result<Stored<Cart>>> Run(CartKey key, IfMatch ifMatch, Func<Cart, Task<Result<Cart>>> change, CancellationToken cancellationToken) =>
        Run(key, ifMatch, change, null, cancellationToken);

    public Task<Result<Stored<Cart>>> Run(CartKey key, IfMatch ifMatch, Func<Cart, Result<Cart>> change, CancellationToken cancellationToken) =>
        Run(key, ifMatch, cart => Task.FromResult(change(cart)), cancellationToken);

    /// <summary>
    /// For a change that must read something else, too: begins with the cart as this instance last saw it, which costs nothing. Where that was old, storage refuses the write; whatever speaks against
    /// the change then, or before, is decided anew with the cart as it is.
    /// </summary>
    /// <param name="change">May be asked twice.</param>
    public Task<Result<Stored<Cart>>> RunRemembered(CartKey key, IfMatch ifMatch, Func<Cart, Task<Result<Cart>>> change, CancellationToken cancellationToken) =>
        Run(key, ifMatch, change, carts.Remembered(key.Id), cancellationToken);

    private async Task<Result<Stored<Cart>>> Run(CartKey key, IfMatch ifMatch, Func<Cart, Task<Result<Cart>>> change, Stored<Cart>? remembered, CancellationToken cancellationToken)
    {
        if (remembered is not null && await TryOnce(Open(remembered, key), ifMatch, change, cancellationToken) is { Ok: true } done) return done;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
            if (await TryOnce(await Read(key, cancellationToken), ifMatch, change, cancellationToken) is { } result) return result;
        return CartProblems.Busy;
    }

    /// <returns><c>null</c> when the cart changed since it was read.</returns>
    private async Task<Result<Stored<Cart>>?> TryOnce(Result<Stored<Cart>> read, IfMatch ifMatch, Func<Cart, Task<Result<Cart>>> change, CancellationToken cancellationToken)
    {
        if (!read.Ok) return read;
        if (ifMatch.Check(read.Value.ETag) is { } stale) return stale;
        if (read.Value.Value.IsCheckedOut) return CartProblems.CheckedOut;
        Result<Cart> changed = await change(read.Value.Value);
        if ((changed.Problem ?? prices.Check(read.Value.Value, changed.Value)) is { } problem) return problem;
        return await carts.Replace(read.Value, changed.Value with { UpdatedAt = clock.GetUtcNow() }, cancellationToken) is { } saved ? saved : (Result<Stored<Cart>>?)null;
    }

    private Result<Stored<Cart>> Open(Stored<Cart> stored, CartKey key)
    {
        if (stored.Value.CustomerId is { } owner && owner != key.Caller.Id) return key.Caller.Kind == PrincipalKind.Anonymous ? HttpProblems.Unauthenticated : CartProblems.Unknown;
        if (stored.Value.MergedInto is not null) return CartProblems.Merged;
        if (!stored.Value.IsCheckedOut && !stored.Value.IsOpen(options, clock.GetUtcNow())) return CartProblems.Expired;
        // Who opens a customer's cart is its customer, and their token says which groups they are in: a change of groups reaches it within the token's ten minutes.
        return stored.Value.CustomerId is null ? stored : stored with { Value = stored.Value with { Groups = key.Caller.Groups } };
    }
}
