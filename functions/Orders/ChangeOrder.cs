using Shop.Storage;

namespace Shop.Orders;

/// <summary>Takes one step of an order, once: for activities, which may run twice.</summary>
public sealed class ChangeOrder(OrderStore orders)
{
    /// <exception cref="InvalidOperationException">There is no such order.</exception>
    public async Task<Order> Run(string orderId, string effect, Func<Order, Order> step, CancellationToken cancellationToken) =>
        (await Run(await orders.Find(orderId, cancellationToken) ?? throw new InvalidOperationException($"There is no order {orderId}."), effect, step, cancellationToken)).Value;

    /// <summary>As above, from an order that was read a moment ago.</summary>
    public async Task<Stored<Order>> Run(Stored<Order> read, string effect, Func<Order, Order> step, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await orders.Save(read, step(read.Value), effect, cancellationToken) is { } saved) return saved;
            Stored<Order> now = await orders.Find(read.Value.Id, cancellationToken) ?? throw new InvalidOperationException($"The order {read.Value.Id} is gone.");
            if (now.ETag == read.ETag) return now; // The step's effect row is there: it was taken, and the order moved on.
            read = now;
        }
    }
}
