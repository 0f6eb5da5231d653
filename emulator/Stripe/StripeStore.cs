using Azure;
using Azure.Data.Tables;
using Shop.Emulator.Storage;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Stripe;

/// <summary>A payment with the version of its row.</summary>
internal sealed record StoredPayment(Payment Payment, ETag ETag);

/// <summary>Which call an idempotency key was first used for, and on which payment.</summary>
internal sealed record UsedKey(string KeyToken, string Request, string Fingerprint, string PaymentToken, DateTimeOffset At);

/// <summary>An event as it is listed.</summary>
internal sealed record KeptEvent(string Id, string Type, Webhook Webhook);

/// <summary>
/// Payments in one table. A payment is a partition: its row, and one row per event, which is also the webhook that tells of it. A create call
/// under an idempotency key has the key's row there too, so that creating is one operation whether or not it is a repeat.
/// </summary>
internal sealed class StripeStore(EmulatorStorage storage)
{
    public const string TableName = "stripe";

    public TableClient Table { get; } = storage.Table(TableName);

    public static (string PartitionKey, string RowKey) PaymentKey(string token) => (token, $"{token}|payment");

    public static (string PartitionKey, string RowKey) EventKey(string token, string eventId) => (token, $"{token}|event|{eventId}");

    public static (string PartitionKey, string RowKey) IdempotencyKey(string keyToken) => (keyToken, $"{keyToken}|key");

    public async Task<StoredPayment?> Find(string token, CancellationToken cancellationToken)
    {
        (string partition, string key) = PaymentKey(token);
        return await Table.Find(partition, key, cancellationToken) is { } row ? new StoredPayment(row.GetJson<Payment>(), row.ETag) : null;
    }

    /// <summary>A new payment with its key and events in one batch; <c>false</c> when the key was used before.</summary>
    public async Task<bool> Insert(Payment payment, UsedKey? key, IEnumerable<KeptEvent> events, CancellationToken cancellationToken)
    {
        var rows = new List<TableTransactionAction> { new(TableTransactionActionType.Add, Row(payment)) };
        if (key is not null && key.KeyToken == payment.Token) rows.Add(new(TableTransactionActionType.Add, Row(key)));
        rows.AddRange(events.Select(e => new TableTransactionAction(TableTransactionActionType.Add, Row(payment.Token, e))));
        return await Table.TrySubmit(rows, cancellationToken) is not null;
    }

    /// <summary>A changed payment with its events in one batch; <c>false</c> when somebody else changed it meanwhile.</summary>
    public async Task<bool> Replace(Payment payment, ETag etag, IEnumerable<KeptEvent> events, CancellationToken cancellationToken)
    {
        var rows = new List<TableTransactionAction> { new(TableTransactionActionType.UpdateReplace, Row(payment), etag) };
        rows.AddRange(events.Select(e => new TableTransactionAction(TableTransactionActionType.Add, Row(payment.Token, e))));
        return await Table.TrySubmit(rows, cancellationToken) is not null;
    }

    /// <summary>Claims a key; <c>false</c> when it was used before.</summary>
    public async Task<bool> Claim(UsedKey key, CancellationToken cancellationToken)
    {
        try
        {
            await Table.AddEntityAsync(Row(key), cancellationToken);
            return true;
        }
        catch (RequestFailedException used) when (used.Status == 409)
        {
            return false;
        }
    }

    public Task Reclaim(UsedKey key, CancellationToken cancellationToken) => Table.UpsertEntityAsync(Row(key), TableUpdateMode.Replace, cancellationToken);

    public async Task<UsedKey?> FindKey(string keyToken, CancellationToken cancellationToken)
    {
        (string partition, string key) = IdempotencyKey(keyToken);
        return (await Table.Find(partition, key, cancellationToken))?.GetJson<UsedKey>();
    }

    public async Task<KeptEvent?> FindEvent(string token, string eventId, CancellationToken cancellationToken)
    {
        (string partition, string key) = EventKey(token, eventId);
        return await Table.Find(partition, key, cancellationToken) is { } row ? Event(row) : null;
    }

    /// <summary>The events of one payment, oldest first.</summary>
    public async Task<IReadOnlyList<KeptEvent>> EventsOf(string token, CancellationToken cancellationToken)
    {
        (string partition, string from) = EventKey(token, "");
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {from + "~"}");
        var events = new List<KeptEvent>();
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) events.Add(Event(row));
        return [.. events.OrderBy(e => e.Webhook.Made)];
    }

    /// <summary>Every payment or event of a time, newest first. Reads the table: for lists that people and nightly reconciliations ask for.</summary>
    public async Task<IReadOnlyList<(string Token, string Id, DateTimeOffset Created)>> List(string kind, DateTimeOffset? from, DateTimeOffset? until, IReadOnlyCollection<string> types, CancellationToken cancellationToken)
    {
        string filter = TableClient.CreateQueryFilter($"Kind eq {kind} and Made ge {from ?? DateTimeOffset.UnixEpoch} and Made le {until ?? DateTimeOffset.MaxValue.AddDays(-1)}");
        var found = new List<(string Token, string Id, DateTimeOffset Created)>();
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey", "Id", "Type", "Made"], cancellationToken: cancellationToken))
        {
            if (types.Count == 0 || types.Contains(row.GetString("Type"))) found.Add((row.PartitionKey, row.GetString("Id"), row.GetDateTimeOffset("Made")!.Value));
        }
        return [.. found.OrderByDescending(f => f.Created).ThenByDescending(f => f.Id, StringComparer.Ordinal)];
    }

    /// <summary>How many payments there are in each status.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountPayments(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>("Kind eq 'payment'", select: ["Type"], cancellationToken: cancellationToken))
            counts[row.GetString("Type")] = counts.GetValueOrDefault(row.GetString("Type")) + 1;
        return counts;
    }

    public async Task<IReadOnlyList<Payout>> Payouts(CancellationToken cancellationToken)
    {
        var payouts = new List<Payout>();
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>("PartitionKey eq 'payouts'", cancellationToken: cancellationToken)) payouts.Add(row.GetJson<Payout>());
        return payouts;
    }

    public async Task Add(Payout payout, CancellationToken cancellationToken)
    {
        var row = new TableEntity("payouts", $"payouts|{payout.Movement.Source}");
        row.SetJson(payout);
        await Table.AddEntityAsync(row, cancellationToken);
    }

    public async Task<PaymentMisbehaviour?> FindGeneralMisbehaviour(CancellationToken cancellationToken) =>
        (await Table.Find("misbehaviour", "misbehaviour|payments", cancellationToken))?.GetJson<PaymentMisbehaviour>();

    public async Task SaveGeneralMisbehaviour(PaymentMisbehaviour misbehaviour, CancellationToken cancellationToken)
    {
        var row = new TableEntity("misbehaviour", "misbehaviour|payments");
        row.SetJson(misbehaviour);
        await Table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    private static TableEntity Row(Payment payment)
    {
        (string partition, string key) = PaymentKey(payment.Token);
        var row = new TableEntity(partition, key) { ["Kind"] = "payment", ["Id"] = payment.Id, ["Type"] = payment.Status, ["Made"] = payment.Created };
        row.SetJson(payment);
        return row;
    }

    private static TableEntity Row(UsedKey used)
    {
        (string partition, string key) = IdempotencyKey(used.KeyToken);
        var row = new TableEntity(partition, key);
        row.SetJson(used);
        return row;
    }

    private static TableEntity Row(string token, KeptEvent kept)
    {
        TableEntity row = kept.Webhook.ToRow();
        (row.PartitionKey, row.RowKey) = EventKey(token, kept.Id);
        row["Kind"] = "event";
        row["Id"] = kept.Id;
        row["Type"] = kept.Type;
        return row;
    }

    private static KeptEvent Event(TableEntity row) => new(row.GetString("Id"), row.GetString("Type"), Webhook.FromRow(row));
}
