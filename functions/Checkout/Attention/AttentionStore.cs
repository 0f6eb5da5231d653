using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>A flow that stands still: it failed after days of tries, somebody ended it before its time, or one of its steps has failed for an hour.</summary>
/// <param name="InstanceId">Of the orchestration.</param>
/// <param name="Flow">Its name, such as <c>CheckoutV1</c>.</param>
/// <param name="OrderId">Whose; <c>null</c> where it is no order's.</param>
/// <param name="Since">When that was seen.</param>
public sealed record StuckFlow(string InstanceId, string Flow, string? OrderId, DateTimeOffset Since)
{
    /// <summary>It has not ended: a step that failed for an hour is still tried.</summary>
    public bool Tried { get; init; }
}

/// <summary>What people have to look at: table <c>Attention</c>, <c>PK=open RK=open|ord_…</c>; a row goes when its flow goes on.</summary>
public sealed class AttentionStore(ShopStorage storage) : IRequiresStorage
{
    private const string Open = "open";

    private readonly TableClient _table = storage.Table("Attention");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Attention")];

    /// <returns>Whether it is news.</returns>
    public Task<bool> TryAdd(StuckFlow flow, CancellationToken cancellationToken) => new Batch(_table).Insert(Rows.ToRow(Open, RowKey(flow.InstanceId), flow)).TrySubmit(cancellationToken);

    public Task Remove(string instanceId, CancellationToken cancellationToken) => _table.DeleteEntityAsync(Open, RowKey(instanceId), ETag.All, cancellationToken);

    public async Task<IReadOnlyList<StuckFlow>> All(CancellationToken cancellationToken)
    {
        List<StuckFlow> flows = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Open}"), cancellationToken: cancellationToken)) flows.Add(Rows.FromRow<StuckFlow>(row));
        return flows;
    }

    internal static string RowKey(string instanceId) => $"{Open}|{instanceId}";
}
