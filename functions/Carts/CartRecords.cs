using Shop.Common;
using Shop.Customers;
using Shop.Storage;

namespace Shop.Carts;

/// <summary>A customer's carts, for export and erasure: the open one, and those that were bought, merged or left and have not expired.</summary>
public sealed class CartRecords(CartStore carts, PriceCart prices, FindCustomer customers) : IPersonalRecords
{
    public string Name => "carts";

    public async Task<object?> Export(string customerId, CancellationToken cancellationToken)
    {
        List<CartResource> all = [];
        foreach (string id in await carts.OfCustomer(customerId, cancellationToken))
            if (await Find(customerId, id, cancellationToken) is { } cart) all.Add(CartResource.From(await prices.Run(cart.Value, cancellationToken)));
        return all;
    }

    public Task<Problem?> Refuse(string customerId, CancellationToken cancellationToken) => Task.FromResult<Problem?>(null);

    /// <summary>No cart is held.</summary>
    public Task Release(HeldRecord held, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<IReadOnlyList<HeldRecord>> Erase(string customerId, CancellationToken cancellationToken)
    {
        foreach (string id in await carts.OfCustomer(customerId, cancellationToken))
        {
            if (await Find(customerId, id, cancellationToken) is { } cart)
            {
                foreach (string merged in cart.Value.MergedCarts)
                    if (await Find(customerId, merged, cancellationToken) is not null) await carts.Remove(merged, cancellationToken);
                await carts.Remove(id, cancellationToken);
            }
            // Last: until then a pass that breaks off finds it again.
            await carts.Unlist(customerId, id, cancellationToken);
        }
        await carts.ForgetOpenCart(customerId, cancellationToken);
        if (await customers.ById(customerId, cancellationToken) is { } customer) await carts.ForgetBuyer(customer.Value.Details.Email, cancellationToken);
        return [];
    }

    private async Task<Stored<Cart>?> Find(string customerId, string cartId, CancellationToken cancellationToken) =>
        await carts.Find(cartId, cancellationToken) is { } cart && cart.Value.CustomerId == customerId ? cart : null;
}
