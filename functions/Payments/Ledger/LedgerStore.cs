using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>
/// Every movement of money, written beside what moved it: table <c>Ledger</c>, a partition for each provider and business day, so that a
/// day is compared with the provider's report of it.
/// </summary>
/// <example><c>PK=stripe|2026-11-23 RK=stripe|2026-11-23|pi_…|capture|pi_…</c></example>
public sealed class LedgerStore(ShopStorage storage, ShopOptions shop) : IRequiresStorage
{
    private readonly TableClient _table = storage.Table("Ledger");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Ledger")];

    /// <summary>Enters a movement once. One operation.</summary>
    public async Task Add(LedgerEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await _table.AddEntityAsync(Rows.ToRow(PartitionKey(entry), RowKey(entry), entry), cancellationToken);
        }
        catch (RequestFailedException entered) when (entered.Status == 409)
        {
            // By an earlier run of the same step.
        }
    }

    /// <summary>The movements of a business day at a provider.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> Day(string provider, DateOnly day, CancellationToken cancellationToken)
    {
        string partition = PartitionKey(provider, day);
        List<LedgerEntry> entries = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), cancellationToken: cancellationToken)) entries.Add(Rows.FromRow<LedgerEntry>(row));
        return entries;
    }

    internal string PartitionKey(LedgerEntry entry) => PartitionKey(entry.Provider, shop.DayOf(entry.At));

    internal string RowKey(LedgerEntry entry) => $"{PartitionKey(entry)}|{Rows.Escape(entry.Reference)}|{entry.Kind.ToString().ToLowerInvariant()}|{Rows.Escape(entry.Id)}";

    private static string PartitionKey(string provider, DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{provider}|{day:yyyy-MM-dd}");
}
