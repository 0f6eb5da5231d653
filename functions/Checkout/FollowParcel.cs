using Microsoft.DurableTask.Client;
using Shop.Orders;
using Shop.Shipping;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>Brings what a courier told to the parcel's orchestration.</summary>
public sealed class FollowParcel(CourierEventStore events, OrderStore orders, ParcelAlerts alerts)
{
    public async Task Run(ParcelMoved message, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(message.Reference);
        string? orderId = ShipmentIds.OrderOf(message.Reference);
        if (orderId is not null && await durable.GetInstanceAsync(message.Reference, cancellationToken) is { IsCompleted: false })
            await durable.RaiseEventAsync(message.Reference, CheckoutEvents.Tracking, new TrackingStep(orderId, message.Reference, message.Told, message.Words), cancellationToken);
        else if (orderId is null || await orders.Find(orderId, cancellationToken) is not { Value: { } order }
            || (order.Shipments.All(s => s.Id != message.Reference) && order.Returns.All(r => r.Id != message.Reference)))
            await alerts.Unknown(message, cancellationToken);
        else if (message.Told.Status == ShipmentStatus.Delivered && order.Returns.FirstOrDefault(r => r.Id == message.Reference) is { Status: ReturnStatus.Refused or ReturnStatus.Withdrawn or ReturnStatus.Expired } over)
            await alerts.Unawaited(order, over, message.Told, cancellationToken);
        else if (order.Shipments.FirstOrDefault(s => s.Id == message.Reference) is { Status: ShipmentStatus.Lost } lost)
            await alerts.Found(order, lost, message.Told, cancellationToken);
        await events.Finish(message.Courier, message.EventId, cancellationToken);
    }
}
