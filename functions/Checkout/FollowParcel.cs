using Microsoft.DurableTask.Client;
using Shop.Http;
using Shop.Orders;
using Shop.Shipping;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>Asks the courier what happened to a parcel that it told of, and brings the answer to the parcel's orchestration.</summary>
public sealed class FollowParcel(CourierEventStore events, ICourier courier, OrderStore orders, ParcelAlerts alerts, Sealing sealing, TimeProvider clock)
{
    public async Task Run(ParcelMoved message, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        TrackedParcel parcel;
        try
        {
            parcel = await courier.Track(message.Booking, cancellationToken);
        }
        catch (CourierRefusedException refused)
        {
            // It tells of what it does not know.
            parcel = new TrackedParcel([], refused.Message);
        }
        await Bring(message, parcel, durable, cancellationToken);
        await events.Finish(message, cancellationToken);
    }

    private async Task Bring(ParcelMoved message, TrackedParcel parcel, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        string reference = parcel.Reference ?? "";
        StorageMeter.ChargeTo(reference);
        TrackingEvent? newest = parcel.Events is [.., var last] ? last with { Text = null } : null;
        if (ShipmentIds.OrderOf(reference) is not { } orderId)
            await alerts.Unknown(message, parcel.Unheard, clock.GetUtcNow(), cancellationToken);
        else if (await durable.GetInstanceAsync(reference, cancellationToken) is { IsCompleted: false })
            await durable.RaiseEventAsync(reference, CheckoutEvents.Tracking, new TrackingStep(orderId, reference, newest, sealing.Seal(reference, parcel)), cancellationToken);
        else if (await orders.Find(orderId, cancellationToken) is not { Value: { } order } || (order.Shipments.All(s => s.Id != reference) && order.Returns.All(r => r.Id != reference)))
            await alerts.Unknown(message, parcel.Unheard, clock.GetUtcNow(), cancellationToken);
        else if (newest is { Status: ShipmentStatus.Delivered } && order.Returns.FirstOrDefault(r => r.Id == reference) is { Status: ReturnStatus.Refused or ReturnStatus.Withdrawn or ReturnStatus.Expired } over)
            await alerts.Unawaited(order, over, newest, cancellationToken);
        else if (newest is not null && order.Shipments.FirstOrDefault(s => s.Id == reference) is { Status: ShipmentStatus.Lost } lost)
            await alerts.Found(order, lost, newest, cancellationToken);
    }
}
