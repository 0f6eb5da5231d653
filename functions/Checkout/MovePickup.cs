using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>Staff say what couriers would tell: that goods lie there to be collected, that they were, or that nobody wanted them.</summary>
public sealed class MovePickup(OrderStore orders, TimeProvider clock)
{
    /// <param name="to">Ready, delivered for collected, or returned where nobody came.</param>
    public async Task<Result<Order>> Run(string orderId, string shipmentId, ShipmentStatus to, string actor, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("ord", orderId) || await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.Shipments.FirstOrDefault(s => s.Id == shipmentId) is not { } shipment) return OrderProblems.ShipmentUnknown;
        if (!shipment.IsPickup) return OrderProblems.ShipmentNotPickup;
        if (shipment.Status == to) return order;
        if (shipment.Status != (to == ShipmentStatus.Ready ? ShipmentStatus.Booked : ShipmentStatus.Ready)) return OrderProblems.ShipmentNotReady;
        if (await durable.GetInstanceAsync(shipmentId, cancellationToken) is not { IsCompleted: false }) return OrderProblems.Busy;
        await durable.RaiseEventAsync(shipmentId, CheckoutEvents.Tracking, new TrackingStep(orderId, shipmentId, new TrackingEvent(to, clock.GetUtcNow(), null), Actor: actor), cancellationToken);
        return order;
    }
}
