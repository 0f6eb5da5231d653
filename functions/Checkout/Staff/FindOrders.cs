using Shop.Common;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>Which orders staff look for.</summary>
/// <param name="Number">Exactly this one.</param>
/// <param name="Email">Whoever ordered with this address.</param>
/// <param name="Status">Only of this status.</param>
/// <param name="PaymentStatus">Only of this one.</param>
public sealed record OrderFilter(string? Number = null, string? Email = null, OrderStatus? Status = null, PaymentStatus? PaymentStatus = null)
{
    public bool Fits(Order order) => !(Status is { } status && order.Status != status) && !(PaymentStatus is { } payment && order.PaymentStatus != payment);
}

/// <summary>Lists orders for staff, newest first.</summary>
public sealed class FindOrders(OrderIndex index, OrderStore orders)
{
    private const int AtOnce = 50;

    /// <summary>A page looks at so many orders at most: one that looks for something rare may be short, or empty, and go on.</summary>
    private const int MostLookedAt = 500;

    /// <param name="filter">Which.</param>
    /// <param name="after">The order that the page before ended with.</param>
    public async Task<(IReadOnlyList<Order> Page, string? Last)> Run(OrderFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        if (filter.Number is { } number)
        {
            string? id = await index.FindNumber(number, cancellationToken);
            return (id is not null && await orders.Find(id, cancellationToken) is { } found && filter.Fits(found.Value) ? [found.Value] : [], null);
        }
        List<Order> page = [];
        for (int seen = 0; seen < MostLookedAt;)
        {
            IReadOnlyList<string> ids = await index.Page(filter.Email, after, AtOnce, cancellationToken);
            foreach (Stored<Order>? order in await Task.WhenAll(ids.Select(id => orders.Find(id, cancellationToken))))
            {
                if (order is null || !filter.Fits(order.Value)) continue;
                page.Add(order.Value);
                if (page.Count == limit) return (page, order.Value.Id);
            }
            if (ids.Count < AtOnce) return (page, null);
            (after, seen) = (ids[^1], seen + ids.Count);
        }
        return (page, after);
    }
}
