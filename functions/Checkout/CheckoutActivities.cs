using System.Globalization;
using Azure;
using Microsoft.Azure.Functions.Worker;
using Shop.Carts;
using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Inventory;
using Shop.Marketing;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>The steps of a checkout. Each is a whole use case, and each may run twice: everything it does carries a key of its own.</summary>
public sealed class CheckoutActivities(
    CartStore carts, OrderStore orders, OrderIndex index, ChangeOrder change, HoldStock hold, CommitHolds commit, ReturnGoods goods, RedeemCoupon coupons, OrderCredits credits, PaymentGateways gateways, AwaitedDays awaited, NumberStore numbers,
    UndoCheckout undo, CheckoutOptions options, GiveMoneyBack money, TellSlow slow, OrderMails mails, OrderHistory history, PromiseDates promises, IEventPublisher events, Sealing sealing, TimeProvider clock)
{
    public const string PrepareName = "CheckoutPrepareV1";
    public const string ConfirmName = "CheckoutConfirmV1";
    public const string DeclineName = "CheckoutDeclineV1";
    public const string RepayName = "CheckoutRepayV1";
    public const string AskName = "CheckoutAskV1";
    public const string CancelName = "CheckoutCancelV1";
    public const string AbandonName = "CheckoutAbandonV1";

    /// <summary>Places the order, holds its stock and opens its payment. When it cannot, it gives back what it took and opens the cart again.</summary>
    [Function(PrepareName)]
    public async Task<Prepared> Prepare([ActivityTrigger] CheckoutInput input, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(input.Order.Id);
        bool ours = await carts.CheckOut(input.Order.CartId, new ETag(input.CartVersion), input.Order.Id, cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        Order placing = (input.Buyer is { } buyer ? input.Order with { Buyer = sealing.Open<Buyer>(input.Order.Id, buyer) } : input.Order).Place(now);
        if (!ours) placing = placing.Cancel(OrderPaymentStatus.Cancelled, "The cart changed while it was being checked out.", "system", CheckoutProblems.CartChanged, now);
        await index.Add(placing, cancellationToken);
        Stored<Order> order = await orders.Insert(placing, cancellationToken);
        if (order.Value.Status != OrderStatus.Placed) return await Told(order.Value, cancellationToken);
        // It failed before, opened the cart again and could not say so any more: the cart is the shopper's, whatever is in stock by now.
        if (!ours) return await Fail(order, CheckoutProblems.NotPrepared, "The order could not be prepared.", cancellationToken);
        // Inputs from before the buyer was sealed are of orders that nobody has listed yet.
        if (input.Buyer is null && order.Value.CustomerId is { } customer) await history.Add(customer, order.Value.Id, cancellationToken);

        Result<StockLine[]> held = await hold.Run(order.Value.Id, OrderGoods.Of(order.Value), cancellationToken);
        if (held.Problem is { } problem)
        {
            if (problem.Code == InventoryProblems.Busy.Code) throw new InvalidOperationException($"The stock of {order.Value.Id} is changing too quickly.");
            return problem.Code == InventoryProblems.HoldReleased.Code
                ? await Fail(order, CheckoutProblems.NotPrepared, "The order could not be prepared.", cancellationToken)
                : await Fail(order, problem, "Not everything is in stock.", cancellationToken);
        }
        if (input.Coupon is { } coupon && (await coupons.Hold(coupon, order.Value.Id, order.Value.Email, cancellationToken)).Problem is { } refused)
            return await Fail(order, refused.Code == CouponProblems.Freed.Code ? CheckoutProblems.NotPrepared : refused, "Its coupon cannot be used.", cancellationToken);
        if (await credits.Hold(order.Value, cancellationToken) is { } uncovered) return await Fail(order, uncovered, "Its gift cards or store credit cannot be used.", cancellationToken);
        try
        {
            OpenedPayment payment = await Open(order.Value, order.Value.Payment, input.PayWithinMinutes, cancellationToken);
            DateTimeOffset until = order.Value.PlacedAt.AddMinutes(input.PayWithinMinutes);
            return await Told((await change.Run(order, "prepare", o => o.AwaitPayment(payment, until, clock.GetUtcNow()), cancellationToken)).Value, cancellationToken);
        }
        catch (PaymentRefusedException)
        {
            return await Fail(order, PaymentProblems.Refused, "The payment provider refused to open the payment.", cancellationToken);
        }
    }

    /// <summary>
    /// The money is here: sells the stock, gives the invoice its number, tells the customer and the world. Money in another amount than
    /// was asked for goes back, and the order is over.
    /// </summary>
    [Function(ConfirmName)]
    public Task<ConfirmOutcome> Confirm([ActivityTrigger] PaymentStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        return slow.Run(step.OrderId, step.Since, () => Sell(step, cancellationToken), cancellationToken);
    }

    private async Task<ConfirmOutcome> Sell(PaymentStep step, CancellationToken cancellationToken)
    {
        Stored<Order> read = await Read(step.OrderId, cancellationToken);
        if (read.Value.IsUnsold && !read.Value.IsCash && step.Payment.Received != read.Value.Asked())
        {
            await undo.GiveBack(read, step.Payment, $"{step.Payment.Received} came instead of {read.Value.Asked()} and went back.", "system", cancellationToken);
            return new ConfirmOutcome(false, false);
        }
        var goodsSold = new GoodsSold(true, true); // What an earlier run found is not known any more.
        if (read.Value.IsUnsold)
        {
            Result<GoodsSold> sold = await commit.Run(step.OrderId, OrderGoods.Of(read.Value), cancellationToken);
            if (sold.Problem is { } broken) throw new InvalidOperationException($"{step.OrderId} was paid, and its stock could not be sold: {broken.Code}.");
            goodsSold = sold.Value;
            DeliveryPromise? promise = goodsSold.Waits ? null : promises.Of(read.Value, clock.GetUtcNow());
            if (read.Value.Coupon is { } coupon) await coupons.Commit(coupon, step.OrderId, cancellationToken);
            if (read.Value.IsCash)
            {
                read = await change.Run(read, "confirm", o => o.AcceptCash(clock.GetUtcNow()).Promised(promise), cancellationToken);
                return await TellAccepted(read.Value, goodsSold, cancellationToken);
            }
            await credits.Commit(read.Value, cancellationToken);
            string invoice = await numbers.InvoiceNumber(step.OrderId, cancellationToken);
            await undo.CloseOther(read.Value, step.Payment.Reference, cancellationToken);
            read = await change.Run(read, "confirm", o => o.Pay(step.Payment.Reference, invoice, clock.GetUtcNow(), step.Payment.SeenBy ?? "provider").Promised(promise), cancellationToken);
        }
        if (read.Value.Status == OrderStatus.Cancelled)
        {
            if (read.Value.GivenBack(step.Payment.Reference) is not null) await undo.TellGivenBack(read.Value, step.Payment, cancellationToken);
            return new ConfirmOutcome(false, false);
        }
        if (read.Value.IsCash) return await TellAccepted(read.Value, goodsSold, cancellationToken);
        if (read.Value.Refunds.FirstOrDefault(r => r.Uncaptured) is { } left)
        {
            Result<StockLine[]> returned = await goods.Run(step.OrderId, left.Id, [.. left.Lines.Select(l => new StockLine(l.Sku, l.Quantity))], restock: true, "system", cancellationToken);
            if (returned.Problem is { } broken) throw new InvalidOperationException($"What {step.OrderId} leaves out could not be given back: {broken.Code}.");
        }
        DateTimeOffset paidAt = read.Value.Timeline.First(e => e.Type == "order.paid").At;
        await money.Enter(step.Payment, step.OrderId, paidAt, cancellationToken);
        await credits.Enter(read.Value, paidAt, cancellationToken);
        await carts.Bought(read.Value.Email, clock.GetUtcNow(), cancellationToken);
        await mails.Send(OrderMail.Paid, read.Value, cancellationToken);
        List<DomainEvent> told = [OrderEvents.Paid(read.Value)];
        if (read.Value.Refunds.FirstOrDefault(r => r.Uncaptured) is { } uncaptured) told.Add(OrderEvents.Refunded(read.Value, uncaptured, SaleShare.Of(read.Value, uncaptured)));
        if (read.Value.Status == OrderStatus.Completed) told.Add(OrderEvents.Completed(read.Value));
        await events.Publish(told, cancellationToken);
        return Sold(read.Value, goodsSold);
    }

    private ConfirmOutcome Sold(Order order, GoodsSold sold) => new(true, sold.Waits, sold.Scattered, order.Promise is { } promise ? promises.EndOf(promise.ShipBy) : null, sold.Place);

    private async Task<ConfirmOutcome> TellAccepted(Order order, GoodsSold sold, CancellationToken cancellationToken)
    {
        await carts.Bought(order.Email, clock.GetUtcNow(), cancellationToken);
        await mails.Send(OrderMail.Accepted, order, cancellationToken);
        return Sold(order, sold);
    }

    /// <summary>Writes down that a payment did not go through, or waits for the shopper's bank; the shopper may try again.</summary>
    [Function(DeclineName)]
    public async Task Decline([ActivityTrigger] PaymentStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        Stored<Order> read = await Read(step.OrderId, cancellationToken);
        ProviderPayment told = step.Payment;
        int Before(string type) => read.Value.Timeline.Count(e => e.Type == type);
        // Either may happen often, and each is told more than once: what came before names it, and a charge that failed itself.
        await (told.Status == ProviderPaymentStatus.RequiresAction
            ? change.Run(read, string.Create(CultureInfo.InvariantCulture, $"action-{told.Reference}-{Before("payment.failed")}"), o => o.RequireAction(told.Reference, clock.GetUtcNow()), cancellationToken)
            : change.Run(read, string.Create(CultureInfo.InvariantCulture, $"decline-{told.Charge ?? told.Reference}-{Before("payment.action-required")}"), o => o.Decline(told.Reference, told.Reason, clock.GetUtcNow()), cancellationToken));
    }

    /// <summary>
    /// Closes the way to pay that is open and opens another; the stock stays held. Where money came first the order is paid with that, and where
    /// the other way is refused the shopper may choose a third until the deadline.
    /// </summary>
    [Function(RepayName)]
    public async Task<RepayOutcome> Repay([ActivityTrigger] RepayStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        Stored<Order> read = await Read(step.OrderId, cancellationToken);
        if (read.Value.Status == OrderStatus.AwaitingPayment && read.Value.Payment.Attempt < step.Payment.Attempt)
        {
            if (await CancelPayment(read.Value, cancellationToken) is { } paid) return new RepayOutcome(paid, null);
            OrderPayment next = step.Payment with { Status = OrderPaymentStatus.Failed, ExpiresAt = read.Value.Payment.ExpiresAt };
            try
            {
                OpenedPayment opened = await Open(read.Value, step.Payment, step.PayWithinMinutes, cancellationToken);
                next = step.Payment with { Reference = opened.Reference, Instructions = opened.Instructions, ExpiresAt = clock.GetUtcNow().AddMinutes(step.PayWithinMinutes) };
            }
            catch (PaymentRefusedException)
            {
                // The order says so.
            }
            read = await change.Run(read, $"repay-{step.Payment.Attempt}", o => o.Repay(next, clock.GetUtcNow()), cancellationToken);
        }
        await mails.SendPayable(read.Value, cancellationToken);
        if (read.Value is { Status: OrderStatus.AwaitingPayment, IsCash: true, Payment.Reference: { } promised }) return new RepayOutcome(CashOnDeliveryGateway.Promised(promised), null);
        return new RepayOutcome(null, read.Value.Status == OrderStatus.AwaitingPayment ? read.Value.Payment.ExpiresAt : null);
    }

    /// <summary>Asks the provider of the payment that is open: what it told may be lost.</summary>
    [Function(AskName)]
    public async Task<ProviderPayment?> Ask([ActivityTrigger] string orderId, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(orderId);
        OrderPayment open = (await Read(orderId, cancellationToken)).Value.Payment;
        return open.Reference is { } reference ? await gateways.Of(open.Provider).Find(reference, cancellationToken) : null;
    }

    /// <summary>Ends an order that is not paid: its payment first, so that no money can come afterwards, then its stock.</summary>
    [Function(CancelName)]
    public async Task<CancelOutcome> Cancel([ActivityTrigger] CancelStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        Stored<Order> read = await Read(step.OrderId, cancellationToken);
        if (!read.Value.IsUnsold && read.Value.Status != OrderStatus.Cancelled) return new CancelOutcome(null);
        if (read.Value.IsUnsold)
        {
            if (await CancelPayment(read.Value, cancellationToken) is { } paid) return new CancelOutcome(paid);
            (OrderPaymentStatus status, string text) = step.Expired
                ? (OrderPaymentStatus.Expired, "The payment did not come in time.")
                : (OrderPaymentStatus.Cancelled, step.Text("paid"));
            read = await change.Run(read, read.Value.EndEffect(), o => o.Cancel(status, text, step.Actor, null, clock.GetUtcNow()), cancellationToken);
        }
        await undo.Finish(read.Value, cancellationToken);
        return new CancelOutcome(null);
    }

    /// <summary>
    /// Ends an order that could not be prepared in time, whatever was done of it, and opens its cart again. Where the shopper could pay all the
    /// same, because only the last answer was lost, the order goes on with that money.
    /// </summary>
    [Function(AbandonName)]
    public async Task<CancelOutcome> Abandon([ActivityTrigger] CheckoutInput input, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(input.Order.Id);
        if (await orders.Find(input.Order.Id, cancellationToken) is { Value.IsOver: false } order)
        {
            if (await CancelPayment(order.Value, cancellationToken) is { } paid) return new CancelOutcome(paid);
            await Fail(order, CheckoutProblems.NotPrepared, "The order could not be prepared in time.", cancellationToken);
        }
        await carts.Reopen(input.Order.CartId, input.Order.Id, cancellationToken);
        return new CancelOutcome(null);
    }

    private async Task<OpenedPayment> Open(Order order, OrderPayment payment, int withinMinutes, CancellationToken cancellationToken)
    {
        // Those that were replaced, too: what comes with them while the order may go on is looked for.
        foreach (string provider in order.FormerPayments.Append(order.Payment).Append(payment).Select(p => p.Provider).Distinct(StringComparer.Ordinal))
            await awaited.Note(provider, withinMinutes + options.ReinstateWithinHours * 60, cancellationToken);
        return await gateways.Of(payment.Provider).Open(
            new PaymentToOpen(order.Id, payment.Attempt, payment.Channel, order.Asked(), $"Order {order.Number}", withinMinutes, payment.CaptureLater, order.Phone ?? order.ShippingAddress?.Phone), cancellationToken);
    }

    /// <returns>The payment when money came first; <c>null</c> when no money can come any more.</returns>
    /// <exception cref="InvalidOperationException">The provider has not decided yet.</exception>
    private async Task<ProviderPayment?> CancelPayment(Order order, CancellationToken cancellationToken)
    {
        if (order.Payment.Reference is not { } reference) return null;
        ProviderPayment payment = await gateways.Of(order.Payment.Provider).Cancel(reference, cancellationToken);
        return payment.Status switch
        {
            ProviderPaymentStatus.Succeeded => payment,
            ProviderPaymentStatus.Cancelled => null,
            _ => throw new InvalidOperationException($"The payment of {order.Id} is neither cancelled nor paid yet."),
        };
    }

    private async Task<Prepared> Fail(Stored<Order> order, Problem problem, string text, CancellationToken cancellationToken)
    {
        await undo.Release(order.Value, cancellationToken);
        // The cart opens before the order says that it failed, so that whoever reads that finds the cart ready for another try.
        await carts.Reopen(order.Value.CartId, order.Value.Id, cancellationToken);
        return Outcome((await change.Run(order, "fail", o => o.Cancel(OrderPaymentStatus.Cancelled, text, "system", problem, clock.GetUtcNow()), cancellationToken)).Value);
    }

    private async Task<Stored<Order>> Read(string orderId, CancellationToken cancellationToken) =>
        await orders.Find(orderId, cancellationToken) ?? throw new InvalidOperationException($"There is no order {orderId}.");

    private async Task<Prepared> Told(Order order, CancellationToken cancellationToken)
    {
        await mails.SendPayable(order, cancellationToken);
        return Outcome(order);
    }

    private static Prepared Outcome(Order order) => order switch
    {
        { Status: OrderStatus.AwaitingPayment, Review: { } review, Payment: { } open } =>
            new Prepared(null, new ProviderPayment(open.Provider, open.Reference!, ProviderPaymentStatus.Authorized, Money.Zero(order.Currency), null, Risky: review.Kind == ReviewKind.Fraud)),
        { Status: OrderStatus.AwaitingPayment, IsCredit: true } => new Prepared(null, CreditGateway.Paid(order.Payment.Reference!)),
        { Status: OrderStatus.AwaitingPayment } => new Prepared(order.Payment.ExpiresAt),
        { IsCash: true, IsOver: false, Payment.Reference: { } promised } => new Prepared(null, CashOnDeliveryGateway.Promised(promised)),
        { Status: OrderStatus.Paid or OrderStatus.Fulfilling } =>
            new Prepared(null, new ProviderPayment(order.Payment.Provider, order.Payment.Reference!, ProviderPaymentStatus.Succeeded, order.Asked(), null)),
        _ => new Prepared(null),
    };
}
