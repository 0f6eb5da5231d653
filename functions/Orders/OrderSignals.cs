using System.Collections.Concurrent;
using Shop.Storage;

namespace Shop.Orders;

/// <summary>
/// Wakes requests that wait for an order in this instance, so that they need not ask storage again and again. A change that another instance
/// made is not heard here; whoever waits also looks from time to time.
/// </summary>
public sealed class OrderSignals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Stored<Order>>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Completes with the order when it next changes here.</summary>
    public Task<Stored<Order>> Next(string orderId) =>
        _waiting.GetOrAdd(orderId, static _ => new TaskCompletionSource<Stored<Order>>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Nobody waits any more.</summary>
    public void Forget(string orderId) => _waiting.TryRemove(orderId, out _);

    internal void Changed(Stored<Order> order)
    {
        if (_waiting.TryRemove(order.Value.Id, out TaskCompletionSource<Stored<Order>>? waiting)) waiting.TrySetResult(order);
    }
}
