using Shop.Common;
using Shop.Customers;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>A customer's open cart, for export and erasure. Older ones were bought, merged or left, and go when they expire.</summary>
public sealed class CartRecords(CartStore carts, ClaimCart claim, PriceCart prices) : IPersonalRecords
{
    public string Name => "cart";

    public async Task<object?> Export(string customerId, CancellationToken cancellationToken) =>
        await claim.FindOpen(customerId, cancellationToken) is { } cart ? CartResource.From(await prices.Run(cart.Value, cancellationToken)) : null;

    public Task<Problem?> Refuse(string customerId, CancellationToken cancellationToken) => Task.FromResult<Problem?>(null);

    /// <summary>No cart is held.</summary>
    public Task Release(HeldRecord held, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<IReadOnlyList<HeldRecord>> Erase(string customerId, CancellationToken cancellationToken)
    {
        if (await claim.FindOpen(customerId, cancellationToken) is { } cart) await carts.Remove(cart.Value.Id, cancellationToken);
        await carts.ForgetOpenCart(customerId, cancellationToken);
        return [];
    }
}
