using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Orders;

/// <summary>
/// Finds orders for staff: table <c>OrderIndex</c>, one partition, newest first. <c>order|…</c> lists all, <c>number|10042</c> finds by number and
/// <c>email|…|…</c>, by a hash of the address, whatever somebody bought.
/// </summary>
public sealed class OrderIndex(ShopStorage storage) : IRequiresStorage
{
    private const string Partition = "orders", OrderColumn = "OrderId";

    private readonly TableClient _table = storage.Table("OrderIndex");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "OrderIndex")];

    /// <summary>Before the order itself: a row without an order is passed over, an order without its row would be found by nobody. One operation.</summary>
    public Task Add(Order order, CancellationToken cancellationToken)
    {
        Batch batch = new(_table);
        foreach (string key in (string[])[OrderKey(order.Id), NumberKey(order.Number), EmailKey(order.Email, order.Id)]) batch.Upsert(new TableEntity(Partition, key) { [OrderColumn] = order.Id });
        return batch.TrySubmit(cancellationToken);
    }

    public async Task<string?> FindNumber(string number, CancellationToken cancellationToken) => (await _table.Find(Partition, NumberKey(number), cancellationToken))?.GetString(OrderColumn);

    /// <param name="email">Whose; <c>null</c> for everybody's.</param>
    /// <param name="after">The order that the page before ended with.</param>
    public async Task<IReadOnlyList<string>> Page(string? email, string? after, int limit, CancellationToken cancellationToken)
    {
        string all = email is null ? "order|" : $"email|{EmailAddress.Key(email)}|", below = all[..^1] + "}";
        string from = after is null ? all : email is null ? OrderKey(after) : EmailKey(email, after);
        List<string> found = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {from} and RowKey lt {below}"), limit, cancellationToken: cancellationToken))
        {
            found.Add(row.GetString(OrderColumn));
            if (found.Count == limit) break;
        }
        return found;
    }

    /// <summary>Its buyer was erased: the order is found by its number only.</summary>
    public Task ForgetBuyer(Order order, CancellationToken cancellationToken) => _table.DeleteEntityAsync(Partition, EmailKey(order.Email, order.Id), ETag.All, cancellationToken);

    internal static string OrderKey(string orderId) => $"order|{Ids.Descending(orderId)}";

    internal static string NumberKey(string number) => $"number|{number}";

    internal static string EmailKey(string email, string orderId) => $"email|{EmailAddress.Key(email)}|{Ids.Descending(orderId)}";
}
