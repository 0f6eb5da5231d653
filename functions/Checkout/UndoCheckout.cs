using Shop.Common;
using Shop.Inventory;
using Shop.Marketing;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>Gives back what an order took that is no sale: its stock, its coupon, its credit and its money. Everything may run twice.</summary>
public sealed class UndoCheckout(ChangeOrder change, PaymentGateways gateways, ReleaseHolds release, RedeemCoupon coupons, OrderCredits credits, GiveMoneyBack money, OrderMails mails, IEventPublisher events, TimeProvider clock)
{
    public async Task Release(Order order, CancellationToken cancellationToken)
    {
        if (order.Coupon is { } coupon) await coupons.Free(coupon, order.Id, cancellationToken);
        await credits.Release(order, cancellationToken);
        Result<StockLine[]> released = await release.Run(order.Id, OrderGoods.Of(order), cancellationToken);
        if (released.Problem is { } broken) throw new InvalidOperationException($"The stock of {order.Id} could not be given back: {broken.Code}.");
    }

    /// <summary>After the order says that it is cancelled: until then money may still make it a sale.</summary>
    public async Task Finish(Order cancelled, CancellationToken cancellationToken)
    {
        await Release(cancelled, cancellationToken);
        await mails.Send(OrderMail.Cancelled, cancelled, cancellationToken);
        await events.Publish([OrderEvents.Cancelled(cancelled)], cancellationToken);
    }

    /// <summary>Money came the way that was replaced: the one that is open is closed. What comes with it all the same finds the order paid or over, and goes back.</summary>
    public async Task CloseOther(Order order, string reference, CancellationToken cancellationToken)
    {
        if (order.Payment is { Reference: { } open } payment && open != reference) await gateways.Of(payment.Provider).Cancel(open, cancellationToken);
    }

    /// <summary>Ends an order whose money came, and is not kept.</summary>
    /// <param name="text">Why: for the timeline and the customer.</param>
    public async Task GiveBack(Stored<Order> order, ProviderPayment payment, string text, string actor, CancellationToken cancellationToken)
    {
        await CloseOther(order.Value, payment.Reference, cancellationToken);
        ProviderRefund refund = await money.Ask(payment.Provider, payment.Reference, payment.Received, RequestIds.Refund(order.Value.Id, payment.Reference), cancellationToken);
        await Release(order.Value, cancellationToken);
        Order over = (await change.Run(order, "refund", o => (o.IsUnsold ? o.CameWith(payment.Reference) : o)
            .Cancel(OrderPaymentStatus.Cancelled, text, actor, null, clock.GetUtcNow())
            .Refund(OrderRefund.OfSurplus(payment.Reference, refund, text, clock.GetUtcNow())), cancellationToken)).Value;
        await TellGivenBack(over, payment, cancellationToken);
    }

    public async Task TellGivenBack(Order order, ProviderPayment payment, CancellationToken cancellationToken)
    {
        OrderRefund refund = order.GivenBack(payment.Reference)!;
        await money.Enter(payment, order.Id, refund.At, cancellationToken);
        await money.Tell(order, refund.Id, payment.Provider, payment.Reference, sale: null, OrderMail.Cancelled, cancellationToken);
        await events.Publish([OrderEvents.Cancelled(order)], cancellationToken);
    }
}
