using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>
/// Table <c>Erasures</c>: <c>PK=jobs RK=era_…|job</c> while one is under way, <c>PK=era_… RK=era_…|receipt</c> when it is done. A receipt names orders and no
/// person; its column <c>HeldUntil</c> is the next day on which something of it need not be held any longer.
/// </summary>
public sealed class ErasureStore(ShopStorage storage, SealedRows rows) : IRequiresStorage, ISealedStore
{
    private const string Name = "Erasures";
    private const string HeldUntilColumn = "HeldUntil";
    private readonly TableClient _table = storage.Table(Name);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal const string Jobs = "jobs";

    internal static string JobKey(string erasureId) => $"{erasureId}|job";

    internal static string RowKey(string erasureId) => $"{erasureId}|receipt";

    internal async Task<ErasureJob?> FindJob(string erasureId, CancellationToken cancellationToken) =>
        await _table.Find(Jobs, JobKey(erasureId), cancellationToken) is { } row ? rows.FromRow<ErasureJob>(row) : null;

    internal Task AddJob(ErasureJob job, CancellationToken cancellationToken) => _table.AddEntityAsync(rows.ToRow(Jobs, JobKey(job.Id), job), cancellationToken);

    internal Task RemoveJob(string erasureId, CancellationToken cancellationToken) => _table.DeleteEntityAsync(Jobs, JobKey(erasureId), ETag.All, cancellationToken);

    /// <summary>Every erasure that has begun and not ended.</summary>
    internal async Task<IReadOnlyList<ErasureJob>> UnderWay(CancellationToken cancellationToken)
    {
        List<ErasureJob> found = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>($"PartitionKey eq '{Jobs}'", cancellationToken: cancellationToken)) found.Add(rows.FromRow<ErasureJob>(row));
        return found;
    }

    internal async Task<ErasureReceipt?> FindReceipt(string erasureId, CancellationToken cancellationToken) =>
        await _table.Find(erasureId, RowKey(erasureId), cancellationToken) is { } row ? Rows.FromRow<ErasureReceipt>(row) : null;

    internal Task Add(ErasureReceipt receipt, CancellationToken cancellationToken) => _table.AddEntityAsync(ToRow(receipt, after: DateOnly.MinValue), cancellationToken);

    /// <summary>Receipts with something that was held until before a day. It looks through the receipts: a nightly worker's job.</summary>
    internal async Task<IReadOnlyList<ErasureReceipt>> HeldUntilBefore(DateOnly day, int most, CancellationToken cancellationToken)
    {
        List<ErasureReceipt> found = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>($"{HeldUntilColumn} lt '{Text(day)}'", most, cancellationToken: cancellationToken))
        {
            found.Add(Rows.FromRow<ErasureReceipt>(row));
            if (found.Count == most) break;
        }
        return found;
    }

    /// <summary>What was held until before a day was released.</summary>
    internal Task Released(ErasureReceipt receipt, DateOnly day, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(ToRow(receipt, day), TableUpdateMode.Replace, cancellationToken);

    string ISealedStore.SealedTable => Name;

    string? ISealedStore.KeyOf(TableEntity row) => row.PartitionKey == Jobs ? SealedRows.KeyOf(row) : null;

    TableEntity ISealedStore.Renew(TableEntity row) => rows.Renew<ErasureJob>(row);

    private static TableEntity ToRow(ErasureReceipt receipt, DateOnly after)
    {
        TableEntity row = Rows.ToRow(receipt.Id, RowKey(receipt.Id), receipt);
        DateOnly[] left = [.. receipt.Held.Select(h => h.Until).Where(until => until >= after)];
        if (left.Length > 0) row[HeldUntilColumn] = Text(left.Min());
        return row;
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
