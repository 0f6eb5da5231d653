using Shop.Common;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>What an order takes of gift cards and store credit, and what comes back to them. Everything may run twice; an order without credit costs nothing here.</summary>
public sealed class OrderCredits(MoveCredit move, IssueCredit issue, SoldGiftCards cards, LedgerStore ledger)
{
    /// <summary>Keeps it for the order. What was kept when one of several is refused is given back by <see cref="Release"/>.</summary>
    /// <param name="again">The order gave it back and goes on all the same.</param>
    public async Task<Problem?> Hold(Order order, CancellationToken cancellationToken, bool again = false)
    {
        for (int i = 0; i < order.Credits.Count; i++)
        {
            if ((await move.Hold(order.Credits[i], order.Id, cancellationToken, again)).Problem is not { } refused) continue;
            return refused.Code == CreditProblems.Released.Code ? CheckoutProblems.NotPrepared : CheckoutProblems.CartChanged.At($"/credits/{i}", "has less on it than the cart says");
        }
        return null;
    }

    /// <summary>The order is a sale: only a refund gives it back.</summary>
    public async Task Commit(Order order, CancellationToken cancellationToken)
    {
        foreach (OrderCredit credit in order.Credits) await move.Commit(credit.Id, order.Id, cancellationToken);
    }

    /// <summary>The order came to nothing.</summary>
    public async Task Release(Order order, CancellationToken cancellationToken)
    {
        foreach (OrderCredit credit in order.Credits) await move.Free(credit.Id, order.Id, cancellationToken);
    }

    /// <summary>What the order was paid with, beside the money that came.</summary>
    /// <param name="at">As the order tells it.</param>
    public async Task Enter(Order order, DateTimeOffset at, CancellationToken cancellationToken)
    {
        foreach (OrderCredit credit in order.Credits)
            await ledger.Add(new LedgerEntry(CreditGateway.Name, credit.Id, LedgerKind.Capture, order.Id, order.Id, credit.Amount, at), cancellationToken);
    }

    /// <summary>The part of a refund that goes back as credit: to where it was decided when the refund was opened, each share once. Who has no account is mailed a code.</summary>
    public async Task GiveBack(Order order, OrderRefund refund, CancellationToken cancellationToken)
    {
        foreach (RefundedCredit share in refund.Credits)
        {
            var gift = new CreditGift(CreditMovement.Refunded, share.Amount, order.Id, refund.Reason, "system");
            if (share.AccountId is { } id)
            {
                var opened = new CreditAccount { Id = id, Kind = share.Kind, Balance = Money.Zero(order.Currency), CustomerId = share.Kind == CreditKind.StoreCredit ? order.CustomerId : null, CreatedAt = refund.At };
                await move.Give(opened, $"refunded|{order.Id}|{refund.Id}", gift, cancellationToken);
            }
            else
            {
                await issue.Run($"{order.Id}|{refund.Id}", new CardToIssue(gift, null, order.Email, order.Locale, order.Number), cancellationToken);
            }
        }
    }

    /// <summary>After the order says that the refund is done.</summary>
    public async Task EnterRefund(Order order, OrderRefund refund, CancellationToken cancellationToken)
    {
        foreach (RefundedCredit share in refund.Credits)
            await ledger.Add(new LedgerEntry(CreditGateway.Name, share.AccountId ?? issue.IdOf($"{order.Id}|{refund.Id}"), LedgerKind.Refund, refund.Id, order.Id, share.Amount, refund.At), cancellationToken);
        await cards.EnterTakenBack(order, refund, cancellationToken);
    }
}
