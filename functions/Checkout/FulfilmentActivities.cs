using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Inventory;
using Shop.Orders;
using Shop.Payments;
using Shop.Shipping;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>The steps of a parcel; each may run twice.</summary>
public sealed class FulfilmentActivities(
    OrderStore orders, ChangeOrder change, AwaitGoods goods, ReturnGoods back, NumberStore numbers, ICourier courier, GiveMoneyBack money, OrderMails mails, IEventPublisher events, Sealing sealing, TimeProvider clock)
{
    public const string BookName = "FulfilmentBookV1";
    public const string TrackName = "FulfilmentTrackV1";
    public const string CancelName = "FulfilmentCancelV1";
    public const string AskName = "FulfilmentAskV1";
    public const string TakeBackName = "FulfilmentTakeBackV1";

    /// <summary>Books the courier under the shipment's own reference, unless some of the goods have not come yet.</summary>
    [Function(BookName)]
    public async Task<BookOutcome> Book([ActivityTrigger] FulfilmentInput input, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(input.ShipmentId);
        Stored<Order> order = await Read(input.OrderId, cancellationToken);
        if (order.Value.Shipments.Any(s => s.Id == input.ShipmentId)) return new BookOutcome(true);
        (OrderLine Line, int Quantity)[] packed = [.. order.Value.Lines.Select(l => (l, order.Value.ToSend(l))).Where(l => l.Item2 > 0)];
        if (input.MayWait && !await goods.AreReady(input.OrderId, [.. packed.Select(l => new StockLine(l.Line.Sku, l.Quantity))], cancellationToken)) return new BookOutcome(false);
        BookedParcel parcel = await courier.Book(
            new ParcelToBook(
                input.ShipmentId, order.Value.Shipping!.Booked, order.Value.Shipping.Courier, order.Value.ShippingAddress!,
                packed.Sum(l => Math.Max(1, l.Line.WeightGrams) * l.Quantity), packed.Select(l => l.Line.Total.Share(l.Quantity, l.Line.Quantity)).Sum(order.Value.Currency)),
            cancellationToken);
        // Goods that are paid at the door are invoiced when they leave.
        string? invoice = order.Value is { IsCash: true, InvoiceNumber: null } ? await numbers.InvoiceNumber(input.OrderId, cancellationToken) : null;
        var shipment = new Shipment(input.ShipmentId, parcel.Courier, parcel.TrackingNumber, parcel.LabelUrl, ShipmentStatus.Booked, []);
        await change.Run(order, $"book-{input.ShipmentId}", o => (o with { InvoiceNumber = o.InvoiceNumber ?? invoice }).Book(shipment, clock.GetUtcNow()), cancellationToken);
        return new BookOutcome(true);
    }

    /// <summary>Writes down what the courier told, and tells the customer when the parcel left and when it arrived.</summary>
    [Function(TrackName)]
    public async Task<TrackingOutcome> Track([ActivityTrigger] TrackingStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.ShipmentId);
        TrackingStep heard = step.Words is { } words ? step with { Told = step.Told with { Text = sealing.Open<string>(step.ShipmentId, words) } } : step;
        return new TrackingOutcome(await Take(heard, cancellationToken));
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
        string refundId = $"{input.ShipmentId}-returned";
        Order order = await change.Run(input.OrderId, $"take-back-{input.ShipmentId}", o => o.IsOver || o.Kept().IsZero ? o : o.OpenRefund(Returned(o, refundId), "system"), cancellationToken);
        if (order.Refunds.FirstOrDefault(r => r.Id == refundId) is { } refund)
        {
            ProviderRefund given = await money.Ask(order, refund, byHand: false, cancellationToken);
            order = await change.Run(order.Id, $"taken-back-{input.ShipmentId}", o => o.CloseRefund(refundId, given, clock.GetUtcNow()).TakeBack(clock.GetUtcNow()), cancellationToken);
            await money.Tell(order, refundId, OrderMail.Returned, cancellationToken);
        }
        else
        {
            order = await change.Run(order.Id, $"taken-back-{input.ShipmentId}", o => o.TakeBack(clock.GetUtcNow()), cancellationToken);
        }
        await events.Publish([OrderEvents.Ended(order)], cancellationToken);
    }

    /// <summary>Some of a paid order is not to be sent: its goods lie in the shop again and its money goes back. The order ends when nothing is left to send.</summary>
    [Function(CancelName)]
    public async Task<CancelParcelOutcome> Cancel([ActivityTrigger] CancelParcelStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.ShipmentId);
        Stored<Order> read = await Read(step.OrderId, cancellationToken);
        if (read.Value.IsCash) return await CallOff(read, step, cancellationToken);
        Order order = await change.Run(step.OrderId, $"cancel-{step.RefundId}", o => o.Status == OrderStatus.Paid ? o.OpenRefund(Unsent(o, step), step.Actor) : o, cancellationToken);
        if (order.Refunds.FirstOrDefault(r => r.Id == step.RefundId) is { } refund)
        {
            Result<StockLine[]> returned = await back.Run(order.Id, step.RefundId, [.. refund.Lines.Select(l => new StockLine(l.Sku, l.Quantity))], restock: true, step.Actor, cancellationToken);
            if (returned.Problem is { } broken) throw new InvalidOperationException($"The goods of {order.Id} could not be given back: {broken.Code}.");
            ProviderRefund given = await money.Ask(order, refund, byHand: false, cancellationToken);
            order = await change.Run(order.Id, $"cancelled-{step.RefundId}", o => o.CloseRefund(refund.Id, given, clock.GetUtcNow()).EndUnsent(step.Actor, clock.GetUtcNow()), cancellationToken);
            await money.Tell(order, refund.Id, order.Status == OrderStatus.Cancelled ? OrderMail.Cancelled : OrderMail.Refunded, cancellationToken);
            if (order.IsOver) await events.Publish([OrderEvents.Ended(order)], cancellationToken);
        }
        return new CancelParcelOutcome(order.Lines.All(l => order.ToSend(l) == 0));
    }

    /// <summary>Nothing is paid yet of an order that is paid at the door: there is no money to give back, only goods.</summary>
    private async Task<CancelParcelOutcome> CallOff(Stored<Order> read, CancelParcelStep step, CancellationToken cancellationToken)
    {
        Order order = (await change.Run(read, $"cancel-{step.RefundId}", o => o.CallOff(step.Reason, step.Actor, clock.GetUtcNow()), cancellationToken)).Value;
        if (order.Status != OrderStatus.Cancelled) return new CancelParcelOutcome(false);
        Result<StockLine[]> returned = await back.Run(order.Id, step.RefundId, OrderGoods.Of(order), restock: true, step.Actor, cancellationToken);
        if (returned.Problem is { } broken) throw new InvalidOperationException($"The goods of {order.Id} could not be given back: {broken.Code}.");
        await mails.Send(OrderMail.Cancelled, order, cancellationToken);
        await events.Publish([OrderEvents.Ended(order)], cancellationToken);
        return new CancelParcelOutcome(true);
    }

    private OrderRefund Unsent(Order order, CancelParcelStep step)
    {
        RefundedLine[] all = [.. order.Lines.Select(l => new RefundedLine(l.Sku, order.ToSend(l))).Where(l => l.Quantity > 0)];
        RefundedLine[] lines = [.. step.Lines ?? all];
        bool whole = lines.Sum(l => l.Quantity) == all.Sum(l => l.Quantity);
        Money shipping = whole ? SaleShare.RestOfShipping(order) : Money.Zero(order.Currency), amount = SaleShare.Of(order, lines, shipping, order.Refunds).Amount;
        return new OrderRefund(step.RefundId, amount <= order.Kept() ? amount : order.Kept(), step.Reason, clock.GetUtcNow(), RefundStatus.Pending) { Lines = lines, Shipping = shipping, Unsent = true };
    }

    /// <summary>What is left to give back for the parcel; where staff gave back so much that less is kept, only that.</summary>
    private OrderRefund Returned(Order order, string refundId)
    {
        SaleShare sold = SaleShare.OfParcels(order);
        return new OrderRefund(refundId, sold.Amount <= order.Kept() ? sold.Amount : order.Kept(), "the parcel came back", clock.GetUtcNow(), RefundStatus.Pending)
        {
            Lines = [.. sold.Lines.Select(l => new RefundedLine(l.Sku, l.Quantity))],
            Shipping = sold.Shipping,
        };
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
