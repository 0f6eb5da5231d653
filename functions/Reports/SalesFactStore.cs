using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Reports;

/// <summary>Sales facts: table <c>SalesFacts</c>, a partition for each business day.</summary>
/// <example><c>PK=2026-11-23 RK=2026-11-23|ord_…|order.paid</c></example>
public sealed class SalesFactStore(ShopStorage storage, BusinessDays days) : IRequiresStorage
{
    private readonly TableClient _table = storage.Table("SalesFacts");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "SalesFacts")];

    internal static string RowKey(DateOnly day, string eventId) => $"{BusinessDays.Text(day)}|{eventId}";

    /// <summary>Keeps a fact once: day and key follow from the event, so a repeat meets its own row. One operation.</summary>
    public async Task Add(SalesFact fact, CancellationToken cancellationToken)
    {
        DateOnly day = days.Of(fact.At);
        try
        {
            await _table.AddEntityAsync(Rows.ToRow(BusinessDays.Text(day), RowKey(day, fact.Id), fact), cancellationToken);
        }
        catch (RequestFailedException kept) when (kept.Status == 409)
        {
            // The event came twice.
        }
    }

    /// <summary>The facts of these days, both included, a day after the other. Only their partitions are read: one operation for a thousand facts.</summary>
    public async IAsyncEnumerable<(DateOnly Day, SalesFact Fact)> Read(DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string first = BusinessDays.Text(from), last = BusinessDays.Text(to);
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey le {last}"), cancellationToken: cancellationToken))
            yield return (BusinessDays.Parse(row.PartitionKey), Rows.FromRow<SalesFact>(row));
    }
}
