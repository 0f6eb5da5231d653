using Shop.Inventory;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>Tells inventory's sweep which orders still need what they hold.</summary>
public sealed class LiveOrders(OrderStore orders) : IOrderLives
{
    public async Task<bool> IsAlive(string orderId, CancellationToken cancellationToken) => await orders.Find(orderId, cancellationToken) is { Value.IsOver: false };
}
