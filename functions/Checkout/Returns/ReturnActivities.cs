using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Inventory;
using Shop.Orders;
using Shop.Payments;
using Shop.Shipping;
using Shop.Storage;
using Shop.Worklist;

namespace Shop.Checkout;

/// <summary>The steps of a return; each may run twice.</summary>
public sealed class ReturnActivities(
    OrderStore orders, ChangeOrder change, ReturnGoods goods, GiveMoneyBack money, ICourier courier, WorklistStore worklist, ReturnMails mails, PrepareExchange exchange, IEventPublisher events, Sealing sealing, TimeProvider clock)
{
    public const string OpenName = "ReturnOpenV1";
    public const string MoveName = "ReturnMoveV1";

    /// <summary>A courier that refused a label is asked again.</summary>
    internal static readonly TimeSpan LabelAwaited = TimeSpan.FromHours(1);

    /// <summary>A parcel is looked for this often: its webhook may be lost.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromDays(1);

    [Function(OpenName)]
    public async Task<ReturnOutcome> Open([ActivityTrigger] ReturnInput input, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(input.OrderId);
        DateTimeOffset now = clock.GetUtcNow();
        OrderReturn asked = input.Return with
        {
            Comment = input.Comment is { } words ? sealing.Open<string>(input.OrderId, words) : null,
            RequestedAt = now,
            Until = now.AddDays(input.Terms.DecideWithinDays),
        };
        Order order = await change.Run(input.OrderId, $"return-{asked.Id}", o => o.RequestReturn(asked, input.Actor), cancellationToken);
        if (order.Returns.FirstOrDefault(r => r.Id == asked.Id) is not { } opened) return new ReturnOutcome(ReturnStatus.Refused, null); // Another return was faster with the same goods.
        // It broke off after somebody looked at the goods, and was begun anew.
        if (opened is { Status: ReturnStatus.Inspected or ReturnStatus.Completed }) return await Complete(order, opened.Id, cancellationToken);
        // It was told before.
        if (input.Anew) return Outcome(order, opened.Id, input.Terms);
        if (opened.Status == ReturnStatus.Requested && input.Terms.ApproveAutomatically)
            return await Approve(new ReturnStep(order.Id, opened.Id, input.Terms, new ReturnMove(ReturnMoveKind.Approve, "system")), cancellationToken);
        if (opened.Status == ReturnStatus.Requested)
            await worklist.Put(new WorkItem(WorkKind.Return, opened.Id, order.Id, $"Decide whether goods of order {order.Number} may come back.", opened.RequestedAt, opened.Until), cancellationToken);
        await Tell(order, opened, "return.requested", cancellationToken);
        return Outcome(order, opened.Id, input.Terms);
    }

    [Function(MoveName)]
    public Task<ReturnOutcome> Move([ActivityTrigger] ReturnStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        return step.Move switch
        {
            { Kind: ReturnMoveKind.Approve } or { Kind: ReturnMoveKind.Late, From: ReturnStatus.Requested } => Approve(step, cancellationToken),
            { Kind: ReturnMoveKind.Refuse } => End(step, "return.refused", o => o.RefuseReturn(step.ReturnId, step.Move.Text!, step.Move.Actor, clock.GetUtcNow()), cancellationToken),
            { Kind: ReturnMoveKind.Withdraw } => End(step, "return.withdrawn", o => o.EndReturn(step.ReturnId, ReturnStatus.Withdrawn, step.Move.Actor, clock.GetUtcNow()), cancellationToken),
            { Kind: ReturnMoveKind.Look } => Look(step, cancellationToken),
            { Kind: ReturnMoveKind.Late, From: ReturnStatus.Approved } => Expire(step, cancellationToken),
            { Kind: ReturnMoveKind.Receive } => Receive(step, cancellationToken),
            { Kind: ReturnMoveKind.Inspect } => Inspect(step, cancellationToken),
            _ => Remind(step, cancellationToken),
        };
    }

    private async Task<ReturnOutcome> Approve(ReturnStep step, CancellationToken cancellationToken)
    {
        Order order = await change.Run(step.OrderId, $"return-approve-{step.ReturnId}", o => o.ApproveReturn(step.ReturnId, clock.GetUtcNow().AddDays(step.Terms.SendWithinDays), step.Move.Actor, clock.GetUtcNow()), cancellationToken);
        OrderReturn approved = ReturnOf(order, step.ReturnId);
        if (approved.Status != ReturnStatus.Approved) return Outcome(order, step.ReturnId);
        // Who gets a label hears of it with the label.
        if (WantsLabel(order, approved, step.Terms)) return await BookLabel(order, approved, step.Terms, cancellationToken);
        await worklist.Remove(WorkKind.Return, approved.Id, cancellationToken);
        await Tell(order, approved, "return.approved", cancellationToken);
        return Outcome(order, step.ReturnId, step.Terms);
    }

    private static bool WantsLabel(Order order, OrderReturn approved, ReturnTerms terms) => terms.LabelService.Length > 0 && approved.Parcel is null && order.ShippingAddress is not null;

    private async Task<ReturnOutcome> BookLabel(Order order, OrderReturn approved, ReturnTerms terms, CancellationToken cancellationToken)
    {
        OrderLine[] sent = [.. SaleShare.Of(order, approved.Lines, Money.Zero(order.Currency), order.Refunds).Lines];
        try
        {
            BookedParcel booked = await courier.Book(
                new ParcelToBook(approved.Id, terms.LabelService, order.Shipping!.Courier, order.ShippingAddress!, sent.Sum(l => Math.Max(1, l.WeightGrams) * l.Quantity), sent.Select(l => l.Total).Sum(order.Currency), Back: true), cancellationToken);
            order = await change.Run(order.Id, $"return-book-{approved.Id}", o => o.BookReturn(approved.Id, new ReturnParcel(booked.Courier, booked.TrackingNumber, booked.Booking), clock.GetUtcNow()), cancellationToken);
        }
        catch (CourierRefusedException refused)
        {
            await worklist.Put(new WorkItem(WorkKind.Return, approved.Id, order.Id, $"The courier gives no label for what comes back of order {order.Number}: tell the customer how to send it. {refused.Message}", clock.GetUtcNow(), approved.Until), cancellationToken);
            return Outcome(order, approved.Id, terms);
        }
        // Who waited for the label has as long as others.
        if (approved.Until < clock.GetUtcNow().AddDays(terms.SendWithinDays) - LabelAwaited / 2) order = await Extend(order, approved, terms, cancellationToken);
        await worklist.Remove(WorkKind.Return, approved.Id, cancellationToken);
        await Tell(order, ReturnOf(order, approved.Id), "return.approved", cancellationToken);
        return Outcome(order, approved.Id, terms);
    }

    /// <summary>Asks the courier where the parcel is.</summary>
    private async Task<ReturnOutcome> Look(ReturnStep step, CancellationToken cancellationToken)
    {
        Order order = await Read(step.OrderId, cancellationToken);
        OrderReturn open = ReturnOf(order, step.ReturnId);
        if (open.Status != ReturnStatus.Approved) return Outcome(order, step.ReturnId);
        return await Whereabouts(order.Id, open, cancellationToken) == ShipmentStatus.Delivered ? await Receive(FromCourier(step), cancellationToken) : Outcome(order, step.ReturnId, step.Terms);
    }

    /// <summary>The goods are late. What is on its way is waited for, and somebody is told; what nobody sent stays with the customer.</summary>
    private async Task<ReturnOutcome> Expire(ReturnStep step, CancellationToken cancellationToken)
    {
        Order order = await Read(step.OrderId, cancellationToken);
        OrderReturn open = ReturnOf(order, step.ReturnId);
        if (open.Status == ReturnStatus.Approved && WantsLabel(order, open, step.Terms)) return Outcome(await Extend(order, open, step.Terms, cancellationToken), open.Id, step.Terms);
        ShipmentStatus? where = open.Status == ReturnStatus.Approved ? await Whereabouts(order.Id, open, cancellationToken) : null;
        if (where == ShipmentStatus.Delivered) return await Receive(FromCourier(step), cancellationToken);
        if (where is not (ShipmentStatus.PickedUp or ShipmentStatus.InTransit or ShipmentStatus.Failed))
            return await End(step, "return.expired", o => o.EndReturn(step.ReturnId, ReturnStatus.Expired, step.Move.Actor, clock.GetUtcNow()), cancellationToken);
        order = await Extend(order, open, step.Terms, cancellationToken);
        await worklist.Put(new WorkItem(WorkKind.Return, open.Id, order.Id, $"What comes back of order {order.Number} is late and on its way: ask {open.Parcel!.Courier} for {open.Parcel.TrackingNumber ?? open.Id}.", clock.GetUtcNow(), ReturnOf(order, open.Id).Until), cancellationToken);
        return Outcome(order, open.Id, step.Terms);
    }

    private Task<Order> Extend(Order order, OrderReturn open, ReturnTerms terms, CancellationToken cancellationToken) => change.Run(
        order.Id, string.Create(CultureInfo.InvariantCulture, $"return-extend-{open.Id}-{open.Until:yyyyMMddHHmm}"),
        o => o.ExtendReturn(open.Id, clock.GetUtcNow().AddDays(terms.SendWithinDays), clock.GetUtcNow()), cancellationToken);

    /// <returns>The newest that the courier tells; <c>null</c> where there is no parcel, or the courier knows none.</returns>
    private async Task<ShipmentStatus?> Whereabouts(string orderId, OrderReturn open, CancellationToken cancellationToken)
    {
        if (open.Parcel is not { } parcel) return null;
        try
        {
            TrackedParcel tracked = await courier.Track(parcel.Booking, cancellationToken);
            if (tracked.TrackingNumber is { } number && number != parcel.TrackingNumber) await change.Run(orderId, $"return-number-{open.Id}-{number}", o => o.NumberReturn(open.Id, number), cancellationToken);
            return tracked.Events is [.., var newest] ? newest.Status : null;
        }
        catch (CourierRefusedException)
        {
            return null;
        }
    }

    private static ReturnStep FromCourier(ReturnStep step) => step with { Move = new ReturnMove(ReturnMoveKind.Receive, "courier") };

    private async Task<ReturnOutcome> End(ReturnStep step, string type, Func<Order, Order> end, CancellationToken cancellationToken)
    {
        Order order = await change.Run(step.OrderId, $"{type.Replace('.', '-')}-{step.ReturnId}", end, cancellationToken);
        OrderReturn ended = ReturnOf(order, step.ReturnId);
        if (!ended.IsOver) return Outcome(order, step.ReturnId);
        await worklist.Remove(WorkKind.Return, ended.Id, cancellationToken);
        await Tell(order, ended, type, cancellationToken);
        return Outcome(order, step.ReturnId);
    }

    private async Task<ReturnOutcome> Receive(ReturnStep step, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Order order = await change.Run(step.OrderId, $"return-receive-{step.ReturnId}", o => o.ReceiveReturn(step.ReturnId, now.AddDays(step.Terms.InspectWithinDays), step.Move.Actor, now), cancellationToken);
        OrderReturn received = ReturnOf(order, step.ReturnId);
        if (received.Status != ReturnStatus.Received) return Outcome(order, step.ReturnId);
        await AskToInspect(order, received, cancellationToken);
        await Tell(order, received, "return.received", cancellationToken);
        return Outcome(order, step.ReturnId);
    }

    private async Task<ReturnOutcome> Remind(ReturnStep step, CancellationToken cancellationToken)
    {
        Order order = await change.Run(step.OrderId, string.Create(CultureInfo.InvariantCulture, $"return-remind-{step.ReturnId}-{clock.GetUtcNow():yyyyMMdd}"), o => o.RemindReturn(step.ReturnId, clock.GetUtcNow().AddDays(step.Terms.InspectWithinDays), clock.GetUtcNow()), cancellationToken);
        if (ReturnOf(order, step.ReturnId) is { Status: ReturnStatus.Received } waiting)
        {
            await AskToInspect(order, waiting, cancellationToken);
            await mails.Remind(order, waiting, cancellationToken);
        }
        return Outcome(order, step.ReturnId);
    }

    /// <summary>What can be sold again lies in the shop again; what was accepted is paid back.</summary>
    private async Task<ReturnOutcome> Inspect(ReturnStep step, CancellationToken cancellationToken)
    {
        ReturnMove move = step.Move;
        string id = step.ReturnId;
        Order order = await change.Run(step.OrderId, $"return-inspect-{id}", o => o.InspectReturn(id, move.Lines!, RefundOf(o, id, move), move.To == RefundWay.PayOut, move.Actor, clock.GetUtcNow()), cancellationToken);
        OrderReturn inspected = ReturnOf(order, id);
        if (inspected.Inspected.Count > 0) return await Complete(order, id, cancellationToken);
        // What the bank decides is known later; the return waits for it.
        return inspected.Status == ReturnStatus.Received && order.PaymentStatus == PaymentStatus.Disputed ? Outcome(order, id) with { Again = true } : Outcome(order, id);
    }

    private async Task<ReturnOutcome> Complete(Order order, string id, CancellationToken cancellationToken)
    {
        OrderReturn inspected = ReturnOf(order, id);
        string actor = order.Timeline.LastOrDefault(e => e.Type == "return.inspected")?.Actor ?? "system";
        await Shelve(order, id, inspected.Inspected, l => l.Restocked, restock: true, actor, cancellationToken);
        await Shelve(order, $"{id}-w", inspected.Inspected, l => l.WrittenOff, restock: false, actor, cancellationToken);
        OrderRefund? refund = order.Refunds.FirstOrDefault(r => r.Id == inspected.RefundId);
        ProviderRefund? given = null;
        if (refund is not null && (given = await money.TryAsk(order, refund, inspected.PayOut, cancellationToken)) is null) return Outcome(order, id) with { Again = true };
        order = await change.Run(
            order.Id, $"return-complete-{id}", o => (given is null ? o : o.CloseRefund(refund!.Id, given, clock.GetUtcNow())).CompleteReturn(id, clock.GetUtcNow()), cancellationToken);
        if (refund is not null) await money.Tell(order, refund.Id, OrderMail.Refunded, cancellationToken);
        if (inspected.Wish == ReturnWish.Exchange && order.Refunds.FirstOrDefault(r => r.Id == inspected.RefundId) is { ToCredit: not null } credited)
        {
            string cart = await exchange.Run(order, inspected, credited, cancellationToken);
            order = await change.Run(order.Id, $"return-exchange-{id}", o => o.ExchangeReturn(id, cart, clock.GetUtcNow()), cancellationToken);
            await mails.Send(order, ReturnOf(order, id), "return.exchanged", cancellationToken);
        }
        await worklist.Remove(WorkKind.Return, id, cancellationToken);
        await Tell(order, ReturnOf(order, id), "return.completed", cancellationToken);
        return Outcome(order, id);
    }

    private async Task Shelve(Order order, string reference, IReadOnlyList<InspectedLine> lines, Func<InspectedLine, int> units, bool restock, string actor, CancellationToken cancellationToken)
    {
        StockLine[] back = [.. lines.Select(l => new StockLine(l.Sku, units(l))).Where(l => l.Quantity > 0)];
        if (back.Length == 0) return;
        Result<StockLine[]> shelved = await goods.Run(order.Id, reference, back, restock, actor, cancellationToken);
        if (shelved.Problem is { } broken) throw new InvalidOperationException($"The goods of {order.Id} could not be taken back: {broken.Code}.");
    }

    private OrderRefund? RefundOf(Order order, string returnId, ReturnMove move)
    {
        // Some may have been refunded while they were on their way back.
        RefundedLine[] accepted = [.. move.Lines!.Select(l => new RefundedLine(l.Sku, Math.Min(l.Accepted, SaleShare.Rest(order, l.Sku)))).Where(l => l.Quantity > 0)];
        if (accepted.Length == 0) return null;
        Money shipping = move.Shipping ?? Money.Zero(order.Currency), postage = SaleShare.RestOfShipping(order);
        if (shipping > postage) shipping = postage;
        Money amount = SaleShare.Of(order, accepted, shipping, order.Refunds).Amount;
        if (amount > order.Kept()) amount = order.Kept();
        // Nothing, where they cost nothing or the buyer's bank gave it all back: the goods came back all the same.
        return new OrderRefund($"{returnId}-refund", amount, "goods came back", clock.GetUtcNow(), RefundStatus.Pending) { Lines = accepted, Shipping = shipping, ToCredit = move.To == RefundWay.Credit && !amount.IsZero ? amount : null };
    }

    private Task AskToInspect(Order order, OrderReturn received, CancellationToken cancellationToken) =>
        worklist.Put(new WorkItem(WorkKind.Return, received.Id, order.Id, $"Look at the goods that came back of order {order.Number}.", clock.GetUtcNow(), received.Until), cancellationToken);

    private async Task Tell(Order order, OrderReturn changed, string type, CancellationToken cancellationToken)
    {
        await mails.Send(order, changed, type, cancellationToken);
        await events.Publish([OrderEvents.ReturnChanged(order, changed, type)], cancellationToken);
    }

    private static OrderReturn ReturnOf(Order order, string returnId) => order.Returns.First(r => r.Id == returnId);

    private static ReturnOutcome Outcome(Order order, string returnId) => ReturnOf(order, returnId) is var now ? new ReturnOutcome(now.Status, now.Until) : throw new InvalidOperationException();

    private ReturnOutcome Outcome(Order order, string returnId, ReturnTerms terms)
    {
        OrderReturn now = ReturnOf(order, returnId);
        if (now.Status != ReturnStatus.Approved) return Outcome(order, returnId);
        if (WantsLabel(order, now, terms)) return new ReturnOutcome(now.Status, now.Until, clock.GetUtcNow() + LabelAwaited, ReturnMoveKind.Approve);
        return now.Parcel is null ? Outcome(order, returnId) : new ReturnOutcome(now.Status, now.Until, clock.GetUtcNow() + Silence);
    }

    private async Task<Order> Read(string orderId, CancellationToken cancellationToken) =>
        (await orders.Find(orderId, cancellationToken) ?? throw new InvalidOperationException($"There is no order {orderId}.")).Value;
}
