using Shop.Common;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>
/// The one way money leaves: the provider gives it back under a key of its own or, where it cannot, people are asked to pay it out; what was paid with credit, or is
/// wanted as credit, becomes credit. It may run twice.
/// </summary>
public sealed class GiveMoneyBack(OrderStore orders, PaymentGateways gateways, PayoutStore payouts, LedgerStore ledger, OrderCredits credits, OrderMails mails, IEventPublisher events)
{
    /// <param name="key">Of the refund: the same key gives the money back once.</param>
    public async Task<ProviderRefund> Ask(string provider, string reference, Money amount, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await gateways.Of(provider).Refund(reference, amount, key, cancellationToken);
        }
        catch (RefundFailedException)
        {
            return ProviderRefund.ByHandUnder(key, amount); // The card is closed: it has to go another way.
        }
    }

    /// <summary>What a refund that the order has taken note of says.</summary>
    /// <param name="byHand">Whatever the provider could do.</param>
    public async Task<ProviderRefund> Ask(Order order, OrderRefund refund, bool byHand, CancellationToken cancellationToken)
    {
        string key = $"{order.Id}|{refund.Id}";
        ProviderRefund given = refund.InMoney.IsZero ? new ProviderRefund(key, refund.InMoney)
            : byHand ? ProviderRefund.ByHandUnder(key, refund.InMoney)
            : await Ask(order.Payment.Provider, order.Payment.Reference!, refund.InMoney, key, cancellationToken);
        await credits.GiveBack(order, refund, cancellationToken);
        return given;
    }

    /// <returns><c>null</c> while a bank holds the money.</returns>
    public async Task<ProviderRefund?> TryAsk(Order order, OrderRefund refund, bool byHand, CancellationToken cancellationToken)
    {
        try
        {
            return await Ask(order, refund, byHand, cancellationToken);
        }
        catch (PaymentDisputedException)
        {
            return null;
        }
    }

    /// <summary>Money arrived.</summary>
    /// <param name="at">As the order tells it, so that a step that is repeated after midnight enters it on the same day.</param>
    public Task Enter(ProviderPayment paid, string orderId, DateTimeOffset at, CancellationToken cancellationToken) => paid.Received.IsZero ? Task.CompletedTask :
        ledger.Add(new LedgerEntry(paid.Provider, paid.Reference, LedgerKind.Capture, paid.Reference, orderId, paid.Received, at), cancellationToken);

    /// <summary>What the provider had given came back, and the order says so.</summary>
    public async Task TakeBack(Order order, OrderRefund refund, GivenRefund failed, CancellationToken cancellationToken)
    {
        DateTimeOffset at = refund.Failed!.At;
        await ledger.Add(new LedgerEntry(failed.Provider, failed.Reference, LedgerKind.RefundReversed, failed.Id, order.Id, refund.InMoney, at), cancellationToken);
        await Owe(order, refund, at, cancellationToken);
        await mails.Send(OrderMail.Refunded, order, cancellationToken, occasion: refund.Id, again: "failed");
        await events.Publish([OrderEvents.RefundFailed(order, refund)], cancellationToken);
    }

    /// <summary>Puts it on the list of those who pay out, for as long as it is due: who saw it on the order may have paid it out before it was on the list.</summary>
    private async Task Owe(Order order, OrderRefund refund, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (refund.Status == RefundStatus.Due) await payouts.Add(new DuePayout(order.Id, refund.Id, order.Number, refund.InMoney, since), cancellationToken);
        Order now = (await orders.Find(order.Id, cancellationToken))!.Value;
        if (now.Refunds.First(r => r.Id == refund.Id).Status != RefundStatus.Due) await payouts.Remove(order.Id, refund.Id, cancellationToken);
    }

    /// <summary>After the order says that a refund of what was sold is done.</summary>
    public Task Tell(Order order, string refundId, OrderMail mail, CancellationToken cancellationToken) =>
        Tell(order, refundId, order.Payment.Provider, order.Payment.Reference!, SaleShare.Of(order, order.Refunds.First(r => r.Id == refundId)), mail, cancellationToken);

    /// <summary>After the order says so: the ledger, whoever has to pay it out, the customer and the world.</summary>
    /// <param name="sale">What of the sale the money was for; <c>null</c> when nothing had been sold for it.</param>
    public async Task Tell(Order order, string refundId, string provider, string reference, SaleShare? sale, OrderMail mail, CancellationToken cancellationToken)
    {
        OrderRefund refund = order.Refunds.First(r => r.Id == refundId);
        if (refund.Amount.IsZero) return; // Goods went back for nothing: no money moved.
        if (refund.ByHand) await Owe(order, refund, refund.At, cancellationToken);
        else if (!refund.InMoney.IsZero) await ledger.Add(new LedgerEntry(provider, reference, LedgerKind.Refund, refund.Id, order.Id, refund.InMoney, refund.At), cancellationToken);
        await credits.EnterRefund(order, refund, cancellationToken);
        await mails.Send(mail, order, cancellationToken, occasion: mail == OrderMail.Refunded || (mail == OrderMail.Returned && order.Parcels.Count > 0) ? refund.Id : null);
        await events.Publish([OrderEvents.Refunded(order, refund, sale)], cancellationToken);
    }
}
