using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>What is known of a SKU for one change.</summary>
/// <param name="Item">The item; one of version 0 when nothing was ever known of it.</param>
/// <param name="Hold">The order's hold, where the change is about one.</param>
/// <param name="Reference">The movement made under the change's reference, where it has one.</param>
internal sealed record StockState(StockItem Item, Stored<StockHold>? Hold, StockReference? Reference)
{
    /// <summary>What to do where the reference was used before: nothing if it says the same, as a repeat does; otherwise it is refused, so that nobody takes for done what was not.</summary>
    public Result<StockChange?>? Repeated(string what)
    {
        if (Reference is not { } used) return null;
        Result<StockChange?> answer = used.What == what ? (StockChange?)null : InventoryProblems.ReferenceUsed;
        return answer;
    }
}

/// <summary>What was done under a reference.</summary>
/// <param name="Sequence">The number of its first movement.</param>
/// <param name="What">What was asked for, to be compared with.</param>
internal sealed record StockReference(long Sequence, string What);

/// <summary>A reference, and what is asked for under it.</summary>
internal sealed record StockClaim(string Reference, string What);

/// <summary>What one change writes, together with others or alone.</summary>
/// <param name="Item">The new item; one with an unchanged version is not written.</param>
/// <param name="Hold">The order's hold, made or changed.</param>
/// <param name="Movements">What explains a change of what is on hand.</param>
internal sealed record StockChange(StockItem Item, StockHold? Hold = null, IReadOnlyList<StockMovement>? Movements = null)
{
    /// <summary>The hold vanishes, as if it had never been.</summary>
    public bool RemoveHold { get; init; }

    /// <summary>Claims this reference for the first of its movements, so that they are made once.</summary>
    public StockClaim? Claim { get; init; }
}

/// <summary>The changes of one SKU that are committed in one entity-group transaction: all of them or none.</summary>
internal sealed class StockBatch(Sku sku)
{
    /// <summary>A transaction has at most 100 rows, and the item's own is one.</summary>
    private const int MostRows = 99;
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly List<(TableTransactionActionType Type, TableEntity Row, ETag ETag)> _rows = [];
    private readonly List<(string Key, StockHold Hold, int Row)> _holds = [];

    /// <summary>The rows that change here: whatever is remembered of them is old.</summary>
    public IEnumerable<string> Keys => _keys;

    /// <returns><c>null</c> when it was added; else whether it stands in its own way because another change of the same rows is in here.</returns>
    public StockBatchRefusal? TryAdd(StockChange change, Stored<StockHold>? hold, string? orderId)
    {
        List<(TableTransactionActionType Type, TableEntity Row, ETag ETag)> rows = [];
        string partition = StockKeys.Partition(sku);
        void Write(TableEntity row, ETag? known) => rows.Add((known is null ? TableTransactionActionType.Add : TableTransactionActionType.UpdateReplace, row, known ?? default));

        if (change.RemoveHold) rows.Add((TableTransactionActionType.Delete, new TableEntity(partition, StockKeys.Hold(sku, orderId!)), hold!.ETag));
        else if (change.Hold is { } kept) Write(InventoryStore.HoldRow(sku, kept), hold?.ETag);
        foreach (StockMovement movement in change.Movements ?? []) Write(Rows.ToRow(partition, StockKeys.Movement(sku, movement.Sequence), movement), null);
        if (change.Claim is { } claim) Write(new TableEntity(partition, StockKeys.Reference(sku, claim.Reference)) { ["Sequence"] = change.Movements![0].Sequence, ["What"] = claim.What }, null);

        (long Number, bool Waits) before = Waiting(hold?.Value), after = change.RemoveHold ? default : Waiting(change.Hold ?? hold?.Value);
        if (!before.Waits && after.Waits) Write(new TableEntity(partition, StockKeys.BackOrder(sku, after.Number)) { ["OrderId"] = orderId }, null);
        if (before.Waits && !after.Waits) rows.Add((TableTransactionActionType.Delete, new TableEntity(partition, StockKeys.BackOrder(sku, before.Number)), ETag.All));

        if (rows.Exists(row => _keys.Contains(row.Row.RowKey))) return StockBatchRefusal.SameRows;
        if (_rows.Count + rows.Count > MostRows) return StockBatchRefusal.Full;
        foreach ((_, TableEntity row, _) in rows) _keys.Add(row.RowKey);
        if (change is { Hold: { Status: StockHoldStatus.Held } held, RemoveHold: false }) _holds.Add((StockKeys.Hold(sku, held.OrderId), held, _rows.Count));
        _rows.AddRange(rows);
        return null;
    }

    /// <summary>Adds the rows to a transaction.</summary>
    public void Write(Batch batch)
    {
        foreach ((TableTransactionActionType type, TableEntity row, ETag etag) in _rows)
            _ = type switch
            {
                TableTransactionActionType.Add => batch.Insert(row),
                TableTransactionActionType.Delete => batch.Delete(row, etag),
                _ => batch.Replace(row, etag),
            };
    }

    /// <summary>The holds that go on, each with the number of its row among those of <see cref="Write"/>.</summary>
    public IReadOnlyList<(string Key, StockHold Hold, int Row)> Holds => _holds;

    private static (long Number, bool Waits) Waiting(StockHold? hold) => hold is { Queue: { } number, BackOrdered: > 0 } ? (number, true) : default;
}

internal enum StockBatchRefusal { Full, SameRows }
