using System.Globalization;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Orders;

/// <summary>
/// Orders: table <c>Orders</c>, a partition each. <c>ord_…|order</c> is the order as it is; <c>ord_…|event|000001</c> is an entry of its
/// timeline and never changes; <c>ord_…|effect|confirm</c> says that a step was taken, so that it is taken once.
/// </summary>
public sealed class OrderStore(ShopStorage storage, SealedRows rows, OrderSignals signals) : IRequiresStorage, IOrderOwners, ISealedStore
{
    private readonly TableClient _table = storage.Table("Orders");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Orders")];

    public async Task<Stored<Order>?> Find(string orderId, CancellationToken cancellationToken) =>
        await _table.Find(orderId, OrderKey(orderId), cancellationToken) is { } row ? new Stored<Order>(rows.FromRow<Order>(row), row.ETag) : null;

    public async Task<string?> OwnerOf(string orderId, CancellationToken cancellationToken) =>
        Ids.IsValid("ord", orderId) && await Find(orderId, cancellationToken) is { } order ? order.Value.CustomerId : null;

    /// <returns>The order as it is stored now: the one that was there, if it was inserted before.</returns>
    public async Task<Stored<Order>> Insert(Order order, CancellationToken cancellationToken)
    {
        Batch batch = new Batch(_table).Insert(ToRow(order));
        foreach (OrderEvent told in order.Timeline) batch.Insert(ToRow(order.Id, told));
        if (await batch.Submit(cancellationToken) is { } versions) return Announce(new Stored<Order>(order, versions[0]));
        return await Find(order.Id, cancellationToken) ?? throw new InvalidOperationException($"The order {order.Id} neither exists nor could it be inserted.");
    }

    /// <summary>
    /// Takes one step: the order, the new entries of its timeline and the step's effect row in one transaction. A step that left the order as
    /// it was writes nothing. <c>null</c> when the order changed since it was read.
    /// </summary>
    public async Task<Stored<Order>?> Save(Stored<Order> before, Order order, string effect, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(before.Value, order)) return before;
        Batch batch = new Batch(_table).Replace(ToRow(order), before.ETag);
        foreach (OrderEvent told in order.Timeline.Skip(before.Value.Timeline.Count)) batch.Insert(ToRow(order.Id, told));
        batch.Insert(new TableEntity(order.Id, EffectKey(order.Id, effect)));
        return await batch.Submit(cancellationToken) is { } versions ? Announce(new Stored<Order>(order, versions[0])) : null;
    }

    internal static string OrderKey(string orderId) => orderId + "|order";

    internal static string EventKey(string orderId, int sequence) => string.Create(CultureInfo.InvariantCulture, $"{orderId}|event|{sequence:d6}");

    internal static string EffectKey(string orderId, string effect) => $"{orderId}|effect|{effect}";

    string ISealedStore.SealedTable => "Orders";

    string? ISealedStore.KeyOf(TableEntity row) => row.RowKey == OrderKey(row.PartitionKey) ? SealedRows.KeyOf(row) : null;

    TableEntity ISealedStore.Renew(TableEntity row) => rows.Renew<Order>(row);

    private TableEntity ToRow(Order order) => rows.ToRow(order.Id, OrderKey(order.Id), order);

    private Stored<Order> Announce(Stored<Order> order)
    {
        signals.Changed(order);
        return order;
    }

    private static TableEntity ToRow(string orderId, OrderEvent told) => Rows.ToRow(orderId, EventKey(orderId, told.Sequence), told);
}
