using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Worklist;

/// <summary>
/// What people have to do: table <c>Worklist</c>, <c>PK=open RK=open|review|ord_…</c>; a row goes when it is done. What may become somebody's task lies in partition <c>later</c> until its hour,
/// <c>RK=later|2026112310|cash|ord_…-1</c>.
/// </summary>
public sealed class WorklistStore(ShopStorage storage) : IRequiresStorage
{
    private const string Open = "open";
    private const string Later = "later";

    private readonly TableClient _table = storage.Table("Worklist");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Worklist")];

    /// <summary>The same item again replaces it.</summary>
    public Task Put(WorkItem item, CancellationToken cancellationToken) => _table.UpsertEntityAsync(Rows.ToRow(Open, RowKey(item.Kind, item.Id), item), TableUpdateMode.Replace, cancellationToken);

    public Task Remove(WorkKind kind, string id, CancellationToken cancellationToken) => _table.DeleteEntityAsync(Open, RowKey(kind, id), ETag.All, cancellationToken);

    public async Task<WorkItem?> Find(WorkKind kind, string id, CancellationToken cancellationToken) =>
        await _table.Find(Open, RowKey(kind, id), cancellationToken) is { } row ? Rows.FromRow<WorkItem>(row) : null;

    /// <param name="kind">Only of this kind; <c>null</c> for all.</param>
    /// <param name="after">What the page before gave as its end.</param>
    public async Task<(IReadOnlyList<WorkItem> Page, string? Last)> List(WorkKind? kind, string? after, int limit, CancellationToken cancellationToken)
    {
        string all = kind is null ? Open + "|" : RowKey(kind.Value, ""), below = all[..^1] + "}", from = after ?? all;
        List<TableEntity> rows = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Open} and RowKey gt {from} and RowKey lt {below}"), limit + 1, cancellationToken: cancellationToken))
        {
            rows.Add(row);
            if (rows.Count > limit) break;
        }
        TableEntity[] page = [.. rows.Take(limit)];
        return ([.. page.Select(Rows.FromRow<WorkItem>)], rows.Count > limit ? page[^1].RowKey : null);
    }

    /// <summary>Keeps what may be a task from an hour on.</summary>
    public Task Defer(WorkItem item, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(Rows.ToRow(Later, LaterKey(item.Since) + $"|{item.Kind.ToString().ToLowerInvariant()}|{item.Id}", item), TableUpdateMode.Replace, cancellationToken);

    /// <returns>What was kept until now, with its key.</returns>
    public async Task<IReadOnlyList<(WorkItem Item, string Key)>> Due(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<(WorkItem, string)> due = [];
        string from = Later + "|", below = LaterKey(now);
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Later} and RowKey gt {from} and RowKey lt {below}"), cancellationToken: cancellationToken))
            due.Add((Rows.FromRow<WorkItem>(row), row.RowKey));
        return due;
    }

    public Task Forget(string laterKey, CancellationToken cancellationToken) => _table.DeleteEntityAsync(Later, laterKey, ETag.All, cancellationToken);

    internal static string LaterKey(DateTimeOffset hour) => string.Create(CultureInfo.InvariantCulture, $"{Later}|{hour.UtcDateTime:yyyyMMddHH}");

    internal static string RowKey(WorkKind kind, string id) => $"{Open}|{kind.ToString().ToLowerInvariant()}|{id}";
}
