using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Shop.Emulator.Storage;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Courier;

internal sealed record StoredParcel(Parcel Parcel, ETag ETag);

/// <summary>A parcel is a partition: its row, and a row per webhook that tells of a move, written in the move's batch.</summary>
internal sealed class ParcelStore(EmulatorStorage storage)
{
    public const string TableName = "courier";

    public TableClient Table { get; } = storage.Table(TableName);

    public static (string PartitionKey, string RowKey) ParcelKey(string digits) => (digits, $"{digits}|parcel");

    public static (string PartitionKey, string RowKey) EventKey(string digits, string eventId) => (digits, $"{digits}|event|{eventId}");

    /// <summary>Fifteen digits that a reference always gets, so that booking it twice meets the first row.</summary>
    public static string DigitsOf(string reference) =>
        (BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(reference))) % 1_000_000_000_000_000).ToString("D15", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Biteship's name of the booking, 24 hexadecimal digits: those of the parcel, and some that nobody guesses from them.</summary>
    public static string OrderIdOf(string reference) => DigitsOf(reference) + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("order|" + reference)))[..9];

    public async Task<StoredParcel?> Find(string digits, CancellationToken cancellationToken)
    {
        (string partition, string key) = ParcelKey(digits);
        return await Table.Find(partition, key, cancellationToken) is { } row ? new StoredParcel(row.GetJson<Parcel>(), row.ETag) : null;
    }

    /// <summary>The new parcel, or <c>null</c> when its reference was booked before.</summary>
    public async Task<StoredParcel?> Insert(Parcel parcel, CancellationToken cancellationToken) =>
        await Table.TrySubmit([new(TableTransactionActionType.Add, Row(parcel))], cancellationToken) is [var etag] ? new StoredParcel(parcel, etag) : null;

    /// <summary>The changed parcel with the webhook that tells of it, or <c>null</c> when somebody else moved it meanwhile.</summary>
    public async Task<StoredParcel?> Replace(Parcel parcel, ETag etag, Webhook? webhook, CancellationToken cancellationToken)
    {
        var rows = new List<TableTransactionAction> { new(TableTransactionActionType.UpdateReplace, Row(parcel), etag) };
        if (webhook is not null) rows.Add(new(TableTransactionActionType.Add, webhook.ToRow()));
        return await Table.TrySubmit(rows, cancellationToken) is { } etags ? new StoredParcel(parcel, etags[0]) : null;
    }

    /// <summary>The parcels that an earlier process left on their way.</summary>
    public async Task<IReadOnlyList<StoredParcel>> Moving(CancellationToken cancellationToken)
    {
        var parcels = new List<StoredParcel>();
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>("Moving eq true", cancellationToken: cancellationToken))
            parcels.Add(new StoredParcel(row.GetJson<Parcel>(), row.ETag));
        return parcels;
    }

    /// <summary>Every parcel, newest first: for the page.</summary>
    public async Task<IReadOnlyList<Parcel>> List(CancellationToken cancellationToken)
    {
        var parcels = new List<Parcel>();
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>("Moving eq true or Moving eq false", cancellationToken: cancellationToken))
            parcels.Add(row.GetJson<Parcel>());
        return [.. parcels.OrderByDescending(p => p.Events[0].At)];
    }

    /// <summary>What the shop was told of a parcel, oldest first: for the page.</summary>
    public async Task<IReadOnlyList<Webhook>> WebhooksOf(string digits, CancellationToken cancellationToken)
    {
        (string partition, string from) = EventKey(digits, "");
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {from + "~"}");
        var webhooks = new List<Webhook>();
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) webhooks.Add(Webhook.FromRow(row));
        return webhooks;
    }

    public async Task<CourierMisbehaviour?> FindMisbehaviour(CancellationToken cancellationToken) =>
        (await Table.Find("misbehaviour", "misbehaviour|courier", cancellationToken))?.GetJson<CourierMisbehaviour>();

    public async Task SaveMisbehaviour(CourierMisbehaviour misbehaviour, CancellationToken cancellationToken)
    {
        var row = new TableEntity("misbehaviour", "misbehaviour|courier");
        row.SetJson(misbehaviour);
        await Table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    private static TableEntity Row(Parcel parcel)
    {
        (string partition, string key) = ParcelKey(parcel.Digits);
        var row = new TableEntity(partition, key) { ["Moving"] = parcel.MovesAt is not null };
        row.SetJson(parcel);
        return row;
    }
}
