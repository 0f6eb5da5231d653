using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Downloads;

/// <summary>
/// Table <c>Downloads</c>, a partition for each order: what became of its grants, each time one was opened, what staff did to them, and its licence
/// keys, sealed.
/// </summary>
public sealed class DownloadStore(ShopStorage storage, Sealing sealing) : IRequiresStorage, ISealedStore
{
    private const string Name = "Downloads", SealedColumn = "Sealed";
    private readonly TableClient _table = storage.Table(Name);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    string ISealedStore.SealedTable => Name;

    internal static string GrantKey(string orderId, int line) => string.Create(CultureInfo.InvariantCulture, $"{orderId}|grant|{line:d3}");

    internal static string OpeningKey(string orderId, int line, int number) => string.Create(CultureInfo.InvariantCulture, $"{orderId}|opening|{line:d3}|{number:d6}");

    internal static string ChangeKey(string orderId, int line, string id) => string.Create(CultureInfo.InvariantCulture, $"{orderId}|change|{line:d3}|{id}");

    internal static string LicenceKey(string orderId, int line, int unit) => string.Create(CultureInfo.InvariantCulture, $"{orderId}|licence|{line:d3}|{unit:d4}");

    /// <returns>Without a version where nothing became of it yet.</returns>
    internal async Task<Stored<DownloadGrant>> Find(string orderId, int line, CancellationToken cancellationToken) =>
        await _table.Find(orderId, GrantKey(orderId, line), cancellationToken) is { } row ? new Stored<DownloadGrant>(Rows.FromRow<DownloadGrant>(row), row.ETag) : new Stored<DownloadGrant>(new DownloadGrant(), default);

    /// <summary>Counts an opening and records its time, in one transaction. <c>false</c> when the grant changed since it was read.</summary>
    internal Task<bool> TryOpen(string orderId, int line, Stored<DownloadGrant> read, DateTimeOffset at, CancellationToken cancellationToken)
    {
        DownloadGrant opened = read.Value.Open();
        return Write(orderId, line, read, opened).Insert(new TableEntity(orderId, OpeningKey(orderId, line, opened.Openings)) { ["At"] = at }).TrySubmit(cancellationToken);
    }

    /// <summary>Changes a grant, once under an id. <c>false</c> when it changed since it was read, or the change was made before.</summary>
    internal Task<bool> TryChange(string orderId, int line, Stored<DownloadGrant> read, DownloadGrant changed, DownloadChange change, string id, CancellationToken cancellationToken) =>
        Write(orderId, line, read, changed).Insert(Rows.ToRow(orderId, ChangeKey(orderId, line, id), change)).TrySubmit(cancellationToken);

    internal async Task<bool> WasChanged(string orderId, int line, string id, CancellationToken cancellationToken) =>
        await _table.Find(orderId, ChangeKey(orderId, line, id), cancellationToken) is not null;

    /// <summary>The grants and licence keys of an order: one operation.</summary>
    internal async Task<OrderRights> Read(string orderId, CancellationToken cancellationToken)
    {
        Dictionary<int, DownloadGrant> grants = [];
        Dictionary<(int Line, int Unit), string> licences = [];
        // The two kinds of rows lie side by side.
        await foreach (TableEntity row in Between(orderId, $"{orderId}|grant|", $"{orderId}|licence|~", cancellationToken))
        {
            string[] parts = row.RowKey.Split('|');
            int line = int.Parse(parts[2], CultureInfo.InvariantCulture);
            if (parts[1] == "grant") grants[line] = Rows.FromRow<DownloadGrant>(row);
            else licences[(line, int.Parse(parts[3], CultureInfo.InvariantCulture))] = sealing.Open<string>(row.RowKey, row.GetString(SealedColumn));
        }
        return new OrderRights(grants, licences);
    }

    /// <summary>When the files of an order were opened, by line, oldest first.</summary>
    internal async Task<ILookup<int, DateTimeOffset>> Openings(string orderId, CancellationToken cancellationToken)
    {
        List<(int Line, DateTimeOffset At)> all = [];
        await foreach (TableEntity row in Between(orderId, $"{orderId}|opening|", $"{orderId}|opening|~", cancellationToken))
            all.Add((int.Parse(row.RowKey.Split('|')[2], CultureInfo.InvariantCulture), row.GetDateTimeOffset("At")!.Value));
        return all.ToLookup(o => o.Line, o => o.At);
    }

    /// <summary>What staff did, by line, oldest first.</summary>
    internal async Task<ILookup<int, DownloadChange>> Changes(string orderId, CancellationToken cancellationToken)
    {
        List<(int Line, DownloadChange Change)> all = [];
        await foreach (TableEntity row in Between(orderId, $"{orderId}|change|", $"{orderId}|change|~", cancellationToken))
            all.Add((int.Parse(row.RowKey.Split('|')[2], CultureInfo.InvariantCulture), Rows.FromRow<DownloadChange>(row)));
        return all.OrderBy(c => c.Change.At).ToLookup(c => c.Line, c => c.Change);
    }

    /// <summary>Gives a unit its licence key, once.</summary>
    /// <returns>The key that it has: another one where it had one already.</returns>
    internal async Task<string> AddLicence(string orderId, int line, int unit, string key, CancellationToken cancellationToken)
    {
        string rowKey = LicenceKey(orderId, line, unit);
        if (await new Batch(_table).Insert(new TableEntity(orderId, rowKey) { [SealedColumn] = sealing.Seal(rowKey, key) }).TrySubmit(cancellationToken)) return key;
        TableEntity row = await _table.Find(orderId, rowKey, cancellationToken) ?? throw new InvalidOperationException($"The licence {rowKey} neither exists nor could it be inserted.");
        return sealing.Open<string>(rowKey, row.GetString(SealedColumn));
    }

    string? ISealedStore.KeyOf(TableEntity row) => row.GetString(SealedColumn) is { } text ? Sealing.KeyOf(text) : null;

    TableEntity ISealedStore.Renew(TableEntity row) => new(row.PartitionKey, row.RowKey) { [SealedColumn] = sealing.Renew(row.RowKey, row.GetString(SealedColumn)) };

    private Batch Write(string orderId, int line, Stored<DownloadGrant> read, DownloadGrant changed)
    {
        TableEntity row = Rows.ToRow(orderId, GrantKey(orderId, line), changed);
        return read.ETag == default ? new Batch(_table).Insert(row) : new Batch(_table).Replace(row, read.ETag);
    }

    private AsyncPageable<TableEntity> Between(string orderId, string from, string to, CancellationToken cancellationToken) =>
        _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {orderId} and RowKey gt {from} and RowKey lt {to}"), cancellationToken: cancellationToken);
}

/// <param name="Grants">By line; none of a line that nobody opened.</param>
/// <param name="Licences">Keys that were assigned, by line and unit; units count from 1.</param>
internal sealed record OrderRights(IReadOnlyDictionary<int, DownloadGrant> Grants, IReadOnlyDictionary<(int Line, int Unit), string> Licences)
{
    public DownloadGrant GrantOf(int line) => Grants.GetValueOrDefault(line) ?? new DownloadGrant();
}
