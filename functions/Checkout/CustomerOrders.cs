using System.Runtime.CompilerServices;
using Shop.Customers;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>A customer's orders, for export and erasure.</summary>
public sealed class CustomerOrders(OrderHistory history, OrderStore orders)
{
    /// <summary>Newest first; without a value where one is listed and not there. One that is listed because a claim broke off may be somebody else's, and is left out.</summary>
    public async IAsyncEnumerable<(string Id, Stored<Order>? Order)> Each(string customerId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (string id in history.All(customerId, cancellationToken))
            if (await orders.Find(id, cancellationToken) is var order && (order?.Value.CustomerId is not { } owner || owner == customerId)) yield return (id, order);
    }
}
