using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>
/// The one way a cart changes: read, decide, write if nobody else did. Changes from two tabs follow each other; with <c>If-Match</c> the
/// second is told instead.
/// </summary>
public sealed class ChangeCart(CartStore carts, CartOptions options, TimeProvider clock)
{
    private const int MostAttempts = 8;

    /// <summary>The cart as it is; 404 or 410 when there is none. A customer's cart is told from none only to its customer, and to who is not signed in: 401.</summary>
    public async Task<Result<Stored<Cart>>> Read(CartKey key, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("crt", key.Id) || await carts.Find(key.Id, cancellationToken) is not { } stored) return CartProblems.Unknown;
        if (stored.Value.CustomerId is { } owner && owner != key.Caller.Id) return key.Caller.Kind == PrincipalKind.Anonymous ? HttpProblems.Unauthenticated : CartProblems.Unknown;
        if (stored.Value.MergedInto is not null) return CartProblems.Merged;
        if (!stored.Value.IsCheckedOut && !stored.Value.IsOpen(options, clock.GetUtcNow())) return CartProblems.Expired;
        // Who opens a customer's cart is its customer, and their token says which groups they are in: a change of groups reaches it within the token's ten minutes.
        return stored.Value.CustomerId is null ? stored : stored with { Value = stored.Value with { Groups = key.Caller.Groups } };
    }

    public async Task<Result<Stored<Cart>>> Run(CartKey key, IfMatch ifMatch, Func<Cart, Task<Result<Cart>>> change, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            Result<Stored<Cart>> read = await Read(key, cancellationToken);
            if (!read.Ok) return read;
            if (ifMatch.Check(read.Value.ETag) is { } stale) return stale;
            if (read.Value.Value.IsCheckedOut) return CartProblems.CheckedOut;
            Result<Cart> changed = await change(read.Value.Value);
            if (changed.Problem is { } problem) return problem;
            if (await carts.Replace(read.Value, changed.Value with { UpdatedAt = clock.GetUtcNow() }, cancellationToken) is { } saved) return saved;
        }
        return CartProblems.Busy;
    }

    public Task<Result<Stored<Cart>>> Run(CartKey key, IfMatch ifMatch, Func<Cart, Result<Cart>> change, CancellationToken cancellationToken) =>
        Run(key, ifMatch, cart => Task.FromResult(change(cart)), cancellationToken);
}
