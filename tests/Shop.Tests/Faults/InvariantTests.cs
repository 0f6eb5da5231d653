using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Integration;
using Shop.Inventory;
using Shop.Orders;
using Shop.Payments;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>What is asserted after every fault can fail: each is broken by hand, and told.</summary>
public sealed class InvariantTests : IAsyncLifetime
{
    private FaultShop _shop = null!;
    private ShopFacts _facts = null!;

    public async ValueTask InitializeAsync()
    {
        _shop = await FaultShop.Start();
        foreach (FlowScript flow in (FlowScript[])[new CardOrder(), new PartialRefund(), new MuchTooLateTransfer(), new DigitalOrder(), new BouncedRefund(), new GiftCardOrder(), new CancelledGiftCardOrder()])
        {
            var shopper = new Shopper(_shop.Client);
            await flow.Prepare(_shop, shopper);
            await flow.RunToTheEnd(_shop, shopper);
        }
        await Invariants.Hold(_shop.Host);
        _facts = await ShopFacts.Read(_shop.Host, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public void Each_broken_invariant_is_told()
    {
        Assert.Empty(Invariants.Broken(_facts));
        Order paid = _facts.Orders.First(o => o is { InvoiceNumber: not null, NeedsShipping: true, Refunds.Count: 0 }), late = _facts.Orders.Single(o => o is { Status: OrderStatus.Cancelled, Credits.Count: 0 });
        Order gift = _facts.Orders.Single(o => o is { InvoiceNumber: not null, Credits.Count: 1 }), called = _facts.Orders.Single(o => o is { Status: OrderStatus.Cancelled, Credits.Count: 1 });
        StockFacts stock = _facts.Stock.First(s => s.Movements.Count > 1);
        ProviderMoney money = _facts.Money.First(m => m.OrderId == paid.Id);

        Told("money: stripe captured", _facts with { Money = [.. _facts.Money.Select(m => m == money ? m with { Captured = m.Captured + 100 } : m)] });
        Told("money: stripe gave back", _facts with { Money = [.. _facts.Money.Select(m => m == money ? m with { Refunded = m.Refunded + 100 } : m)] });
        Told("charged back, the ledger says", _facts with { Money = [.. _facts.Money.Select(m => m == money ? m with { ChargedBack = 100 } : m)] });
        Told("belongs to no order", _facts with { Money = [.. _facts.Money, new ProviderMoney("stripe", "pi_nobody", null, 100, 0, 0)] });
        Told("does not know", _facts with { Ledger = [.. _facts.Ledger, _facts.Ledger.First(e => e.OrderId == paid.Id) with { Reference = "pi_nobody", Provider = "stripe" }] });
        Told("providers gave back 0 for", _facts with { Orders = Changed(paid with { Refunds = [.. paid.Refunds, new OrderRefund("rfd_1", new Money(100, paid.Currency), "again", paid.PlacedAt)] }) });
        Told($"was captured for {paid.Id}", _facts with { Orders = Changed(paid with { Refunds = [.. paid.Refunds, new OrderRefund("rfd_1", new Money(100, paid.Currency), "again", paid.PlacedAt, Surplus: true)] }) });
        Order bounced = _facts.Orders.Single(o => o.Refunds.Any(r => r.Failed is not null));
        ProviderMoney back = _facts.Money.Single(m => m.Bounced.Count == 1);
        Told($"of {bounced.Id} came back is only in the order", _facts with { Money = [.. _facts.Money.Select(m => m == back ? m with { Bounced = [] } : m)] });
        Told("came back is only in the provider's books", _facts with { Orders = Changed(bounced with { Refunds = [.. bounced.Refunds.Select(r => r with { Failed = null })] }) });
        Told($"gave back 0 of {back.Reference}, the ledger says 1000000", _facts with { Ledger = [.. _facts.Ledger.Where(e => e.Kind != LedgerKind.RefundReversed)] });
        Told("gave back 1000000 for", _facts with { Money = [.. _facts.Money.Select(m => m == back ? m with { Refunded = 1_000_000 } : m)] });
        Told($"{bounced.Id}|order.refund-failed|{bounced.Refunds[0].Id} is only in the order", _facts with { Journal = [.. _facts.Journal.Where(j => !j.Id.Contains("order.refund-failed", StringComparison.Ordinal))] });
        Told("never ended", _facts with { Orders = Changed(paid with { Refunds = [new OrderRefund("rfd_1", new Money(100, paid.Currency), "again", paid.PlacedAt, RefundStatus.Pending)] }) });
        Told("is only in the order", _facts with { Payouts = [] });
        Told("is only in the list of pay-outs", _facts with { Payouts = [.. _facts.Payouts, new DuePayout(paid.Id, "rfd_1", paid.Number, new Money(100, paid.Currency), paid.PlacedAt)] });

        CreditFacts spent = _facts.Credits.Single(c => c.Uses.ContainsKey(gift.Id)), freed = _facts.Credits.Single(c => c.Uses.ContainsKey(called.Id));
        Money one = new(1, spent.Account.Currency), less = new(-1, spent.Account.Currency);
        Told("its entries make", _facts with { Credits = Changed(spent with { Account = spent.Account with { Balance = spent.Account.Balance + one } }) });
        Told("was below nothing", _facts with { Credits = Changed(spent with { Entries = [spent.Entries[0] with { Balance = less }, .. spent.Entries.Skip(1)] }) });
        Told("counts 3 entries, there are 2", _facts with { Credits = Changed(spent with { Entries = [.. spent.Entries.Take(2)] }) });
        Told($"are Held for {called.Id}, which is Cancelled", _facts with { Credits = Changed(freed with { Uses = Taken(called, new CreditUse(CreditUseStatus.Held, one)) }) });
        Told("are Held for ord_nobody, which is nowhere", _facts with { Credits = Changed(freed with { Uses = new Dictionary<string, CreditUse>(freed.Uses) { ["ord_nobody"] = new(CreditUseStatus.Held, one) } }) });
        Told($"which takes {one} and is Committed", _facts with { Credits = Changed(spent with { Uses = Taken(gift, new CreditUse(CreditUseStatus.Committed, one)) }) });
        Told($"credit: {gift.Id} was paid", _facts with { Ledger = [.. _facts.Ledger.Where(e => e.Provider != CreditGateway.Name || e.Kind != LedgerKind.Capture)] });
        Told($"went back as credit for {gift.Id}, 0 were given", _facts with { Credits = Changed(spent with { Entries = [.. spent.Entries.Where(e => e.Movement != CreditMovement.Refunded)] }) });
        Told("as GiftCard, the books say", _facts with { Credits = [.. _facts.Credits.Where(c => c != freed)] });

        PlannedParcel parcel = new($"{paid.Id}-1", "", [new ParcelLine(paid.Lines[0].Sku, 1)]);
        Told($"are in the parcels of {paid.Id}", _facts with { Orders = Changed(paid with { Parcels = [parcel] }) });
        Told($"{paid.Id}-9 was never sent", _facts with { Orders = Changed(paid with { Parcels = [parcel with { Id = $"{paid.Id}-9" }] }) });
        Told($"{paid.Id}-1 holds nothing", _facts with { Orders = Changed(paid with { Parcels = [parcel with { Id = $"{paid.Id}-9" }] }) });

        Told("stock: OnHand of", _facts with { Stock = Changed(stock with { Movements = [.. stock.Movements.Skip(1)] }) });
        Told("stock: Held", _facts with { Stock = Changed(stock with { LiveHolds = [new StockHold(paid.Id, 1, StockHoldStatus.Held, paid.PlacedAt) { Shares = [new StockShare("main", 1)] }] }) });
        Told("are held for ord_nobody, which is nowhere", _facts with { Stock = Changed(stock with { LiveHolds = [new StockHold("ord_nobody", 1, StockHoldStatus.Held, paid.PlacedAt)] }) });
        Told($"are held for {late.Id}, which is Cancelled", _facts with { Stock = Changed(stock with { LiveHolds = [new StockHold(late.Id, 1, StockHoldStatus.Held, paid.PlacedAt)] }) });
        Told("may be promised", _facts with { Stock = Changed(stock with { Item = stock.Item with { BackOrdered = 1_000_000 } }) });
        Told("were taken from stock", _facts with { Stock = Changed(stock with { Movements = [.. stock.Movements.Select(m => m.Reference == paid.Id ? m with { Reference = "ord_other" } : m)] }) });

        Told("ended 2 times", _facts with { Orders = Changed(paid with { Timeline = [.. paid.Timeline, paid.Timeline[^1]] }) });
        Told("is Fulfilling and ended 1 times", _facts with { Orders = Changed(paid with { Status = OrderStatus.Fulfilling }) });
        Told("were written", _facts with { TimelineRows = new Dictionary<string, int>(StringComparer.Ordinal) });
        Told("has no orchestration", _facts with { Flows = [] });
        Told("is Failed: on purpose", _facts with { Flows = [.. _facts.Flows, new FlowFacts("ord_1", "CheckoutV1", OrchestrationRuntimeStatus.Failed, "on purpose")] });
        Told("is Running", _facts with { Flows = [.. _facts.Flows.Select(f => f with { Status = OrchestrationRuntimeStatus.Running })] });
        Told("something waits in mail-poison", _facts with { Waiting = ["mail-poison: 1"] });

        Told("once: the numbers of", _facts with { Invoices = [.. _facts.Invoices.Select(i => i with { Number = i.Number + 1 })] });
        Told("once: the invoice", _facts with { Invoices = [.. _facts.Invoices, _facts.Invoices[0] with { Number = _facts.Invoices.Count + 1, OrderId = "ord_1" }] });
        Told("has no invoice", _facts with { Orders = Changed(paid with { InvoiceNumber = null }) });
        Told("only in the courier's books", _facts with { Parcels = [.. _facts.Parcels, new ParcelFacts("ord_1-1", "JNE1")] });
        Told("once: the event", _facts with { Journal = [.. _facts.Journal, _facts.Journal[0]] });
        Told("order.paid is only in the order", _facts with { Journal = [.. _facts.Journal.Where(j => j.Id != $"{paid.Id}|order.paid")] });
        Told("one licence key went to", _facts with { Licences = [("a", "key"), ("b", "key")] });
        Told("came 2 times", _facts with { Mails = [.. _facts.Mails, _facts.Mails[0]] });
        Told($"the mail {paid.Id}.order-shipped never came", _facts with { Mails = [.. _facts.Mails.Where(m => m.MessageId != $"{paid.Id}.order-shipped")] });

        JournalEntry booked = _facts.Journal.First(j => j.Id == $"{paid.Id}|order.paid");
        JournalLine first = booked.Lines[0] with { Debit = booked.Lines[0].Debit + new Money(1, paid.Currency) };
        Told("does not balance", _facts with { Journal = [.. _facts.Journal.Select(j => j == booked ? j with { Lines = [first, .. j.Lines.Skip(1)] } : j)] });
        Told("books: the ledger moved", _facts with { Journal = [.. _facts.Journal.Select(j => j == booked ? j with { Lines = [.. j.Lines.Skip(1)] } : j)] });
    }

    private static void Told(string what, ShopFacts broken) => Assert.Contains(Invariants.Broken(broken), told => told.Contains(what, StringComparison.Ordinal));

    private IReadOnlyList<Order> Changed(Order order) => [.. _facts.Orders.Select(o => o.Id == order.Id ? order : o)];

    private IReadOnlyList<CreditFacts> Changed(CreditFacts credit) => [.. _facts.Credits.Select(c => c.Account.Id == credit.Account.Id ? credit : c)];

    private static Dictionary<string, CreditUse> Taken(Order order, CreditUse use) => new(StringComparer.Ordinal) { [order.Id] = use };

    private IReadOnlyList<StockFacts> Changed(StockFacts stock) => [.. _facts.Stock.Select(s => s.Item.Sku == stock.Item.Sku ? stock : s)];
}
