using System.Globalization;
using Microsoft.DurableTask.Client;
using Shop.Checkout;
using Shop.Integration;
using Shop.Inventory;
using Shop.Orders;
using Shop.Payments;
using Shop.Shipping;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>What must hold of a shop whose flows have ended, whatever was killed, duplicated, delayed or lost on the way. Pure.</summary>
internal static class Invariants
{
    /// <summary>Waits until nothing is under way any more and asserts that everything holds.</summary>
    public static async Task Hold(ShopHost shop)
    {
        string[] broken = [];
        try
        {
            await Until.True(async () => (broken = [.. Broken(await ShopFacts.Read(shop, TestContext.Current.CancellationToken))]).Length == 0, "the shop to be right");
        }
        catch (Xunit.Sdk.XunitException)
        {
            Assert.Fail($"What must always hold does not:\n{string.Join('\n', broken)}");
        }
    }

    public static IEnumerable<string> Broken(ShopFacts shop) => [.. Money(shop), .. Credit(shop), .. Stock(shop), .. Parcels(shop), .. Ends(shop), .. Once(shop), .. Books(shop)];

    /// <summary>Captured = kept by orders + credited + refunded + refunds still owed; providers, orders and ledger say the same.</summary>
    private static IEnumerable<string> Money(ShopFacts shop)
    {
        Dictionary<string, Order> orders = shop.Orders.ToDictionary(o => o.Id, StringComparer.Ordinal);
        ILookup<string, LedgerEntry> entered = shop.Ledger.ToLookup(e => e.Reference, StringComparer.Ordinal);
        foreach (ProviderMoney money in shop.Money)
        {
            if (money.Captured > 0 && (money.OrderId is null || !orders.ContainsKey(money.OrderId))) yield return $"money: {money.Provider} captured {money.Captured} with {money.Reference}, which belongs to no order";
            long captured = Sum(entered[money.Reference], LedgerKind.Capture), refunded = Sum(entered[money.Reference], LedgerKind.Refund) - Sum(entered[money.Reference], LedgerKind.RefundReversed);
            long chargedBack = Sum(entered[money.Reference], LedgerKind.Chargeback) - Sum(entered[money.Reference], LedgerKind.ChargebackReversed);
            if (captured != money.Captured) yield return $"money: {money.Provider} captured {money.Captured} with {money.Reference}, the ledger says {captured}";
            if (refunded != money.Refunded) yield return $"money: {money.Provider} gave back {money.Refunded} of {money.Reference}, the ledger says {refunded}";
            if (chargedBack != money.ChargedBack) yield return $"money: {money.ChargedBack} of {money.Reference} was charged back, the ledger says {chargedBack}";
        }
        HashSet<string> known = [.. shop.Money.Select(m => m.Reference)];
        foreach (LedgerEntry entry in shop.Ledger.Where(e => e.Provider is StripeGateway.Name or MidtransGateway.Name && e.OrderId is not null && !known.Contains(e.Reference)))
            yield return $"money: the ledger has {entry.Kind} of {entry.Amount} with {entry.Reference}, which {entry.Provider} does not know";
        ILookup<string?, ProviderMoney> atProviders = shop.Money.ToLookup(m => m.OrderId, StringComparer.Ordinal);
        ILookup<string?, LedgerEntry> byOrder = shop.Ledger.ToLookup(e => e.OrderId, StringComparer.Ordinal);
        foreach (Order order in shop.Orders)
        {
            long captured = atProviders[order.Id].Sum(m => m.Captured) + Sum(byOrder[order.Id].Where(e => e.Provider is not (StripeGateway.Name or MidtransGateway.Name)), LedgerKind.Capture);
            long back = order.Refunds.Where(r => !r.Uncaptured).Sum(r => r.Amount.Amount);
            if (captured != order.Kept().Amount + back) yield return $"money: {captured} was captured for {order.Id} ({order.Status}), which keeps {order.Kept().Amount} and gave back or owes {back}";
            long returned = atProviders[order.Id].Sum(m => m.Refunded) + Sum(byOrder[order.Id].Where(e => e.Provider is not (StripeGateway.Name or MidtransGateway.Name or CreditGateway.Name)), LedgerKind.Refund);
            foreach ((string bounced, string where) in Differ(order.Refunds.Where(r => r.Failed is not null).Select(r => r.Failed!.Reference), atProviders[order.Id].SelectMany(m => m.Bounced), "the order", "the provider's books"))
                yield return $"money: that the refund {bounced} of {order.Id} came back is only in {where}";
            long told = order.Refunds.Where(r => r is { Status: RefundStatus.Done, Uncaptured: false, ChargedBack: false, PaidOutAt: null }).Sum(r => r.InMoney.Amount);
            if (returned != told) yield return $"money: providers gave back {returned} for {order.Id}, which says {told}";
            foreach (OrderRefund open in order.Refunds.Where(r => r.Status == RefundStatus.Pending)) yield return $"money: the refund {open.Id} of {order.Id} never ended";
        }
        foreach ((string owed, string where) in Differ(
            shop.Orders.SelectMany(o => o.Refunds.Where(r => r.Status == RefundStatus.Due).Select(r => $"{r.Id} of {o.Id}")), shop.Payouts.Select(p => $"{p.RefundId} of {p.OrderId}"), "the order", "the list of pay-outs"))
            yield return $"money: what is owed with {owed} is only in {where}";
    }

    /// <summary>
    /// A balance is the sum of its entries and never was below nothing; what orders take is held while they may be paid, committed when they are and
    /// given back when they come to nothing; and what customers have is what the books say the shop owes them.
    /// </summary>
    private static IEnumerable<string> Credit(ShopFacts shop)
    {
        foreach (CreditFacts credit in shop.Credits)
        {
            string id = credit.Account.Id;
            if (credit.Account.Balance.Amount != credit.Entries.Sum(e => e.Amount.Amount)) yield return $"credit: {credit.Account.Balance} are on {id}, its entries make {credit.Entries.Sum(e => e.Amount.Amount)}";
            if (credit.Account.Balance.Amount < 0 || credit.Entries.Any(e => e.Balance.Amount < 0)) yield return $"credit: {id} was below nothing";
            if (credit.Account.Entries != credit.Entries.Count || !credit.Entries.Select(e => e.Sequence).SequenceEqual(Enumerable.Range(1, credit.Entries.Count))) yield return $"credit: {id} counts {credit.Account.Entries} entries, there are {credit.Entries.Count}";
        }
        Dictionary<string, Order> orders = shop.Orders.ToDictionary(o => o.Id, StringComparer.Ordinal);
        foreach ((CreditFacts credit, string orderId, CreditUse use) in shop.Credits.SelectMany(c => c.Uses.Select(u => (c, u.Key, u.Value))))
        {
            Order? order = orders.GetValueOrDefault(orderId);
            // What is paid at the door is paid when the courier has remitted it.
            CreditUseStatus right = order is null ? CreditUseStatus.Released
                : order.Timeline.Any(e => e.Type == "order.paid") ? CreditUseStatus.Committed
                : order.Status == OrderStatus.Cancelled ? CreditUseStatus.Released
                : CreditUseStatus.Held;
            if (use.Status != right) yield return $"credit: {use.Amount} of {credit.Account.Id} are {use.Status} for {orderId}, which is {order?.Status.ToString() ?? "nowhere"}";
            long gone = -credit.Entries.Where(e => e.Reference == orderId && e.Movement is CreditMovement.Spent or CreditMovement.Released).Sum(e => e.Amount.Amount);
            if (gone != (use.Status == CreditUseStatus.Released ? 0 : use.Amount.Amount)) yield return $"credit: {gone} of {credit.Account.Id} went for {orderId}, which takes {use.Amount} and is {use.Status}";
        }
        ILookup<string?, LedgerEntry> entered = shop.Ledger.Where(e => e.Provider == CreditGateway.Name).ToLookup(e => e.OrderId, StringComparer.Ordinal);
        ILookup<string?, CreditEntry> moved = shop.Credits.SelectMany(c => c.Entries).ToLookup(e => e.Reference, StringComparer.Ordinal);
        foreach (Order order in shop.Orders)
        {
            long paid = order.Timeline.Any(e => e.Type == "order.paid") ? order.Credited().Amount : 0, taken = shop.Credits.Sum(c => c.Uses.TryGetValue(order.Id, out CreditUse? use) && use.Status == CreditUseStatus.Committed ? use.Amount.Amount : 0);
            if (taken != paid || Sum(entered[order.Id], LedgerKind.Capture) != paid) yield return $"credit: {order.Id} was paid {paid} with credit, {taken} were taken and {Sum(entered[order.Id], LedgerKind.Capture)} entered";
            long told = order.Refunds.Where(r => r.Status != RefundStatus.Pending && r.ToCredit is not null).Sum(r => r.ToCredit!.Value.Amount), given = moved[order.Id].Where(e => e.Movement == CreditMovement.Refunded).Sum(e => e.Amount.Amount);
            if (given != told || Sum(entered[order.Id], LedgerKind.Refund) != told) yield return $"credit: {told} went back as credit for {order.Id}, {given} were given and {Sum(entered[order.Id], LedgerKind.Refund)} entered";
        }
        foreach (CreditKind kind in Enum.GetValues<CreditKind>())
        {
            string account = kind == CreditKind.GiftCard ? Accounts.GiftCards.Number : Accounts.StoreCredit.Number;
            long owed = shop.Journal.SelectMany(j => j.Lines).Where(l => l.Account == account).Sum(l => l.Credit.Amount - l.Debit.Amount);
            long there = shop.Credits.Where(c => c.Account.Kind == kind).Sum(c => c.Account.Balance.Amount + c.Uses.Values.Where(u => u.Status == CreditUseStatus.Held).Sum(u => u.Amount.Amount));
            if (owed != there) yield return $"credit: customers have {there} as {kind}, the books say {owed}";
        }
    }

    /// <summary>What is sent in several parcels is in exactly one of them, and what has arrived was in one.</summary>
    private static IEnumerable<string> Parcels(ShopFacts shop)
    {
        foreach (Order order in shop.Orders.Where(o => o.Parcels.Count > 0))
        {
            foreach (OrderLine line in order.Lines.Where(l => !l.IsDigital))
            {
                int packed = order.ToSend(line), unsent = order.Refunds.Where(r => r.Unsent).SelectMany(r => r.Lines).Where(l => l.Sku == line.Sku).Sum(l => l.Quantity);
                if (packed + unsent != line.Quantity) yield return $"parcels: {packed} of {line.Sku} are in the parcels of {order.Id}, which sold {line.Quantity} and does not send {unsent}";
            }
            foreach (PlannedParcel parcel in order.Parcels.Where(p => p.Lines.Count > 0 && order.Status == OrderStatus.Completed && !order.Shipments.Any(s => s.Id == p.Id))) yield return $"parcels: {parcel.Id} was never sent";
            foreach (Shipment sent in order.Shipments.Where(s => !order.Parcels.Any(p => p.Id == s.Id))) yield return $"parcels: {sent.Id} holds nothing of {order.Id}";
        }
    }

    /// <summary>On hand is the sum of the movements, held at most on hand and what may be promised, and nothing is held for nobody.</summary>
    private static IEnumerable<string> Stock(ShopFacts shop)
    {
        Dictionary<string, Order> orders = shop.Orders.ToDictionary(o => o.Id, StringComparer.Ordinal);
        foreach (StockFacts stock in shop.Stock)
        {
            StockItem item = stock.Item;
            var sums = new StockSums();
            foreach (object row in stock.LiveHolds.Concat<object>(stock.Movements)) sums.Add(row);
            foreach (StockDifference wrong in sums.Differences(item)) yield return $"stock: {wrong.Figure} of {wrong.Sku} at {wrong.Location} is {wrong.Stated}, its rows say {wrong.Explained}";
            int promisable = item.Policy.Kind == OversellKind.Deny ? 0 : item.Policy.Limit;
            if (item.OnHand < 0 || item.Held > item.OnHand + promisable) yield return $"stock: {item.Held} of {item.Sku} are held, {item.OnHand} are there and {promisable} may be promised";
            foreach (StockHold hold in stock.LiveHolds.Where(h => h.Status == StockHoldStatus.Held))
                if (!orders.TryGetValue(hold.OrderId, out Order? order) || order.IsOver) yield return $"stock: {hold.Quantity} of {item.Sku} are held for {hold.OrderId}, which is {order?.Status.ToString() ?? "nowhere"}";
        }
        ILookup<string, int> sold = shop.Stock.SelectMany(s => s.Movements).Where(m => m.Kind == StockMovementKind.Sale).ToLookup(m => m.Reference, m => -m.Quantity, StringComparer.Ordinal);
        foreach (Order order in shop.Orders)
        {
            int bought = order.Timeline.Any(e => e.Type is "order.paid" or "order.accepted") ? OrderGoods.Of(order).Sum(l => l.Quantity) : 0;
            if (sold[order.Id].Sum() != bought) yield return $"stock: {order.Id} ({order.Status}) bought {bought} pieces, {sold[order.Id].Sum()} were taken from stock";
        }
    }

    /// <summary>Every order ends in exactly one terminal state; no orchestration is stuck and nothing waits anywhere.</summary>
    private static IEnumerable<string> Ends(ShopFacts shop)
    {
        HashSet<string> checkouts = [.. shop.Flows.Where(f => f.Name.StartsWith("CheckoutV", StringComparison.Ordinal)).Select(f => f.Id)];
        foreach (Order order in shop.Orders)
        {
            int ends = order.Timeline.Count(e => e.Type is "order.completed" or "order.cancelled") - order.Timeline.Count(e => e.Type == "order.reinstated");
            if (!order.IsOver || ends != 1 || order.Timeline[^1].Status is { } last && last != order.Status) yield return $"ends: {order.Id} is {order.Status} and ended {ends} times";
            if (order.Timeline.Count(e => e.Type == "order.placed") != 1 || order.Timeline.Count(e => e.Type == "order.paid") > 1) yield return $"ends: {order.Id} was placed or paid more than once";
            if (order.Timeline.Count != shop.TimelineRows.GetValueOrDefault(order.Id)) yield return $"ends: {order.Id} tells of {order.Timeline.Count} events, {shop.TimelineRows.GetValueOrDefault(order.Id)} were written";
            if (!checkouts.Contains(order.Id) && order.PlacedAt > shop.Now - CheckoutWorkers.HistoryKept) yield return $"ends: {order.Id} has no orchestration";
        }
        foreach (FlowFacts flow in shop.Flows.Where(f => f.Status != OrchestrationRuntimeStatus.Completed)) yield return $"ends: {flow.Name} {flow.Id} is {flow.Status}: {flow.Failure}";
        foreach (string waiting in shop.Waiting) yield return $"ends: something waits in {waiting}";
    }

    /// <summary>Each invoice number, label, booking, key and mail exactly once.</summary>
    private static IEnumerable<string> Once(ShopFacts shop)
    {
        foreach (IGrouping<string, InvoiceFacts> series in shop.Invoices.GroupBy(i => i.Series))
        {
            long[] numbers = [.. series.Select(i => i.Number).Order()];
            if (!numbers.SequenceEqual(Enumerable.Range(1, numbers.Length).Select(n => (long)n))) yield return $"once: the numbers of {series.Key} are {string.Join(',', numbers)}";
        }
        foreach ((string invoice, string where) in Differ(
            shop.Orders.Where(o => o.InvoiceNumber is not null).Select(o => $"{o.InvoiceNumber} of {o.Id}"), shop.Invoices.Select(i => $"INV-{i.Series.Split('|')[1]}-{i.Number:d6} of {i.OrderId}"), "the order", "the series"))
            yield return $"once: the invoice {invoice} is only in {where}";
        foreach (Order paid in shop.Orders.Where(o => o.Timeline.Any(e => e.Type == "order.paid") && o.InvoiceNumber is null)) yield return $"once: {paid.Id} was paid and has no invoice";
        foreach ((string parcel, string where) in Differ(
            shop.Orders.SelectMany(o => o.Shipments.Where(s => !s.IsPickup).Select(s => (s.TrackingNumber, s.Id)).Concat(o.Returns.Where(r => r.Parcel is not null).Select(r => (r.Parcel!.TrackingNumber, r.Id))))
                .Select(p => $"{p.TrackingNumber} of {p.Id}"), shop.Parcels.Select(p => $"{p.TrackingNumber} of {p.Reference}"), "the order", "the courier's books"))
            yield return $"once: the parcel {parcel} is only in {where}";
        foreach ((string booking, string where) in Differ(Bookings(shop), shop.Journal.Where(j => j.Id.StartsWith("ord_", StringComparison.Ordinal)).Select(j => j.Id), "the order", "the journal"))
            yield return $"once: the event {booking} is only in {where}";
        foreach (IGrouping<string, string> key in shop.Licences.GroupBy(l => l.Hash, l => l.Unit).Where(g => g.Count() > 1)) yield return $"once: one licence key went to {string.Join(" and ", key)}";
        foreach (IGrouping<string, MailFacts> mail in shop.Mails.GroupBy(m => m.MessageId).Where(g => g.Count() > 1)) yield return $"once: the mail {mail.Key} came {mail.Count()} times";
        HashSet<string> mails = [.. shop.Mails.Select(m => m.MessageId)];
        foreach (string missing in Mails(shop).Concat(HowToPay(shop)).Where(m => !mails.Contains(m))) yield return $"once: the mail {missing} never came";
    }

    /// <summary>Debits and credits are the same, and what the journal says of the providers is what the ledger says.</summary>
    private static IEnumerable<string> Books(ShopFacts shop)
    {
        foreach (JournalEntry entry in shop.Journal)
            if (entry.Lines.Sum(l => l.Debit.Amount) != entry.Lines.Sum(l => l.Credit.Amount)) yield return $"books: {entry.Id} does not balance";
        Dictionary<string, string> numbers = shop.Orders.ToDictionary(o => o.Id, o => o.Number, StringComparer.Ordinal);
        ILookup<string, JournalEntry> booked = shop.Journal.ToLookup(j => j.Reference, StringComparer.Ordinal);
        foreach (IGrouping<string?, LedgerEntry> moved in shop.Ledger.Where(e => e.Kind != LedgerKind.PayOut).GroupBy(e => e.OrderId))
        {
            long ledger = moved.Sum(e => e.Kind is LedgerKind.Capture or LedgerKind.RefundReversed or LedgerKind.ChargebackReversed or LedgerKind.Withdrawal ? e.Amount.Amount : -e.Amount.Amount);
            long journal = moved.Key is { } order && numbers.TryGetValue(order, out string? number) ? booked[number].Sum(j => j.Clearing().Amount)
                : shop.Journal.Where(j => !j.Id.StartsWith("ord_", StringComparison.Ordinal)).Sum(j => j.Clearing().Amount);
            if (ledger != journal) yield return $"books: the ledger moved {ledger} at providers for {moved.Key ?? "nobody"}, the journal {journal}";
        }
    }

    /// <summary>The events about money that an order's timeline asks for.</summary>
    private static IEnumerable<string> Bookings(ShopFacts shop) => shop.Orders.SelectMany(o => o.Refunds.Where(r => !r.Amount.IsZero).Select(r => $"{o.Id}|order.refunded|{r.Id}")
        .Concat(o.Timeline.Any(e => e.Type == "order.paid") && !o.Totals.Total.IsZero ? [$"{o.Id}|order.paid"] : [])
        .Concat(o.Refunds.Where(r => r.Failed is not null).Select(r => $"{o.Id}|order.refund-failed|{r.Id}"))
        .Concat(o.Refunds.Where(r => r is { PaidOutAt: not null, ChargedBack: false }).Select(r => $"{o.Id}|order.paid-out|{r.Id}"))
        .Concat(o.Disputes.Select(d => $"{o.Id}|order.disputed|{d.Id}|needsResponse"))
        .Concat(o.Disputes.Where(d => d.Status is DisputeStatus.Won or DisputeStatus.Lost).Select(d => $"{o.Id}|order.disputed|{d.Id}|{(d.Status == DisputeStatus.Won ? "won" : "lost")}")));

    /// <summary>The mails that an order's timeline asks for. One that failed while its shopper looked on was told so at once.</summary>
    private static IEnumerable<string> Mails(ShopFacts shop) =>
        from order in shop.Orders
        where order.Parcels.Count == 0 && !order.IsPickup
        from told in order.Timeline
        let mail = told.Type switch
        {
            "order.paid" => "order-paid",
            "order.accepted" => "order-accepted",
            "shipment.pickedUp" => "order-shipped",
            "shipment.delivered" => "order-delivered",
            "order.cancelled" when order.Failure is null && order.FulfilmentStatus != FulfilmentStatus.Returned => order.Timeline.First(e => e.Type == "order.cancelled") == told ? "order-cancelled" : "order-cancelled.2",
            _ => null,
        }
        where mail is not null
        select $"{order.Id}.{mail}";

    /// <summary>Each way to pay at a bank that was opened for an order is told once.</summary>
    private static IEnumerable<string> HowToPay(ShopFacts shop) =>
        from order in shop.Orders
        where order.Failure is null
        from payment in order.FormerPayments.Append(order.Payment)
        where payment is { AtBank: true, Reference: not null }
        select string.Create(CultureInfo.InvariantCulture, $"{order.Id}.order-payable.{payment.Attempt}");

    private static long Sum(IEnumerable<LedgerEntry> entries, LedgerKind kind) => entries.Where(e => e.Kind == kind).Sum(e => e.Amount.Amount);

    /// <summary>What is on one side only, or twice.</summary>
    private static IEnumerable<(string What, string Where)> Differ(IEnumerable<string> one, IEnumerable<string> other, string nameOfOne, string nameOfOther)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (string what in one) counts[what] = counts.GetValueOrDefault(what) + 1;
        foreach (string what in other) counts[what] = counts.GetValueOrDefault(what) - 1;
        return counts.Where(c => c.Value != 0).Select(c => (c.Key, c.Value > 0 ? nameOfOne : nameOfOther));
    }
}
