using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Emulator.Courier;
using Shop.Emulator.Durable;
using Shop.Emulator.Mailbox;
using Shop.Emulator.Midtrans;
using Shop.Emulator.Storage;
using Shop.Emulator.Stripe;
using Shop.Http;
using Shop.Integration;
using Shop.Inventory;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;
using Shop.Tests.Journeys;
using DisputeStatus = Shop.Emulator.Stripe.DisputeStatus;
using RefundStatus = Shop.Emulator.Stripe.RefundStatus;

namespace Shop.Tests.Faults;

/// <summary>All that storage says of a shop and of the providers around it at one moment, read past every endpoint.</summary>
internal sealed record ShopFacts
{
    public required IReadOnlyList<Order> Orders { get; init; }

    /// <summary>How many rows of its timeline each order has.</summary>
    public required IReadOnlyDictionary<string, int> TimelineRows { get; init; }

    public required IReadOnlyList<LedgerEntry> Ledger { get; init; }

    public required IReadOnlyList<JournalEntry> Journal { get; init; }

    public required IReadOnlyList<ProviderMoney> Money { get; init; }

    public required IReadOnlyList<DuePayout> Payouts { get; init; }

    /// <summary>Gift cards and store credit.</summary>
    public required IReadOnlyList<CreditFacts> Credits { get; init; }

    public required IReadOnlyList<StockFacts> Stock { get; init; }

    public required IReadOnlyList<FlowFacts> Flows { get; init; }

    public required IReadOnlyList<InvoiceFacts> Invoices { get; init; }

    public required IReadOnlyList<ParcelFacts> Parcels { get; init; }

    public required IReadOnlyList<MailFacts> Mails { get; init; }

    /// <summary>Licence units with the key that each got.</summary>
    public required IReadOnlyList<(string Unit, string Hash)> Licences { get; init; }

    /// <summary>What ended long before is forgotten.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Queues and subscriptions that still hold something, and poison.</summary>
    public required IReadOnlyList<string> Waiting { get; init; }

    public static async Task<ShopFacts> Read(ShopHost shop, CancellationToken cancellationToken)
    {
        ShopStorage storage = shop.Service<ShopStorage>();
        SealedRows rows = shop.Service<SealedRows>();
        List<Order> orders = [];
        Dictionary<string, int> timeline = new(StringComparer.Ordinal);
        await foreach (TableEntity row in storage.Table("Orders").QueryAsync<TableEntity>(cancellationToken: cancellationToken))
        {
            if (row.RowKey == OrderStore.OrderKey(row.PartitionKey)) orders.Add(rows.FromRow<Order>(row));
            else if (row.RowKey.Contains("|event|", StringComparison.Ordinal)) timeline[row.PartitionKey] = timeline.GetValueOrDefault(row.PartitionKey) + 1;
        }
        return new ShopFacts
        {
            Orders = orders,
            TimelineRows = timeline,
            Ledger = await All(storage.Table("Ledger"), Rows.FromRow<LedgerEntry>, cancellationToken),
            Journal = await All(storage.Table("Journal"), Rows.FromRow<JournalEntry>, cancellationToken),
            Money = await ReadMoney(shop, cancellationToken),
            Payouts = await All(storage.Table("Payouts"), Rows.FromRow<DuePayout>, cancellationToken),
            Credits = await ReadCredits(storage.Table("Credits"), rows, cancellationToken),
            Now = shop.Clock.GetUtcNow(),
            Stock = await ReadStock(shop.Service<InventoryStore>(), cancellationToken),
            Flows = await ReadFlows(shop.Service<InstanceStore>(), cancellationToken),
            Invoices = [.. (await All(storage.Table("Numbers"), r => r, cancellationToken)).Where(r => r.ContainsKey("Number")).Select(r => new InvoiceFacts(r.PartitionKey, r.RowKey.Split('|')[^1], r.GetInt64("Number")!.Value))],
            Parcels = [.. (await shop.Service<ParcelStore>().List(cancellationToken)).Select(p => new ParcelFacts(p.Booking.Reference!, p.TrackingNumber))],
            Mails = [.. (await shop.Service<MailStore>().List(null, int.MaxValue, cancellationToken)).Select(m => new MailFacts(m.MessageId.Split('@')[0], string.Join(',', m.To)))],
            Licences = [.. (await All(storage.Table("Licences"), r => r, cancellationToken)).Where(r => r.RowKey.Contains("|unit|", StringComparison.Ordinal)).Select(r => (r.RowKey, r.GetString("Hash") ?? ""))],
            Waiting = await ReadWaiting(shop, cancellationToken),
        };
    }

    private static async Task<IReadOnlyList<T>> All<T>(TableClient table, Func<TableEntity, T> read, CancellationToken cancellationToken)
    {
        List<T> all = [];
        await foreach (TableEntity row in table.QueryAsync<TableEntity>(cancellationToken: cancellationToken)) all.Add(read(row));
        return all;
    }

    private static async Task<IReadOnlyList<ProviderMoney>> ReadMoney(ShopHost shop, CancellationToken cancellationToken)
    {
        List<ProviderMoney> money = [];
        await foreach (TableEntity row in shop.Service<StripeStore>().Table.QueryAsync<TableEntity>("Kind eq 'payment'", cancellationToken: cancellationToken))
        {
            Payment payment = row.GetJson<Payment>();
            money.Add(new ProviderMoney(
                StripeGateway.Name, payment.Id, payment.Metadata.GetValueOrDefault(StripeGateway.OrderIdKey), payment.AmountReceived, payment.Refunds.Where(r => r.Status != RefundStatus.Failed).Sum(r => r.Amount),
                payment.Dispute is { } dispute && dispute.Status != DisputeStatus.Won ? dispute.Amount : 0)
            {
                Bounced = [.. payment.Refunds.Where(r => r.Status == RefundStatus.Failed).Select(r => r.Id)],
            });
        }
        await foreach (TableEntity row in shop.Service<MidtransStore>().Table.QueryAsync<TableEntity>(cancellationToken: cancellationToken))
        {
            if (!row.RowKey.EndsWith("|transaction", StringComparison.Ordinal)) continue;
            Transaction paid = row.GetJson<Transaction>();
            money.Add(new ProviderMoney(MidtransGateway.Name, paid.OrderId, MidtransGateway.OrderOf(paid.OrderId), paid.SettledAt is null ? 0 : paid.Amount * 100, paid.Refunds.Sum(r => r.Amount) * 100, 0));
        }
        return money;
    }

    private static async Task<IReadOnlyList<CreditFacts>> ReadCredits(TableClient table, SealedRows rows, CancellationToken cancellationToken) =>
    [
        .. from row in await All(table, r => r, cancellationToken)
           group row by row.PartitionKey into account
           where account.Any(r => r.RowKey == CreditStore.AccountKey(account.Key))
           select new CreditFacts(
               rows.FromRow<CreditAccount>(account.Single(r => r.RowKey == CreditStore.AccountKey(account.Key))),
               [.. account.Where(r => r.RowKey.StartsWith(CreditStore.EntryKey(account.Key, ""), StringComparison.Ordinal)).Select(rows.FromRow<CreditEntry>).OrderBy(e => e.Sequence)],
               account.Where(r => r.RowKey.StartsWith(CreditStore.OrderKey(account.Key, ""), StringComparison.Ordinal)).ToDictionary(r => r.RowKey.Split('|')[2], Rows.FromRow<CreditUse>)),
    ];

    private static async Task<IReadOnlyList<StockFacts>> ReadStock(InventoryStore store, CancellationToken cancellationToken)
    {
        Dictionary<Sku, (StockItem Item, List<StockHold> Holds, List<StockMovement> Movements)> bySku = [];
        await foreach ((Sku sku, object row) in store.Everything(null, cancellationToken))
        {
            if (!bySku.TryGetValue(sku, out var facts)) facts = (StockItem.None(sku), [], []);
            if (row is StockItem item) facts.Item = item;
            if (row is StockHold hold) facts.Holds.Add(hold);
            if (row is StockMovement movement) facts.Movements.Add(movement);
            bySku[sku] = facts;
        }
        return [.. bySku.Values.Select(f => new StockFacts(f.Item, f.Holds, f.Movements))];
    }

    private static async Task<IReadOnlyList<FlowFacts>> ReadFlows(InstanceStore instances, CancellationToken cancellationToken)
    {
        List<FlowFacts> flows = [];
        await foreach (Instance flow in instances.All(cancellationToken)) flows.Add(new FlowFacts(flow.Id, flow.Name, flow.Status, flow.Failure?.Message));
        return flows;
    }

    /// <summary>Hidden messages count: they are still to be done. Those that only come later by design, of catalogue and pictures, do not.</summary>
    private static async Task<IReadOnlyList<string>> ReadWaiting(ShopHost shop, CancellationToken cancellationToken)
    {
        EmulatorStorage storage = shop.Service<EmulatorStorage>();
        List<string> waiting = [];
        await foreach (Azure.Storage.Queues.Models.QueueItem queue in storage.Queues(cancellationToken))
        {
            if (!queue.Name.StartsWith(shop.Prefix + "-", StringComparison.Ordinal)) continue;
            string name = queue.Name[(shop.Prefix.Length + 1)..];
            if (name is not ("mail" or "payment-events" or "courier-events" or "licences") && !name.EndsWith("-poison", StringComparison.Ordinal)) continue;
            QueueClient client = storage.Queue(queue.Name);
            int many = (await client.GetPropertiesAsync(cancellationToken)).Value.ApproximateMessagesCount;
            if (many > 0) waiting.Add($"{name}: {many}");
        }
        foreach (var some in (await All(storage.Table("bus"), r => r, cancellationToken))
            .Where(r => r.ContainsKey("Subscription")).GroupBy(r => (Subscription: r.GetString("Subscription"), Dead: r.GetBoolean("Dead"))))
            waiting.Add($"{some.Key.Subscription}{(some.Key.Dead == true ? ", dead" : "")}: {some.Count()}");
        return waiting;
    }
}

/// <summary>What a provider did with one payment, in the currency's minor units.</summary>
/// <param name="Refunded">Without what came back.</param>
internal sealed record ProviderMoney(string Provider, string Reference, string? OrderId, long Captured, long Refunded, long ChargedBack)
{
    /// <summary>The refunds that it had taken and that came back.</summary>
    public IReadOnlyList<string> Bounced { get; init; } = [];
}

/// <param name="Uses">What orders take of it, by order.</param>
internal sealed record CreditFacts(CreditAccount Account, IReadOnlyList<CreditEntry> Entries, IReadOnlyDictionary<string, CreditUse> Uses);

internal sealed record StockFacts(StockItem Item, IReadOnlyList<StockHold> LiveHolds, IReadOnlyList<StockMovement> Movements);

internal sealed record FlowFacts(string Id, string Name, OrchestrationRuntimeStatus Status, string? Failure);

internal sealed record InvoiceFacts(string Series, string OrderId, long Number);

internal sealed record ParcelFacts(string Reference, string TrackingNumber);

internal sealed record MailFacts(string MessageId, string To);
