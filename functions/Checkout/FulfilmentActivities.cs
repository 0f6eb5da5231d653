using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Inventory;
using Shop.Marketing;
using Shop.Orders;
using Shop.Payments;
using Shop.Shipping;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>The steps of a parcel; each may run twice.</summary>
public sealed class FulfilmentActivities(
    OrderStore orders, ChangeOrder change, AwaitGoods goods, LocationDirectory locations, ReturnGoods back, NumberStore numbers, ICourier courier, OrderCredits credits, AwaitCash cash, RedeemCoupon coupons, GiveMoneyBack money, OrderMails mails, ParcelAlerts alerts, TellSlow slow, PromiseDates promises, IEventPublisher events,
    Sealing sealing, TimeProvider clock)
{
    public const string BookName = "FulfilmentBookV1";
    public const string TrackName = "FulfilmentTrackV1";
    public const string CancelName = "FulfilmentCancelV1";
    public const string AskName = "FulfilmentAskV1";
    public const string TakeBackName = "FulfilmentTakeBackV1";

    /// <summary>Books the courier under the shipment's own reference, unless some of the goods have not come yet, or they do not lie together.</summary>
    [Function(BookName)]
    public Task<BookOutcome> Book([ActivityTrigger] FulfilmentInput input, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(input.ShipmentId);
        return slow.Run(input.OrderId, input.Since, () => TryBook(input, cancellationToken), cancellationToken);
    }

    private async Task<BookOutcome> TryBook(FulfilmentInput input, CancellationToken cancellationToken)
    {
        Stored<Order> order = await Read(input.OrderId, cancellationToken);
        if (order.Value.Shipments.FirstOrDefault(s => s.Id == input.ShipmentId) is { } before) return await Booked(order.Value, before, cancellationToken);
        if (order.Value.SplitFrom(input.ShipmentId) is { Count: > 0 } into) return new BookOutcome(false, into);
        if (order.Value.Refunds.Where(r => IsOpenOf(input.ShipmentId, r)).ToArray() is { Length: > 0 } open)
        {
            // Its cancellation broke off, and its flow was begun anew.
            foreach (OrderRefund refund in open)
                if (await GiveBackUnsent(order.Value, refund, input.ShipmentId, "system", cancellationToken) is null) return new BookOutcome(false);
            order = await Read(input.OrderId, cancellationToken);
        }
        IReadOnlyList<ParcelLine> packed = order.Value.PackedIn(input.ShipmentId);
        if (order.Value.IsOver || packed.Count == 0) return new BookOutcome(false, NothingLeft: true);
        if (order.Value.IsHeldByBank())
        {
            order = await change.Run(order, $"held-{input.ShipmentId}", o => o.IsHeldByBank() ? o.HoldParcel(clock.GetUtcNow()) : o, cancellationToken);
            await alerts.Held(order.Value, input.ShipmentId, cancellationToken);
            return new BookOutcome(false);
        }
        string? place = PlaceOf(order.Value, input.ShipmentId);
        if (place is null && (input.MayWait || input.Scattered))
        {
            PackingPlan plan = PackingRules.Plan(order.Value, input, packed, await goods.Where(input.OrderId, [.. packed.Select(l => new StockLine(l.Sku, l.Quantity))], cancellationToken));
            if (plan.Waits) return new BookOutcome(false);
            if (plan.Parts.Count > 1)
            {
                order = await change.Run(order, $"split-{input.ShipmentId}", o => o.Split(input.ShipmentId, plan.Parts, plan.Reason, "system", clock.GetUtcNow()), cancellationToken);
                await alerts.Gone(order.Value, input.ShipmentId, cancellationToken);
                return new BookOutcome(false, order.Value.SplitFrom(input.ShipmentId));
            }
            place = plan.Parts[0].Place;
        }
        Shipment shipment;
        try
        {
            shipment = order.Value.IsPickup
                ? new Shipment(input.ShipmentId, Shipment.PickupCourier, order.Value.Number, "", ShipmentStatus.Booked, [])
                : await Call(order.Value, input.ShipmentId, packed, place ?? input.Place, cancellationToken);
        }
        catch (CourierRefusedException refused)
        {
            order = await change.Run(order, $"refused-{input.ShipmentId}", o => o.RefuseParcel(clock.GetUtcNow()), cancellationToken);
            await alerts.Refused(order.Value, input.ShipmentId, refused.Message, clock.GetUtcNow(), cancellationToken);
            return new BookOutcome(false, Refused: true);
        }
        // Goods that are paid at the door are invoiced when they leave.
        string? invoice = order.Value is { IsCash: true, InvoiceNumber: null } ? await numbers.InvoiceNumber(input.OrderId, cancellationToken) : null;
        order = await change.Run(order, $"book-{input.ShipmentId}", o => (o with { InvoiceNumber = o.InvoiceNumber ?? invoice }).Book(shipment, clock.GetUtcNow()), cancellationToken);
        return await Booked(order.Value, ShipmentOf(order.Value, input.ShipmentId), cancellationToken);
    }

    private async Task<BookOutcome> Booked(Order order, Shipment shipment, CancellationToken cancellationToken)
    {
        await alerts.Taken(order, shipment.Id, cancellationToken);
        bool told = order.Missed.Any(m => m.ShipmentId == shipment.Id && m.Kind == PromiseKind.Deliver);
        return new BookOutcome(true, null, shipment.DeliverBy is { } day && !told ? promises.EndOf(day) : null) { Status = shipment.Status };
    }

    private async Task<Shipment> Call(Order order, string shipmentId, IReadOnlyList<ParcelLine> packed, string? place, CancellationToken cancellationToken)
    {
        (OrderLine Line, int Quantity)[] lines = [.. packed.Select(l => (order.Lines.First(sold => sold.Sku == l.Sku), l.Quantity))];
        var wanted = new ParcelToBook(
            shipmentId, order.Shipping!.Booked, order.Shipping.Courier, order.ShippingAddress!,
            lines.Sum(l => Math.Max(1, l.Line.WeightGrams) * l.Quantity), lines.Select(l => l.Line.Total.Share(l.Quantity, l.Line.Quantity)).Sum(order.Currency))
        {
            CubicCm = lines.Sum(l => l.Line.CubicCm * l.Quantity),
            From = locations.All.FirstOrDefault(l => l.Id == place)?.Address,
            Insured = order.Shipping.Insured,
            CollectCash = order.IsCash ? order.Asked() : null,
        };
        BookedParcel parcel = await courier.Book(wanted, cancellationToken);
        return new Shipment(shipmentId, parcel.Courier, parcel.TrackingNumber, parcel.Booking, ShipmentStatus.Booked, [])
        {
            DeliverBy = promises.DeliverBy(order, clock.GetUtcNow()),
        };
    }

    /// <summary>Writes down what the courier told, and tells the customer when the parcel left and when it arrived.</summary>
    [Function(TrackName)]
    public async Task<TrackingOutcome> Track([ActivityTrigger] TrackingStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.ShipmentId);
        return new TrackingOutcome(
            step.Answer is { } answer ? await Hear(await Read(step.OrderId, cancellationToken), step.ShipmentId, sealing.Open<TrackedParcel>(step.ShipmentId, answer), cancellationToken)
            : await Take(step.OrderId, step.ShipmentId, step.Told!, step.Actor, cancellationToken));
    }

    /// <summary>Asks a courier that was silent. What was missed is given back for the step that writes it down: that one may break off and find its place again.</summary>
    [Function(AskName)]
    public async Task<TrackingOutcome> Ask([ActivityTrigger] FulfilmentInput input, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(input.ShipmentId);
        Stored<Order> order = await Read(input.OrderId, cancellationToken);
        Shipment shipment = ShipmentOf(order.Value, input.ShipmentId);
        TrackedParcel tracked;
        try
        {
            tracked = await courier.Track(shipment.Booking, cancellationToken);
        }
        catch (CourierRefusedException refused)
        {
            await LoseSight(order, shipment, refused.Message, cancellationToken);
            return new TrackingOutcome(shipment.Status);
        }
        return new TrackingOutcome(shipment.Status) { Answer = tracked.TellsMoreThan(shipment) ? sealing.Seal(shipment.Id, tracked) : null };
    }

    /// <summary>Writes down what is new of what a courier answered. The newest that is written is told again: whoever wrote it may have broken off before it was told to anybody.</summary>
    private async Task<ShipmentStatus> Hear(Stored<Order> order, string shipmentId, TrackedParcel tracked, CancellationToken cancellationToken)
    {
        if (tracked.TrackingNumber is { } number && ShipmentOf(order.Value, shipmentId).TrackingNumber != number)
            order = await change.Run(order, $"number-{shipmentId}-{number}", o => o.Number(shipmentId, number, clock.GetUtcNow()), cancellationToken);
        Shipment shipment = ShipmentOf(order.Value, shipmentId);
        ShipmentStatus status = shipment.Status;
        foreach (TrackingEvent told in tracked.Events)
        {
            Shipment moved = shipment.Take(told);
            bool isNewest = shipment.Events is [.., var newest] && newest == told;
            if (moved == shipment && !isNewest) continue;
            status = await Take(order.Value.Id, shipmentId, told, null, cancellationToken);
            shipment = moved;
        }
        if (tracked.Unheard is { } word && !shipment.IsOver) await LoseSight(await Read(order.Value.Id, cancellationToken), shipment, $"The courier says '{word}'.", cancellationToken);
        return status;
    }

    private async Task LoseSight(Stored<Order> order, Shipment shipment, string answer, CancellationToken cancellationToken)
    {
        order = await change.Run(order, $"unclear-{shipment.Id}", o => o.LoseSight(clock.GetUtcNow()), cancellationToken);
        await alerts.Unclear(order.Value, shipment, answer, clock.GetUtcNow(), cancellationToken);
    }

    /// <summary>
    /// The parcel came back or was lost: its goods count as not sold and their money goes back, the postage too. What nobody collected never left the
    /// shop and lies on its shelf again. Whether what a courier brings back can be sold again is for staff to see, who receive it into stock.
    /// </summary>
    /// <returns>Whether it is done: while a bank decides whose the money is, it is not.</returns>
    [Function(TakeBackName)]
    public async Task<bool> TakeBack([ActivityTrigger] FulfilmentInput input, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(input.ShipmentId);
        Order read = (await Read(input.OrderId, cancellationToken)).Value;
        Shipment shipment = ShipmentOf(read, input.ShipmentId);
        bool lost = shipment.Status == ShipmentStatus.Lost;
        if (shipment.IsPickup)
        {
            string actor = read.Timeline.LastOrDefault(e => e.Type == "shipment.returned")?.Actor ?? "system";
            await Shelve(read, $"{input.ShipmentId}-returned", [.. read.PackedIn(input.ShipmentId).Select(l => new StockLine(l.Sku, l.Quantity))], actor, PlaceOf(read, input.ShipmentId), cancellationToken);
        }
        string refundId = $"{input.ShipmentId}-{(lost ? "lost" : "returned")}";
        Order order = await change.Run(input.OrderId, $"take-back-{input.ShipmentId}", o => o.IsOver || o.PaymentStatus == PaymentStatus.Disputed || Returned(o, input.ShipmentId, refundId, lost ? "the parcel was lost" : "the parcel came back") is not { Amount.Amount: > 0 } back ? o : o.OpenRefund(back, "system"), cancellationToken);
        if (order.PaymentStatus == PaymentStatus.Disputed) return false;
        if (order.Refunds.FirstOrDefault(r => r.Id == refundId) is { } refund)
        {
            if (await money.TryAsk(order, refund, byHand: false, cancellationToken) is not { } given) return false;
            order = await change.Run(order.Id, $"taken-back-{input.ShipmentId}", o => o.CloseRefund(refundId, given, clock.GetUtcNow()).TakeBack(input.ShipmentId, clock.GetUtcNow()), cancellationToken);
            await money.Tell(order, refundId, !lost ? OrderMail.Returned : order.Status == OrderStatus.Cancelled ? OrderMail.Cancelled : OrderMail.Refunded, cancellationToken);
        }
        else
        {
            order = await change.Run(order.Id, $"taken-back-{input.ShipmentId}", o => o.TakeBack(input.ShipmentId, clock.GetUtcNow()), cancellationToken);
            if (order.IsCash) await credits.Release(order, cancellationToken);
            if (lost && order.Status == OrderStatus.Cancelled) await mails.Send(OrderMail.Cancelled, order, cancellationToken);
        }
        await End(order, cancellationToken);
        return true;
    }

    /// <summary>Some of a paid order is not to be sent: its goods lie in the shop again and its money goes back. The order ends when nothing is left to send.</summary>
    [Function(CancelName)]
    public async Task<CancelParcelOutcome> Cancel([ActivityTrigger] CancelParcelStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.ShipmentId);
        Stored<Order> read = await Read(step.OrderId, cancellationToken);
        if (read.Value.IsCash) return await CallOff(read, step, cancellationToken);
        Order order = await change.Run(step.OrderId, $"cancel-{step.RefundId}", o => CancelUnsent(o, step), cancellationToken);
        if (order.Refunds.FirstOrDefault(r => r.Id == step.RefundId) is { } refund)
        {
            if (await GiveBackUnsent(order, refund, step.ShipmentId, step.Actor, cancellationToken) is not { } given) return new CancelParcelOutcome(false, Again: true);
            order = given;
        }
        else if (order.PaymentStatus == PaymentStatus.Disputed && order.Unbooked().Contains(step.ShipmentId, StringComparer.Ordinal))
        {
            return new CancelParcelOutcome(false, Again: true);
        }
        return new CancelParcelOutcome(order.PackedIn(step.ShipmentId).Count == 0);
    }

    private static bool IsOpenOf(string shipmentId, OrderRefund refund) => refund is { Unsent: true, Status: RefundStatus.Pending } && refund.ShipmentId == shipmentId;

    /// <returns><c>null</c> while a bank holds the money.</returns>
    private async Task<Order?> GiveBackUnsent(Order order, OrderRefund refund, string shipmentId, string actor, CancellationToken cancellationToken)
    {
        if (await money.TryAsk(order, refund, byHand: false, cancellationToken) is not { } given) return null;
        await Shelve(order, refund.Id, [.. refund.Lines.Select(l => new StockLine(l.Sku, l.Quantity))], actor, PlaceOf(order, shipmentId), cancellationToken);
        order = await change.Run(order.Id, $"cancelled-{refund.Id}", o => o.CloseRefund(refund.Id, given, clock.GetUtcNow()).Conclude(actor, clock.GetUtcNow()), cancellationToken);
        if (!refund.Amount.IsZero) await money.Tell(order, refund.Id, order.Status == OrderStatus.Cancelled ? OrderMail.Cancelled : OrderMail.Refunded, cancellationToken);
        else if (order.Status == OrderStatus.Cancelled) await mails.Send(OrderMail.Cancelled, order, cancellationToken);
        await End(order, cancellationToken);
        if (order.PackedIn(shipmentId).Count == 0) await alerts.Gone(order, shipmentId, cancellationToken);
        return order;
    }

    /// <summary>Goods that were sold and never left the shop can be sold again.</summary>
    private async Task Shelve(Order order, string reference, IReadOnlyList<StockLine> lines, string actor, string? place, CancellationToken cancellationToken)
    {
        Result<StockLine[]> shelved = await back.Run(order.Id, reference, lines, restock: true, actor, cancellationToken, place);
        if (shelved.Problem is { } broken) throw new InvalidOperationException($"The goods of {order.Id} could not be given back: {broken.Code}.");
    }

    private static string? PlaceOf(Order order, string shipmentId) => order.Parcels.FirstOrDefault(p => p.Id == shipmentId)?.Place;

    /// <summary>Nothing is paid yet of an order that is paid at the door: there is no money to give back, only goods.</summary>
    private async Task<CancelParcelOutcome> CallOff(Stored<Order> read, CancelParcelStep step, CancellationToken cancellationToken)
    {
        Order order = (await change.Run(read, $"cancel-{step.RefundId}", o => o.CallOff(step.Reason, step.Actor, clock.GetUtcNow()), cancellationToken)).Value;
        if (order.Status != OrderStatus.Cancelled) return new CancelParcelOutcome(false);
        await Shelve(order, $"{order.Id}|called-off", OrderGoods.Of(order), step.Actor, place: null, cancellationToken);
        await credits.Release(order, cancellationToken);
        await mails.Send(OrderMail.Cancelled, order, cancellationToken);
        await End(order, cancellationToken);
        await alerts.Gone(order, step.ShipmentId, cancellationToken);
        return new CancelParcelOutcome(true);
    }

    private Order CancelUnsent(Order order, CancelParcelStep step)
    {
        if (!order.Unbooked().Contains(step.ShipmentId, StringComparer.Ordinal) || order.PaymentStatus == PaymentStatus.Disputed) return order;
        OrderRefund wanted = Unsent(order, step);
        Order opened = order.OpenRefund(wanted, step.Actor);
        return opened.Refunds.Any(r => r.Id == step.RefundId) ? opened.Unpack(step.ShipmentId, wanted.Lines) : opened;
    }

    private OrderRefund Unsent(Order order, CancelParcelStep step)
    {
        SaleShare unsent = SaleShare.OfUnsent(order, step.ShipmentId, step.Lines);
        return new OrderRefund(step.RefundId, unsent.Amount <= order.Kept() ? unsent.Amount : order.Kept(), step.Reason, clock.GetUtcNow(), RefundStatus.Pending)
        {
            Lines = [.. unsent.Lines.Select(l => new RefundedLine(l.Sku, l.Quantity))],
            Shipping = unsent.Shipping,
            Unsent = true,
            ShipmentId = step.ShipmentId,
        };
    }

    /// <summary>What is left to give back for the parcel; where staff gave back so much that less is kept, only that.</summary>
    private OrderRefund Returned(Order order, string shipmentId, string refundId, string reason)
    {
        SaleShare sold = SaleShare.OfParcel(order, shipmentId);
        return new OrderRefund(refundId, sold.Amount <= order.Kept() ? sold.Amount : order.Kept(), reason, clock.GetUtcNow(), RefundStatus.Pending)
        {
            Lines = [.. sold.Lines.Select(l => new RefundedLine(l.Sku, l.Quantity))],
            Shipping = sold.Shipping,
        };
    }

    private async Task<ShipmentStatus> Take(string orderId, string shipmentId, TrackingEvent told, string? actor, CancellationToken cancellationToken)
    {
        // A second attempt is told like the first: the moment tells them apart.
        string effect = string.Create(CultureInfo.InvariantCulture, $"track-{shipmentId}-{told.Status}-{told.At.ToUnixTimeMilliseconds()}");
        Order order = await change.Run(orderId, effect, o => o.Track(shipmentId, told, clock.GetUtcNow(), actor ?? "courier"), cancellationToken);
        Shipment shipment = ShipmentOf(order, shipmentId);
        // What came too late, or was told before, changes nothing and is told to nobody.
        if (!shipment.Events.Contains(told)) return shipment.Status;
        OrderMail? mail = told.Status switch
        {
            // The message that it was picked up may be lost.
            ShipmentStatus.PickedUp or ShipmentStatus.InTransit when told == shipment.Events.First(e => e.Status is ShipmentStatus.PickedUp or ShipmentStatus.InTransit) => OrderMail.Shipped,
            ShipmentStatus.Delivered when !shipment.IsPickup => OrderMail.Delivered,
            ShipmentStatus.Ready => OrderMail.Ready,
            ShipmentStatus.Failed => OrderMail.Undelivered,
            _ => null,
        };
        if (mail is { } about) await mails.SendOf(about, order, shipment, told.Status == ShipmentStatus.Failed ? told.At : null, cancellationToken);
        await alerts.Heard(order, shipment, told, cancellationToken);
        if (order.IsCash && told.Status == ShipmentStatus.Delivered) await cash.Begin(order, shipment, cancellationToken);
        if (order.Status == OrderStatus.Completed) await events.Publish([OrderEvents.Ended(order)], cancellationToken);
        return shipment.Status;
    }

    /// <summary>Tells that the order is over, where it is. A coupon whose order came to nothing can be used again.</summary>
    private async Task End(Order order, CancellationToken cancellationToken)
    {
        if (!order.IsOver) return;
        if (order is { Status: OrderStatus.Cancelled, Coupon: { } coupon }) await coupons.GiveBack(coupon, order.Id, cancellationToken);
        await events.Publish([OrderEvents.Ended(order)], cancellationToken);
    }

    private static Shipment ShipmentOf(Order order, string shipmentId) => order.Shipments.First(s => s.Id == shipmentId);

    private async Task<Stored<Order>> Read(string orderId, CancellationToken cancellationToken) =>
        await orders.Find(orderId, cancellationToken) ?? throw new InvalidOperationException($"There is no order {orderId}.");
}
