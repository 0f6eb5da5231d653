using Shop.Common;
using Shop.Email;
using Shop.Orders;
using Shop.Shipping;
using Shop.Storage;
using Shop.Worklist;

namespace Shop.Checkout;

/// <summary>Tells people of parcels that need somebody, and takes it from their list when it is over.</summary>
public sealed class ParcelAlerts(WorklistStore worklist, OrderMails mails, EmailQueue mail, CheckoutOptions options, ShopOptions shop)
{
    /// <summary>A promise was not kept.</summary>
    public async Task Late(Order order, MissedPromise missed, CancellationToken cancellationToken)
    {
        string text = missed.Kind switch
        {
            PromiseKind.Ship => $"Order {order.Number} was to be sent by now.",
            PromiseKind.Deliver => $"Order {order.Number} was to be there by now: ask the courier.",
            _ => $"Nobody collected order {order.Number}: ask the buyer.",
        };
        await worklist.Put(new WorkItem(WorkKind.Promise, missed.ShipmentId, order.Id, text, missed.At, null), cancellationToken);
        await mails.SendOf(missed.Kind == PromiseKind.Collect ? OrderMail.Ready : OrderMail.Late, order, order.Shipments.FirstOrDefault(s => s.Id == missed.ShipmentId), missed.At, cancellationToken);
        if (options.AlertEmail.Length == 0) return;
        await mail.Send($"{missed.ShipmentId}.shipment-late.{missed.Kind.ToString().ToLowerInvariant()}", "shipment-late", shop.Locale, options.AlertEmail, new LateMail(order.Number, order.Id, text), cancellationToken);
    }

    /// <summary>A courier could not deliver: it tries again or brings it back, and somebody should see to that. What came back is looked at before it is sold again.</summary>
    public async Task Heard(Order order, Shipment shipment, TrackingEvent told, CancellationToken cancellationToken)
    {
        if (told.Status == ShipmentStatus.Failed && shipment.Status == ShipmentStatus.Failed)
            await worklist.Put(new WorkItem(WorkKind.Parcel, shipment.Id, order.Id, $"{shipment.Courier} could not deliver {shipment.Name} of order {order.Number}.", told.At, null), cancellationToken);
        bool moves = shipment.IsOver || told.Status == ShipmentStatus.InTransit;
        if (told.Status == ShipmentStatus.Returned && !shipment.IsPickup)
            await worklist.Put(new WorkItem(WorkKind.Parcel, shipment.Id, order.Id, $"Look at what came back of order {order.Number}, and receive what can be sold again: {What(order, shipment.Id)}.", told.At, null), cancellationToken);
        else if (moves && (order.NeededSomebody() || shipment.Events.Any(e => e.Status == ShipmentStatus.Failed))) await worklist.Remove(WorkKind.Parcel, shipment.Id, cancellationToken);
        bool late = order.Missed.Any(m => m.ShipmentId == shipment.Id);
        if (late && (shipment.IsOver || told.Status is ShipmentStatus.PickedUp or ShipmentStatus.Ready)) await worklist.Remove(WorkKind.Promise, shipment.Id, cancellationToken);
    }

    /// <summary>A courier does not take a parcel: it is asked again, and somebody has to find out why.</summary>
    public Task Refused(Order order, string shipmentId, string answer, DateTimeOffset at, CancellationToken cancellationToken) => worklist.Put(
        new WorkItem(WorkKind.Parcel, shipmentId, order.Id, $"{order.Shipping!.Courier} does not take a parcel of order {order.Number}: correct its address, send it another way or cancel it. {answer}", at, null), cancellationToken);

    /// <summary>A parcel waits because of its money.</summary>
    public Task Held(Order order, string shipmentId, CancellationToken cancellationToken) => worklist.Put(
        new WorkItem(
            WorkKind.Parcel, shipmentId, order.Id,
            order.PaymentStatus == PaymentStatus.Disputed ? $"A parcel of order {order.Number} waits until the buyer's bank has decided about its money." : $"The buyer's bank took money of order {order.Number} back: cancel what is not sent.",
            order.Disputes[^1].OpenedAt, null), cancellationToken);

    /// <summary>A courier knows nothing of a parcel that it took, or says something that nobody understands.</summary>
    public Task Unclear(Order order, Shipment shipment, string answer, DateTimeOffset at, CancellationToken cancellationToken) => worklist.Put(
        new WorkItem(WorkKind.Parcel, shipment.Id, order.Id, $"Ask {shipment.Courier} for {shipment.Name} of order {order.Number}, and say what became of it. {answer}", at, null), cancellationToken);

    private static string What(Order order, string shipmentId) => string.Join(", ", order.PackedIn(shipmentId).Select(l => $"{l.Quantity} x {l.Sku}"));

    /// <summary>Nothing of a parcel is sent any more, or its goods go in others.</summary>
    public async Task Gone(Order order, string shipmentId, CancellationToken cancellationToken)
    {
        if (order.Missed.Any(m => m.ShipmentId == shipmentId)) await worklist.Remove(WorkKind.Promise, shipmentId, cancellationToken);
        await Taken(order, shipmentId, cancellationToken);
    }

    /// <summary>A courier takes a parcel that waited for somebody before.</summary>
    public Task Taken(Order order, string shipmentId, CancellationToken cancellationToken) =>
        order.NeededSomebody() ? worklist.Remove(WorkKind.Parcel, shipmentId, cancellationToken) : Task.CompletedTask;

    /// <summary>Goods came back that nobody waits for any more.</summary>
    public Task Unawaited(Order order, OrderReturn over, TrackingEvent told, CancellationToken cancellationToken) => worklist.Put(
        new WorkItem(WorkKind.Parcel, over.Id, order.Id, $"Goods of order {order.Number} came back, and their return is {over.Status.ToString().ToLowerInvariant()}: look at them and decide.", told.At, null), cancellationToken);

    /// <summary>A courier tells of a parcel that was given up, and paid back.</summary>
    public Task Found(Order order, Shipment lost, TrackingEvent told, CancellationToken cancellationToken) => worklist.Put(
        new WorkItem(WorkKind.Parcel, lost.Id, order.Id, $"{lost.Courier} tells that the lost {lost.Name} of order {order.Number} is {told.Status}: its money went back, so ask for the goods.", told.At, null), cancellationToken);

    /// <summary>A courier told of a parcel that is not the shop's: one task, however much it tells.</summary>
    /// <param name="answer">What it answered when it was asked for it.</param>
    public Task Unknown(ParcelMoved told, string? answer, DateTimeOffset at, CancellationToken cancellationToken) => worklist.Put(
        new WorkItem(WorkKind.Parcel, $"{told.Courier}-{Rows.Escape(told.Booking)}", null, $"{told.Courier} told '{told.Word}' of its booking {Rows.Escape(told.Booking)}: the shop knows no such parcel. {answer}".TrimEnd(), at, null), cancellationToken);
}

/// <param name="Text">What was not kept.</param>
public sealed record LateMail(string Number, string OrderId, string Text);
