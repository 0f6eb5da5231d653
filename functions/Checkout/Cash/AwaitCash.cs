using Shop.Common;
using Shop.Orders;
using Shop.Shipping;
using Shop.Worklist;

namespace Shop.Checkout;

/// <summary>Cash that a courier took at the door and does not remit is somebody's task, from some days after the delivery until it comes.</summary>
public sealed class AwaitCash(WorklistStore worklist, OrderStore orders, CheckoutOptions options, TimeProvider clock)
{
    /// <summary>A parcel was delivered: its cash is awaited.</summary>
    public Task Begin(Order order, Shipment shipment, CancellationToken cancellationToken) => worklist.Defer(
        new WorkItem(WorkKind.Cash, shipment.Id, order.Id, $"{shipment.Courier} delivered {shipment.Name} of order {order.Number} and has not remitted {order.Asked()}: ask for it.", DueOf(shipment), null), cancellationToken);

    /// <summary>The cash has come.</summary>
    public Task End(Shipment shipment, CancellationToken cancellationToken) =>
        DueOf(shipment) <= clock.GetUtcNow() ? worklist.Remove(WorkKind.Cash, shipment.Id, cancellationToken) : Task.CompletedTask;

    /// <summary>Looks through what was to be remitted by now.</summary>
    public async Task Watch(CancellationToken cancellationToken)
    {
        foreach ((WorkItem item, string key) in await worklist.Due(clock.GetUtcNow(), cancellationToken))
        {
            if (!await HasCome(item, cancellationToken))
            {
                await worklist.Put(item, cancellationToken);
                // It may have come at this very moment, before there was anything to remove.
                if (await HasCome(item, cancellationToken)) await worklist.Remove(WorkKind.Cash, item.Id, cancellationToken);
            }
            await worklist.Forget(key, cancellationToken);
        }
    }

    private async Task<bool> HasCome(WorkItem item, CancellationToken cancellationToken) =>
        await orders.Find(item.OrderId!, cancellationToken) is not { Value: { } order } || order.Cash.Any(c => c.ShipmentId == item.Id);

    private DateTimeOffset DueOf(Shipment shipment) => shipment.Events.First(e => e.Status == ShipmentStatus.Delivered).At.AddDays(options.RemitWithinDays);
}
