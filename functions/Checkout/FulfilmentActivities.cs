using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Orders;
using Shop.Shipping;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>The steps of a parcel; each may run twice.</summary>
public sealed class FulfilmentActivities(OrderStore orders, ChangeOrder change, ICourier courier, OrderMails mails, IEventPublisher events, TimeProvider clock)
{
    public const string BookName = "FulfilmentBookV1";
    public const string TrackName = "FulfilmentTrackV1";

    /// <summary>Books the courier under the shipment's own reference.</summary>
    [Function(BookName)]
    public async Task Book([ActivityTrigger] FulfilmentInput input, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(input.ShipmentId);
        Stored<Order> order = await orders.Find(input.OrderId, cancellationToken) ?? throw new InvalidOperationException($"There is no order {input.OrderId}.");
        if (order.Value.Shipments.Any(s => s.Id == input.ShipmentId)) return;
        OrderLine[] goods = [.. order.Value.Lines.Where(l => !l.IsDigital)];
        BookedParcel parcel = await courier.Book(
            new ParcelToBook(
                input.ShipmentId, order.Value.Shipping!.Id, order.Value.Shipping.Courier, order.Value.ShippingAddress!,
                goods.Sum(l => Math.Max(1, l.WeightGrams) * l.Quantity), goods.Select(l => l.Total).Sum(order.Value.Currency)),
            cancellationToken);
        var shipment = new Shipment(input.ShipmentId, parcel.Courier, parcel.TrackingNumber, parcel.LabelUrl, ShipmentStatus.Booked, []);
        await change.Run(order, $"book-{input.ShipmentId}", o => o.Book(shipment, clock.GetUtcNow()), cancellationToken);
    }

    /// <summary>Writes down what the courier told, and tells the customer when the parcel left and when it arrived.</summary>
    [Function(TrackName)]
    public async Task<TrackingOutcome> Track([ActivityTrigger] TrackingStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.ShipmentId);
        Order order = await change.Run(step.OrderId, $"track-{step.ShipmentId}-{step.Told.Status}", o => o.Track(step.ShipmentId, step.Told, clock.GetUtcNow()), cancellationToken);
        Shipment shipment = order.Shipments.First(s => s.Id == step.ShipmentId);
        if (step.Told.Status == ShipmentStatus.PickedUp) await mails.Send(OrderMail.Shipped, order, cancellationToken);
        if (step.Told.Status == ShipmentStatus.Delivered) await mails.Send(OrderMail.Delivered, order, cancellationToken);
        if (order.Status == OrderStatus.Completed) await events.Publish([OrderEvents.Completed(order)], cancellationToken);
        return new TrackingOutcome(shipment.IsOver);
    }
}
