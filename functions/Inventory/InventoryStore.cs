using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>What is known of a SKU for one change, with the versions that make the write conditional.</summary>
/// <param name="Level">The level; none when nothing ever lay there.</param>
/// <param name="Hold">The order's hold, where the change is about one.</param>
/// <param name="Reference">The movement made under the change's reference, where it has one.</param>
internal sealed record StockState(Stored<StockLevel>? Level, Stored<StockHold>? Hold, long? Reference)
{
    public StockLevel LevelOrNone(Sku sku) => Level?.Value ?? StockLevel.None(sku);
}

/// <summary>What one entity-group transaction writes.</summary>
/// <param name="Level">The new level; one with an unchanged version is not written.</param>
/// <param name="Hold">The order's hold, made or changed.</param>
/// <param name="Movement">What explains a change of what is on hand.</param>
internal sealed record StockChange(StockLevel Level, StockHold? Hold = null, StockMovement? Movement = null)
{
    /// <summary>The hold vanishes, as if it had never been.</summary>
    public bool RemoveHold { get; init; }

    /// <summary>Claims the movement's reference, so that it is made once.</summary>
    public bool ClaimReference { get; init; }
}

/// <summary>Table <c>Stock</c>: a SKU's level, holds and movements are one partition, changed in one transaction.</summary>
public sealed class InventoryStore(ShopStorage storage) : IRequiresStorage
{
    private readonly TableClient _table = storage.Table("Stock");
    private readonly RowMemory<StockLevel> _levels = new(100_000);
    private readonly RowMemory<StockHold> _holds = new(20_000);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Stock")];

    /// <summary>One operation; <c>null</c> when nothing ever lay there.</summary>
    public async Task<StockLevel?> FindLevel(Sku sku, CancellationToken cancellationToken) => (await ReadLevel(sku, cancellationToken))?.Value;

    /// <summary>Newest first, from one partition.</summary>
    public async Task<IReadOnlyList<StockMovement>> Movements(Sku sku, int most, CancellationToken cancellationToken)
    {
        string from = StockKeys.Movement(sku, 0), to = StockKeys.Movement(sku, 999_999_999_999);
        string partition = StockKeys.Partition(sku);
        List<StockMovement> movements = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey le {to}"), cancellationToken: cancellationToken))
            movements.Add(Rows.FromRow<StockMovement>(row));
        movements.Reverse();
        return [.. movements.Take(most)];
    }

    /// <summary>What this instance last saw, read only where it saw nothing: good enough to write by, never to answer by.</summary>
    internal async Task<StockState> Recall(Sku sku, string? orderId, bool holdExists, CancellationToken cancellationToken)
    {
        Stored<StockLevel>? level = _levels.Find(StockKeys.Level(sku)) ?? await ReadLevel(sku, cancellationToken);
        Stored<StockHold>? hold = orderId is null || !holdExists
            ? null
            : _holds.Find(StockKeys.Hold(sku, orderId)) ?? await ReadHold(sku, orderId, cancellationToken);
        return new StockState(level, hold, null);
    }

    /// <summary>What storage holds now.</summary>
    internal async Task<StockState> Read(Sku sku, string? orderId, string? reference, CancellationToken cancellationToken)
    {
        Task<Stored<StockLevel>?> level = ReadLevel(sku, cancellationToken);
        Task<Stored<StockHold>?> hold = orderId is null ? Task.FromResult<Stored<StockHold>?>(null) : ReadHold(sku, orderId, cancellationToken);
        Task<TableEntity?> claim = reference is null
            ? Task.FromResult<TableEntity?>(null)
            : _table.Find(StockKeys.Partition(sku), StockKeys.Reference(sku, reference), cancellationToken);
        await Task.WhenAll(level, hold, claim);
        return new StockState(await level, await hold, (await claim)?.GetInt64("Sequence"));
    }

    /// <summary>Writes all of a change or nothing: one operation.</summary>
    /// <returns><c>false</c> when something was not as the state says.</returns>
    internal async Task<bool> TryWrite(Sku sku, StockState state, StockChange change, string? orderId, CancellationToken cancellationToken)
    {
        string partition = StockKeys.Partition(sku);
        var batch = new Batch(_table);
        bool levelChanges = change.Level.Version != state.LevelOrNone(sku).Version;
        if (levelChanges)
        {
            TableEntity row = Rows.ToRow(partition, StockKeys.Level(sku), change.Level);
            _ = state.Level is { } known ? batch.Replace(row, known.ETag) : batch.Insert(row);
        }
        bool holdChanges = change.Hold is not null && !change.RemoveHold;
        if (holdChanges)
        {
            TableEntity row = Rows.ToRow(partition, StockKeys.Hold(sku, orderId!), change.Hold!);
            _ = state.Hold is { } known ? batch.Replace(row, known.ETag) : batch.Insert(row);
        }
        if (change.RemoveHold) batch.Delete(new TableEntity(partition, StockKeys.Hold(sku, orderId!)), state.Hold!.ETag);
        if (change.Movement is { } movement)
        {
            batch.Insert(Rows.ToRow(partition, StockKeys.Movement(sku, movement.Sequence), movement));
            if (change.ClaimReference)
                batch.Insert(new TableEntity(partition, StockKeys.Reference(sku, movement.Reference)) { ["Sequence"] = movement.Sequence });
        }

        // Until the answer is known, nothing is: a lost answer must not leave a version behind that never was.
        _levels.Forget(StockKeys.Level(sku));
        if (orderId is not null) _holds.Forget(StockKeys.Hold(sku, orderId));
        if (await batch.Submit(cancellationToken) is not { } versions) return false;
        if (levelChanges) _levels.Keep(StockKeys.Level(sku), new Stored<StockLevel>(change.Level, versions[0]));
        if (holdChanges && change.Hold!.Status == StockHoldStatus.Held)
            _holds.Keep(StockKeys.Hold(sku, orderId!), new Stored<StockHold>(change.Hold, versions[levelChanges ? 1 : 0]));
        return true;
    }

    private async Task<Stored<StockLevel>?> ReadLevel(Sku sku, CancellationToken cancellationToken)
    {
        if (await _table.Find(StockKeys.Partition(sku), StockKeys.Level(sku), cancellationToken) is not { } row) return null;
        var level = new Stored<StockLevel>(Rows.FromRow<StockLevel>(row), row.ETag);
        _levels.Keep(StockKeys.Level(sku), level);
        return level;
    }

    private async Task<Stored<StockHold>?> ReadHold(Sku sku, string orderId, CancellationToken cancellationToken) =>
        await _table.Find(StockKeys.Partition(sku), StockKeys.Hold(sku, orderId), cancellationToken) is { } row
            ? new Stored<StockHold>(Rows.FromRow<StockHold>(row), row.ETag)
            : null;
}
