using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Reconciliation;

/// <summary>Compared days: table <c>Reconciliations</c>, a partition for each provider and day with its summary and what was found.</summary>
/// <example><c>PK=stripe|2026-11-23 RK=stripe|2026-11-23|difference|dif_…</c></example>
public sealed class ReconciliationStore(ShopStorage storage) : IRequiresStorage
{
    private readonly TableClient _table = storage.Table("Reconciliations");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Reconciliations")];

    public Task Save(ReconciledDay day, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(Rows.ToRow(PartitionKey(day.Provider, day.Day), SummaryKey(PartitionKey(day.Provider, day.Day)), day), TableUpdateMode.Replace, cancellationToken);

    /// <returns>Whether it is open: one that somebody closed stays closed.</returns>
    public async Task<bool> Add(Difference found, CancellationToken cancellationToken)
    {
        try
        {
            await _table.AddEntityAsync(Rows.ToRow(PartitionKey(found.Provider, found.Day), RowKey(found), found), cancellationToken);
            return true;
        }
        catch (RequestFailedException known) when (known.Status == 409)
        {
            return await _table.Find(PartitionKey(found.Provider, found.Day), RowKey(found), cancellationToken) is { } row && Rows.FromRow<Difference>(row).ClosedAt is null;
        }
    }

    /// <returns>The difference as whoever was first closed it; <c>null</c> where there is none.</returns>
    public async Task<Difference?> Close(string provider, DateOnly day, string id, string note, string actor, DateTimeOffset at, CancellationToken cancellationToken)
    {
        string partition = PartitionKey(provider, day);
        if (await _table.Find(partition, $"{partition}|difference|{id}", cancellationToken) is not { } row) return null;
        Difference found = Rows.FromRow<Difference>(row);
        if (found.ClosedAt is not null) return found;
        Difference closed = found with { ClosedBy = actor, ClosedAt = at, Note = note };
        try
        {
            await _table.UpdateEntityAsync(Rows.ToRow(partition, RowKey(closed), closed), row.ETag, TableUpdateMode.Replace, cancellationToken);
            return closed;
        }
        catch (RequestFailedException moved) when (moved.Status == 412)
        {
            return await Close(provider, day, id, note, actor, at, cancellationToken);
        }
    }

    /// <returns>How the day was compared, and what was found; <c>null</c> where it was not.</returns>
    public async Task<(ReconciledDay? Day, IReadOnlyList<Difference> Differences)> Read(string provider, DateOnly day, CancellationToken cancellationToken)
    {
        string partition = PartitionKey(provider, day);
        ReconciledDay? compared = null;
        List<Difference> found = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), cancellationToken: cancellationToken))
        {
            if (row.RowKey == SummaryKey(partition)) compared = Rows.FromRow<ReconciledDay>(row);
            else if (row.RowKey != AskedKey(partition)) found.Add(Rows.FromRow<Difference>(row));
        }
        return (compared, found);
    }

    /// <returns>Whether the day was compared.</returns>
    public async Task<bool> WasCompared(string provider, DateOnly day, CancellationToken cancellationToken) =>
        await _table.Find(PartitionKey(provider, day), SummaryKey(PartitionKey(provider, day)), cancellationToken) is not null;

    /// <summary>Writes down that staff were asked for a provider's report of the day.</summary>
    public Task Ask(string provider, DateOnly day, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(PartitionKey(provider, day), AskedKey(PartitionKey(provider, day))), TableUpdateMode.Replace, cancellationToken);

    /// <returns>Whether the day was compared, or its report was asked for.</returns>
    public async Task<bool> IsSettled(string provider, DateOnly day, CancellationToken cancellationToken) =>
        await WasCompared(provider, day, cancellationToken) || await _table.Find(PartitionKey(provider, day), AskedKey(PartitionKey(provider, day)), cancellationToken) is not null;

    internal static string PartitionKey(string provider, DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{provider}|{day:yyyy-MM-dd}");

    internal static string SummaryKey(string partition) => partition + "|summary";

    internal static string AskedKey(string partition) => partition + "|asked";

    internal static string RowKey(Difference found) => $"{PartitionKey(found.Provider, found.Day)}|difference|{found.Id}";
}
