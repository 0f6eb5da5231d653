using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>Table <c>Stock</c>: a SKU's item, holds and movements are one partition, changed in one transaction.</summary>
public sealed class InventoryStore(ShopStorage storage) : IRequiresStorage
{
    /// <summary>How many pages a job reads for one message. A page is a thousand rows that match, or what storage looks through in five seconds.</summary>
    internal const int PagesAtOnce = 20;

    private const string LiveColumn = "Live";
    private readonly TableClient _table = storage.Table("Stock");
    private readonly RowMemory<StockItem> _items = new(100_000);
    private readonly RowMemory<StockHold> _holds = new(20_000);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Stock")];

    /// <summary>One operation; <c>null</c> when nothing was ever known of it.</summary>
    public async Task<StockItem?> FindItem(Sku sku, CancellationToken cancellationToken) => (await ReadItem(sku, cancellationToken))?.Value;

    /// <summary>One page of a SKU's movements, newest first: one operation.</summary>
    /// <param name="before">Only those with a lower number; <c>null</c> begins with the newest.</param>
    public async Task<IReadOnlyList<StockMovement>> Movements(Sku sku, int most, long? before, CancellationToken cancellationToken)
    {
        List<StockMovement> movements = [];
        string? after = before is { } number ? StockKeys.Movement(sku, number) : null;
        await foreach (TableEntity row in RowsOf(sku, "movement", after, null, most, cancellationToken))
        {
            movements.Add(Rows.FromRow<StockMovement>(row));
            if (movements.Count == most) break;
        }
        return movements;
    }

    /// <summary>What orders hold of a SKU now: those whose goods are kept or promised.</summary>
    public async Task<IReadOnlyList<StockHold>> LiveHolds(Sku sku, int most, CancellationToken cancellationToken)
    {
        List<StockHold> holds = [];
        await foreach (TableEntity row in RowsOf(sku, "hold", null, $"{LiveColumn} eq true", 1000, cancellationToken))
        {
            holds.Add(Rows.FromRow<StockHold>(row));
            if (holds.Count == most) break;
        }
        return holds;
    }

    /// <summary>The SKUs that ever had stock, in order, sold or not: one operation.</summary>
    /// <param name="after">The last of the page before; <c>null</c> begins with the first.</param>
    internal async Task<IReadOnlyList<Sku>> Known(string? after, int most, CancellationToken cancellationToken)
    {
        List<Sku> skus = [];
        string from = $"{StockKeys.Known}|{after}", filter = TableClient.CreateQueryFilter($"PartitionKey eq {StockKeys.Known} and RowKey gt {from}");
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(filter, Math.Clamp(most, 1, 1000), ["RowKey"], cancellationToken))
        {
            skus.Add(Sku.Parse(row.RowKey.Split('|')[^1]));
            if (skus.Count == most) break;
        }
        return skus;
    }

    /// <summary>The orders that wait for what they were promised, first come first.</summary>
    internal async Task<IReadOnlyList<string>> BackOrders(Sku sku, int most, CancellationToken cancellationToken)
    {
        List<string> orders = [];
        await foreach (TableEntity row in RowsOf(sku, "backorder", null, null, most, cancellationToken))
        {
            orders.Add(row.GetString("OrderId"));
            if (orders.Count == most) break;
        }
        return orders;
    }

    /// <summary>A SKU's live holds, then its movements, newest first. Its whole history: for people and jobs, never for a shopper.</summary>
    internal async IAsyncEnumerable<object> History(Sku sku, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string kind in (string[])["hold", "movement"])
            await foreach (TableEntity row in RowsOf(sku, kind, null, kind == "hold" ? $"{LiveColumn} eq true" : null, 1000, cancellationToken))
                yield return Value(row)!;
    }

    /// <summary>Every row of the table, SKU by SKU: for jobs of the night, never for a request.</summary>
    /// <param name="after">The last SKU that is not wanted any more; <c>null</c> begins with the first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async IAsyncEnumerable<(Sku Sku, object Row)> Everything(string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? filter = after is null ? null : TableClient.CreateQueryFilter($"PartitionKey gt {after}");
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            if (Value(row) is { } value) yield return (Sku.Parse(row.PartitionKey), value);
    }

    /// <summary>The items among the next thousand rows of the table: for jobs, never for a request. One operation.</summary>
    /// <param name="since">Only rows written since then, by storage's clock.</param>
    /// <param name="from">Where the page before ended.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<(IReadOnlyList<StockItem> Items, string? Next)> Items(DateTimeOffset? since, string? from, CancellationToken cancellationToken)
    {
        string? filter = since is { } moment ? TableClient.CreateQueryFilter($"Timestamp ge {moment}") : null;
        await foreach (Page<TableEntity> page in _table.QueryAsync<TableEntity>(filter, maxPerPage: 1000, cancellationToken: cancellationToken).AsPages(from, 1000))
            return ([.. page.Values.Select(Value).OfType<StockItem>()], page.ContinuationToken);
        return ([], null);
    }

    /// <summary>A page of the live holds of all SKUs: for the sweep, never for a request. One operation.</summary>
    /// <param name="from">Where the page before ended.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async Task<(IReadOnlyList<(Sku Sku, StockHold Hold)> Holds, string? Next)> AllLiveHolds(string? from, CancellationToken cancellationToken)
    {
        await foreach (Page<TableEntity> page in _table.QueryAsync<TableEntity>($"{LiveColumn} eq true", cancellationToken: cancellationToken).AsPages(from, 1000))
            return ([.. page.Values.Select(row => (Sku.Parse(row.PartitionKey), Rows.FromRow<StockHold>(row)))], page.ContinuationToken);
        return ([], null);
    }

    /// <summary>As this instance last saw it: good enough to write by, never to answer by.</summary>
    internal Stored<StockItem>? RecallItem(Sku sku) => _items.Find(StockKeys.Item(sku));

    internal Stored<StockHold>? RecallHold(Sku sku, string orderId) => _holds.Find(StockKeys.Hold(sku, orderId));

    internal async Task<Stored<StockItem>?> ReadItem(Sku sku, CancellationToken cancellationToken)
    {
        if (await _table.Find(StockKeys.Partition(sku), StockKeys.Item(sku), cancellationToken) is not { } row) return null;
        var item = new Stored<StockItem>(Rows.FromRow<StockItem>(row), row.ETag);
        _items.Keep(StockKeys.Item(sku), item);
        return item;
    }

    internal async Task<Stored<StockHold>?> ReadHold(Sku sku, string orderId, CancellationToken cancellationToken) =>
        await _table.Find(StockKeys.Partition(sku), StockKeys.Hold(sku, orderId), cancellationToken) is { } row
            ? new Stored<StockHold>(Rows.FromRow<StockHold>(row), row.ETag)
            : null;

    internal async Task<StockReference?> ReadReference(Sku sku, string reference, CancellationToken cancellationToken) =>
        await _table.Find(StockKeys.Partition(sku), StockKeys.Reference(sku, reference), cancellationToken) is { } row ? new StockReference(row.GetInt64("Sequence")!.Value, row.GetString("What")) : null;

    /// <summary>Writes all of it or nothing: one operation, and another one the first time.</summary>
    /// <returns>Whether it was written, and the item as it is then; it is not when something was not as it was thought to be.</returns>
    internal async Task<(bool Written, Stored<StockItem>? Item)> TryWrite(Sku sku, Stored<StockItem>? before, StockItem after, StockBatch changes, CancellationToken cancellationToken)
    {
        // Listed first, so that no stock is forgotten when its article goes: one operation more, once for each SKU.
        if (before is null) await _table.UpsertEntityAsync(new TableEntity(StockKeys.Known, StockKeys.KnownSku(sku)), TableUpdateMode.Replace, cancellationToken);
        bool itemChanges = after.Version != (before?.Value.Version ?? 0);
        var batch = new Batch(_table);
        if (itemChanges)
        {
            TableEntity row = Rows.ToRow(StockKeys.Partition(sku), StockKeys.Item(sku), after);
            _ = before is { } known ? batch.Replace(row, known.ETag) : batch.Insert(row);
        }
        changes.Write(batch);

        // Until the answer is known, nothing is: a lost answer must not leave a version behind that never was.
        _items.Forget(StockKeys.Item(sku));
        foreach (string key in changes.Keys) _holds.Forget(key);
        if (await batch.Submit(cancellationToken) is not { } versions) return (false, null);
        Stored<StockItem>? written = itemChanges ? new Stored<StockItem>(after, versions[0]) : before;
        if (written is not null) _items.Keep(StockKeys.Item(sku), written);
        foreach ((string key, StockHold hold, int row) in changes.Holds) _holds.Keep(key, new Stored<StockHold>(hold, versions[(itemChanges ? 1 : 0) + row]));
        return (true, written);
    }

    internal static TableEntity HoldRow(Sku sku, StockHold hold)
    {
        TableEntity row = Rows.ToRow(StockKeys.Partition(sku), StockKeys.Hold(sku, hold.OrderId), hold);
        if (hold.Keeps > 0) row[LiveColumn] = true;
        return row;
    }

    private static object? Value(TableEntity row) => row.PartitionKey == StockKeys.Known ? null : row.RowKey.Split('|') switch
    {
        [_, "item"] => Rows.FromRow<StockItem>(row),
        [_, "hold", ..] when row.GetBoolean(LiveColumn) == true => Rows.FromRow<StockHold>(row),
        [_, "movement", ..] => Rows.FromRow<StockMovement>(row),
        _ => null,
    };

    private AsyncPageable<TableEntity> RowsOf(Sku sku, string kind, string? after, string? filter, int page, CancellationToken cancellationToken)
    {
        (string from, string below) = StockKeys.AllOf(sku, kind);
        string partition = StockKeys.Partition(sku), first = after ?? from;
        string range = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {first} and RowKey lt {below}");
        return _table.QueryAsync<TableEntity>(filter is null ? range : $"{range} and {filter}", Math.Clamp(page, 1, 1000), cancellationToken: cancellationToken);
    }
}
