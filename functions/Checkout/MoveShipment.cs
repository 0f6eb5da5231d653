using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;
using Shop.Shipping;

namespace Shop.Checkout;

/// <summary>Staff say what became of a shipment where no courier does.</summary>
public sealed class MoveShipment(OrderStore orders, TimeProvider clock)
{
    /// <summary>Goods lie there to be collected, were collected, or nobody wanted them.</summary>
    /// <param name="to">Ready, delivered for collected, or returned where nobody came.</param>
    public Task<Result<Order>> Pickup(string orderId, string shipmentId, ShipmentStatus to, string actor, DurableTaskClient durable, CancellationToken cancellationToken) => Move(
        orderId, shipmentId, to, actor, durable, ofPickup: true,
        shipment => shipment.Status == (to == ShipmentStatus.Ready ? ShipmentStatus.Booked : ShipmentStatus.Ready) ? null : OrderProblems.ShipmentNotReady, cancellationToken);

    /// <summary>A parcel of which its courier tells nothing any more arrived, came back or was lost.</summary>
    /// <param name="to">Delivered, returned or lost.</param>
    public Task<Result<Order>> Parcel(string orderId, string shipmentId, ShipmentStatus to, string actor, DurableTaskClient durable, CancellationToken cancellationToken) => Move(
        orderId, shipmentId, to, actor, durable, ofPickup: false, shipment => shipment.IsOver ? OrderProblems.ShipmentOver : null, cancellationToken);

    private async Task<Result<Order>> Move(
        string orderId, string shipmentId, ShipmentStatus to, string actor, DurableTaskClient durable, bool ofPickup, Func<Shipment, Problem?> objection, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("ord", orderId) || await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.Shipments.FirstOrDefault(s => s.Id == shipmentId) is not { } shipment) return OrderProblems.ShipmentUnknown;
        if (shipment.IsPickup != ofPickup) return ofPickup ? OrderProblems.ShipmentNotPickup : OrderProblems.ShipmentIsPickup;
        if (shipment.Status == to) return order;
        if (objection(shipment) is { } problem) return problem;
        if (await durable.GetInstanceAsync(shipmentId, cancellationToken) is not { IsCompleted: false }) return OrderProblems.Busy;
        await durable.RaiseEventAsync(shipmentId, CheckoutEvents.Tracking, new TrackingStep(orderId, shipmentId, new TrackingEvent(to, clock.GetUtcNow(), null), Actor: actor), cancellationToken);
        return order;
    }
}
