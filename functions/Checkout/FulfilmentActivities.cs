using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Inventory;
using Shop.Orders;
using Shop.Payments;
using Shop.Shipping;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>The steps of a parcel; each may run twice.</summary>
public sealed class FulfilmentActivities(
    OrderStore orders, ChangeOrder change, AwaitGoods goods, ICourier courier, PaymentGateways gateways, OrderMails mails, IEventPublisher events, TimeProvider clock)
{
    public const string BookName = "FulfilmentBookV1";
    public const string TrackName = "FulfilmentTrackV1";
    public const string AskName = "FulfilmentAskV1";
    public const string TakeBackName = "FulfilmentTakeBackV1";

    /// <summary>Books the courier under the shipment's own reference, unless some of the goods have not come yet.</summary>
    [Function(BookName)]
    public async Task<BookOutcome> Book([ActivityTrigger] FulfilmentInput input, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(input.ShipmentId);
        Stored<Order> order = await Read(input.OrderId, cancellationToken);
        if (order.Value.Shipments.Any(s => s.Id == input.ShipmentId)) return new BookOutcome(true);
        OrderLine[] packed = [.. order.Value.Lines.Where(l => !l.IsDigital)];
        if (input.MayWait && !await goods.AreReady(input.OrderId, [.. packed.Select(l => new StockLine(l.Sku, l.Quantity))], cancellationToken)) return new BookOutcome(false);
        BookedParcel parcel = await courier.Book(
            new ParcelToBook(
                input.ShipmentId, order.Value.Shipping!.Id, order.Value.Shipping.Courier, order.Value.ShippingAddress!,
                packed.Sum(l => Math.Max(1, l.WeightGrams) * l.Quantity), packed.Select(l => l.Total).Sum(order.Value.Currency)),
            cancellationToken);
        var shipment = new Shipment(input.ShipmentId, parcel.Courier, parcel.TrackingNumber, parcel.LabelUrl, ShipmentStatus.Booked, []);
        await change.Run(order, $"book-{input.ShipmentId}", o => o.Book(shipment, clock.GetUtcNow()), cancellationToken);
        return new BookOutcome(true);
    }

    /// <summary>Writes down what the courier told, and tells the customer when the parcel left and when it arrived.</summary>
    [Function(TrackName)]
    public async Task<TrackingOutcome> Track([ActivityTrigger] TrackingStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.ShipmentId);
        return new TrackingOutcome(await Take(step, cancellationToken));
    }

    /// <summary>Asks a courier that was silent, and writes down what was missed.</summary>
    [Function(AskName)]
    public async Task<TrackingOutcome> Ask([ActivityTrigger] FulfilmentInput input, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(input.ShipmentId);
        Shipment shipment = ShipmentOf((await Read(input.OrderId, cancellationToken)).Value, input.ShipmentId);
        ShipmentStatus status = shipment.Status;
        foreach (TrackingEvent told in await courier.Track(shipment.TrackingNumber, cancellationToken))
            if (shipment.Take(told) != shipment) status = await Take(new TrackingStep(input.OrderId, input.ShipmentId, told), cancellationToken);
        return new TrackingOutcome(status);
    }

    /// <summary>
    /// The parcel came back: its goods count as not sold and their money goes back, the postage too. Whether they can be sold again is for
    /// staff to see, who receive them into stock.
    /// </summary>
    [Function(TakeBackName)]
    public async Task TakeBack([ActivityTrigger] FulfilmentInput input, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(input.ShipmentId);
        Stored<Order> read = await Read(input.OrderId, cancellationToken);
        SaleShare sold = SaleShare.OfParcels(read.Value);
        ProviderRefund given = await gateways.Of(read.Value.Payment.Provider).Refund(read.Value.Payment.Reference!, sold.Amount, $"{input.OrderId}|refund|{input.ShipmentId}", cancellationToken);
        var refund = OrderRefund.Of(given, "the parcel came back", clock.GetUtcNow());
        Order order = (await change.Run(read, $"take-back-{input.ShipmentId}", o => o.TakeBack(refund), cancellationToken)).Value;
        await mails.Send(OrderMail.Returned, order, cancellationToken);
        await events.Publish([OrderEvents.Refunded(order, order.Refunds.First(r => r.Id == given.Id), sold), OrderEvents.Ended(order)], cancellationToken);
    }

    private async Task<ShipmentStatus> Take(TrackingStep step, CancellationToken cancellationToken)
    {
        Order order = await change.Run(step.OrderId, $"track-{step.ShipmentId}-{step.Told.Status}", o => o.Track(step.ShipmentId, step.Told, clock.GetUtcNow()), cancellationToken);
        if (step.Told.Status == ShipmentStatus.PickedUp) await mails.Send(OrderMail.Shipped, order, cancellationToken);
        if (step.Told.Status == ShipmentStatus.Delivered) await mails.Send(OrderMail.Delivered, order, cancellationToken);
        if (order.Status == OrderStatus.Completed) await events.Publish([OrderEvents.Ended(order)], cancellationToken);
        return ShipmentOf(order, step.ShipmentId).Status;
    }

    private static Shipment ShipmentOf(Order order, string shipmentId) => order.Shipments.First(s => s.Id == shipmentId);

    private async Task<Stored<Order>> Read(string orderId, CancellationToken cancellationToken) =>
        await orders.Find(orderId, cancellationToken) ?? throw new InvalidOperationException($"There is no order {orderId}.");
}
