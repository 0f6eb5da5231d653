using Microsoft.DurableTask.Client;
using Shop.Shipping;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>Brings what a courier told to the parcel's orchestration.</summary>
public sealed class FollowParcel(CourierEventStore events)
{
    public async Task Run(ParcelMoved message, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(message.Reference);
        if (ShipmentIds.OrderOf(message.Reference) is { } orderId && await durable.GetInstanceAsync(message.Reference, cancellationToken) is { IsCompleted: false })
            await durable.RaiseEventAsync(message.Reference, CheckoutEvents.Tracking, new TrackingStep(orderId, message.Reference, message.Told, message.Words), cancellationToken);
        await events.Finish(message.Courier, message.EventId, cancellationToken);
    }
}
