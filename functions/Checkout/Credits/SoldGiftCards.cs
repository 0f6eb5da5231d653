using Shop.Common;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>
/// Gift cards that are sold as articles: one for each unit, worth its price, found by order, line and unit so that a repeated message makes none twice. A refund
/// takes a card back whole or not at all: what was spent of it is not refunded. Of several units those bought last are taken back first.
/// </summary>
public sealed class SoldGiftCards(IssueCredit issue, MoveCredit move, CreditStore credits, LedgerStore ledger)
{
    /// <summary>Issues and mails what a paid order bought.</summary>
    public async Task Issue(Order order, CancellationToken cancellationToken)
    {
        foreach ((string cause, OrderLine line) in Units(order))
            await Issue(order, cause, line, order.Email, cancellationToken);
    }

    /// <summary>Nobody can spend them while a bank decides whose the money is, nor after it was lost.</summary>
    public async Task Disable(Order order, bool disabled, CancellationToken cancellationToken)
    {
        foreach ((string cause, _) in Units(order)) await move.Say(issue.IdOf(cause), card => card with { IsDisabled = disabled }, cancellationToken);
    }

    /// <summary>Whether nothing was spent of the cards that a refund would take back.</summary>
    public async Task<bool> AreWhole(Order order, OrderRefund refund, CancellationToken cancellationToken)
    {
        foreach ((string cause, OrderLine line) in TakenBack(order, refund))
        {
            string id = issue.IdOf(cause);
            if (await credits.Find(id, cancellationToken) is { Value: { } card } && card.Balance < line.UnitPrice && await credits.FindEntry(id, Name(refund), cancellationToken) is null) return false;
        }
        return true;
    }

    /// <summary>Takes back what is on the cards of a refund that the order has taken note of.</summary>
    /// <returns><c>false</c> when something was spent of one; then all are as they were.</returns>
    public async Task<bool> TakeBack(Order order, OrderRefund refund, CancellationToken cancellationToken)
    {
        if (!await AreWhole(order, refund, cancellationToken)) return false;
        List<(CreditAccount Card, CreditGift Gift)> taken = [];
        foreach ((string cause, OrderLine line) in TakenBack(order, refund))
        {
            // One that was not issued yet is made first, so that it is not issued later.
            CreditAccount card = await Issue(order, cause, line, null, cancellationToken);
            var gift = new CreditGift(CreditMovement.Withdrawn, line.UnitPrice, order.Id, refund.Reason, "system");
            if ((await move.Take(card.Id, Name(refund), gift, cancellationToken)).Ok)
            {
                taken.Add((card, gift));
                continue;
            }
            foreach ((CreditAccount earlier, CreditGift back) in taken) await move.Give(earlier, Name(refund) + "|undone", back with { Movement = CreditMovement.Released }, cancellationToken);
            return false;
        }
        return true;
    }

    /// <summary>After the order says that the refund is done.</summary>
    public async Task EnterTakenBack(Order order, OrderRefund refund, CancellationToken cancellationToken)
    {
        foreach ((string cause, OrderLine line) in TakenBack(order, refund))
            await ledger.Add(new LedgerEntry(CreditGateway.Name, issue.IdOf(cause), LedgerKind.Withdrawal, refund.Id, order.Id, line.UnitPrice, refund.At), cancellationToken);
    }

    private async Task<CreditAccount> Issue(Order order, string cause, OrderLine line, string? email, CancellationToken cancellationToken)
    {
        var card = new CardToIssue(new CreditGift(CreditMovement.Issued, line.UnitPrice, order.Id, null, "system"), null, email, order.Locale, order.Number);
        CreditAccount account = (await issue.Run(cause, card, cancellationToken)).Account;
        DateTimeOffset paidAt = order.Timeline.First(e => e.Type == "order.paid").At;
        await ledger.Add(new LedgerEntry(CreditGateway.Name, account.Id, LedgerKind.Issue, order.Id, order.Id, line.UnitPrice, paidAt), cancellationToken);
        return account;
    }

    private static string Name(OrderRefund refund) => $"withdrawn|{refund.Id}";

    /// <summary>The units that are not taken back.</summary>
    private static IEnumerable<(string Cause, OrderLine Line)> Units(Order order) =>
        Lines(order).SelectMany(l => Enumerable.Range(1, Math.Max(0, SaleShare.Rest(order, l.Line.Sku))).Select(unit => (Cause(order, l.Number, unit), l.Line)));

    /// <summary>The units that a refund takes back, whether or not the order has taken note of it.</summary>
    private static IEnumerable<(string Cause, OrderLine Line)> TakenBack(Order order, OrderRefund refund)
    {
        OrderRefund[] before = [.. order.Refunds.TakeWhile(r => r.Id != refund.Id)];
        return
            from line in Lines(order)
            let quantity = refund.Lines.Where(l => l.Sku == line.Line.Sku).Sum(l => l.Quantity)
            let last = line.Line.Quantity - before.SelectMany(r => r.Lines).Where(l => l.Sku == line.Line.Sku).Sum(l => l.Quantity)
            from unit in Enumerable.Range(last - quantity + 1, quantity)
            select (Cause(order, line.Number, unit), line.Line);
    }

    private static IEnumerable<(int Number, OrderLine Line)> Lines(Order order) => order.Lines.Select((line, number) => (number, line)).Where(l => l.line.IsGiftCard);

    private static string Cause(Order order, int line, int unit) => $"{order.Id}|card|{line}|{unit}";
}
