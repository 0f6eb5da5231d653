using System.Collections.Concurrent;
using System.Globalization;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>
/// On which business days money may have come to a provider that cannot be asked what it moved: table <c>AwaitedDays</c>, a partition for each provider. What it told of such a day
/// may be lost, and then the ledger knows nothing of it.
/// </summary>
/// <example><c>PK=midtrans RK=midtrans|2026-11-23</c></example>
public sealed class AwaitedDays(ShopStorage storage, MoneyReports reports, ShopOptions shop, TimeProvider clock) : IRequiresStorage
{
    private readonly TableClient _table = storage.Table("AwaitedDays");
    private readonly ConcurrentDictionary<(string Provider, DateOnly Day), bool> _noted = new();

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "AwaitedDays")];

    /// <summary>Before a way to pay is open, for as long as it will be. One operation for the first of a day; what an instance noted before it knows.</summary>
    public async Task Note(string provider, int withinMinutes, CancellationToken cancellationToken)
    {
        // Couriers remit cash long after, and credit is the shop's own.
        if (provider is CashOnDeliveryGateway.Name or CreditGateway.Name || reports.Providers.Contains(provider)) return;
        DateTimeOffset now = clock.GetUtcNow();
        DateOnly first = shop.DayOf(now), last = shop.DayOf(now.AddMinutes(withinMinutes));
        DateOnly[] days = [.. Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays).Where(day => !_noted.ContainsKey((provider, day)))];
        foreach (DateOnly[] some in days.Chunk(100))
        {
            Batch batch = new(_table);
            foreach (DateOnly day in some) batch.Upsert(new TableEntity(provider, RowKey(provider, day)));
            await batch.Submit(cancellationToken);
        }
        foreach (DateOnly day in days) _noted[(provider, day)] = true;
    }

    /// <returns>The days from one on, those to come among them.</returns>
    public async Task<IReadOnlySet<DateOnly>> Since(string provider, DateOnly day, CancellationToken cancellationToken)
    {
        HashSet<DateOnly> days = [];
        string from = RowKey(provider, day);
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {provider} and RowKey ge {from}"), cancellationToken: cancellationToken))
            days.Add(DateOnly.ParseExact(row.RowKey[(provider.Length + 1)..], "yyyy-MM-dd", CultureInfo.InvariantCulture));
        return days;
    }

    internal static string RowKey(string provider, DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{provider}|{day:yyyy-MM-dd}");
}
