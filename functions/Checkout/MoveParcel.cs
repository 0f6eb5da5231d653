using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>Staff say what became of a parcel of which its courier tells nothing any more.</summary>
public sealed class MoveParcel(OrderStore orders, TimeProvider clock)
{
    /// <param name="to">Delivered, returned or lost.</param>
    public async Task<Result<Order>> Run(string orderId, string shipmentId, ShipmentStatus to, string actor, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("ord", orderId) || await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.Shipments.FirstOrDefault(s => s.Id == shipmentId) is not { } shipment) return OrderProblems.ShipmentUnknown;
        if (shipment.IsPickup) return OrderProblems.ShipmentIsPickup;
        if (shipment.Status == to) return order;
        if (shipment.IsOver) return OrderProblems.ShipmentOver;
        if (await durable.GetInstanceAsync(shipmentId, cancellationToken) is not { IsCompleted: false }) return OrderProblems.Busy;
        await durable.RaiseEventAsync(shipmentId, CheckoutEvents.Tracking, new TrackingStep(orderId, shipmentId, new TrackingEvent(to, clock.GetUtcNow(), null), Actor: actor), cancellationToken);
        return order;
    }
}
