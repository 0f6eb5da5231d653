using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Which orders are a customer's, newest first: index rows in the customer's partition, <c>cus_…|order|…</c>. The order itself is elsewhere.</summary>
public sealed class OrderHistory(ShopStorage storage)
{
    private const string OrderColumn = "OrderId";
    private readonly TableClient _table = storage.Table("Customers");

    internal static string RowKey(string customerId, string orderId) => $"{customerId}|order|{Ids.Descending(orderId)}";

    /// <summary>The same again changes nothing.</summary>
    public Task Add(string customerId, string orderId, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(customerId, RowKey(customerId, orderId)) { [OrderColumn] = orderId }, TableUpdateMode.Replace, cancellationToken);

    /// <param name="after">The last order of the page before; <c>null</c> for the first page.</param>
    public async Task<IReadOnlyList<string>> Page(string customerId, string? after, int limit, CancellationToken cancellationToken)
    {
        List<string> found = [];
        await foreach (TableEntity row in Rows(customerId, after is null ? FirstKey(customerId) : RowKey(customerId, after), limit, cancellationToken))
        {
            found.Add(row.GetString(OrderColumn));
            if (found.Count == limit) break;
        }
        return found;
    }

    /// <summary>All of them: a worker's job.</summary>
    public async IAsyncEnumerable<string> All(string customerId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TableEntity row in Rows(customerId, FirstKey(customerId), 100, cancellationToken)) yield return row.GetString(OrderColumn);
    }

    private static string FirstKey(string customerId) => $"{customerId}|order|";

    private AsyncPageable<TableEntity> Rows(string customerId, string from, int atOnce, CancellationToken cancellationToken) =>
        _table.QueryAsync<TableEntity>($"PartitionKey eq '{customerId}' and RowKey gt '{from}' and RowKey lt '{customerId}|order}}'", atOnce, cancellationToken: cancellationToken);
}
