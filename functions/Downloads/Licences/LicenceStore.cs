using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Downloads;

/// <summary>
/// Table <c>Licences</c>: assigned keys, a partition each, named by the key's hash; and supplies of keys, a partition for each SKU, in which a key is
/// taken in one transaction with the row of the unit that gets it, so that no key goes to two and no unit gets two.
/// </summary>
public sealed class LicenceStore(ShopStorage storage, Sealing sealing) : IRequiresStorage, ISealedStore
{
    private const string Name = "Licences", QueueName = "licences", SealedColumn = "Sealed", HashColumn = "Hash";

    /// <summary>Two rows for each key and one for the pool; a transaction has at most a hundred.</summary>
    private const int KeysAtOnce = 49;

    /// <summary>Among so many of the first free keys one is taken at random, so that those who take side by side seldom meet.</summary>
    private const int ChooseAmong = 20;

    private const int WaitingAtOnce = 500;

    private readonly TableClient _table = storage.Table(Name);
    private readonly QueueClient _queue = storage.Queue(QueueName);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name), new(StorageKind.Queue, QueueName)];

    string ISealedStore.SealedTable => Name;

    internal static string LicenceKey(string hash) => $"{hash}|licence";

    internal static string PoolKey(Sku sku) => $"{sku}|pool";

    /// <summary>A key that was ever put in, so that none is put in twice.</summary>
    internal static string KeyKey(Sku sku, string hash) => $"{sku}|key|{hash}";

    internal static string FreeKey(Sku sku, string hash) => $"{sku}|free|{hash}";

    internal static string UnitKey(Sku sku, LicenceUnit unit) => string.Create(CultureInfo.InvariantCulture, $"{sku}|unit|{unit.OrderId}|{unit.Line:d3}|{unit.Unit:d4}");

    /// <summary>Orders' ids sort by time: who waits longest is first.</summary>
    internal static string WaitingKey(Sku sku, LicenceUnit unit) => string.Create(CultureInfo.InvariantCulture, $"{sku}|waiting|{unit.OrderId}|{unit.Line:d3}|{unit.Unit:d4}");

    internal async Task<Stored<Licence>?> Find(string hash, CancellationToken cancellationToken) =>
        await _table.Find(hash, LicenceKey(hash), cancellationToken) is { } row ? new Stored<Licence>(Rows.FromRow<Licence>(row), row.ETag) : null;

    /// <summary>Lets an assigned key be found by itself, once.</summary>
    internal Task Register(string key, LicenceUnit unit, CancellationToken cancellationToken)
    {
        string hash = LicenceKeys.HashOf(key);
        return new Batch(_table).Insert(Rows.ToRow(hash, LicenceKey(hash), new Licence(unit.OrderId, unit.Line, unit.Unit, []))).TrySubmit(cancellationToken);
    }

    internal Task<bool> TryReplace(string hash, Stored<Licence> read, Licence changed, CancellationToken cancellationToken) =>
        new Batch(_table).Replace(Rows.ToRow(hash, LicenceKey(hash), changed), read.ETag).TrySubmit(cancellationToken);

    internal async Task<LicencePool?> FindPool(Sku sku, CancellationToken cancellationToken) => (await ReadPool(sku, cancellationToken))?.Value;

    /// <summary>Takes a free key for a unit; the same one however often it is asked.</summary>
    /// <returns>The key and how many are left; no key when there is none.</returns>
    internal async Task<(string? Key, LicencePool Left)> Claim(Sku sku, LicenceUnit unit, CancellationToken cancellationToken)
    {
        string partition = sku.Value;
        while (true)
        {
            Stored<LicencePool> pool = await ReadPool(sku, cancellationToken) ?? new Stored<LicencePool>(new LicencePool(0, 0, 0), default);
            if (await _table.Find(partition, UnitKey(sku, unit), cancellationToken) is { } given) return (await ReadKey(sku, given.GetString(HashColumn), cancellationToken), pool.Value);
            string[] free = await First(sku, "free", ChooseAmong, cancellationToken);
            if (free.Length == 0) return (null, pool.Value);
            string hash = free[RandomNumberGenerator.GetInt32(free.Length)].Split('|')[^1];
            LicencePool left = pool.Value with { Free = pool.Value.Free - 1, Assigned = pool.Value.Assigned + 1 };
            bool taken = await new Batch(_table)
                .Replace(Rows.ToRow(partition, PoolKey(sku), left), pool.ETag)
                .Delete(new TableEntity(partition, FreeKey(sku, hash)), ETag.All)
                .Insert(new TableEntity(partition, UnitKey(sku, unit)) { [HashColumn] = hash })
                .TrySubmit(cancellationToken);
            if (taken) return (await ReadKey(sku, hash, cancellationToken), left);
        }
    }

    /// <summary>Puts keys in; those that were ever in it are left out.</summary>
    /// <returns>How many were new.</returns>
    internal async Task<int> Fill(Sku sku, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        int added = 0;
        foreach (string[] some in keys.Chunk(KeysAtOnce))
        {
            string[] fresh = some;
            while (fresh.Length > 0)
            {
                Stored<LicencePool>? pool = await ReadPool(sku, cancellationToken);
                if (await TryFill(sku, fresh, pool, cancellationToken)) break;
                // Either the pool moved, or some are known.
                List<string> unknown = [];
                foreach (string key in fresh)
                    if (await _table.Find(sku.Value, KeyKey(sku, LicenceKeys.HashOf(key)), cancellationToken) is null) unknown.Add(key);
                fresh = [.. unknown];
            }
            added += fresh.Length;
        }
        return added;
    }

    /// <summary>Puts a unit into the line for keys to come.</summary>
    internal Task Wait(Sku sku, LicenceUnit unit, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(sku.Value, WaitingKey(sku, unit)), TableUpdateMode.Replace, cancellationToken);

    internal async Task<IReadOnlyList<LicenceUnit>> Waiting(Sku sku, CancellationToken cancellationToken) =>
    [
        .. (await First(sku, "waiting", WaitingAtOnce, cancellationToken)).Select(key => key.Split('|'))
            .Select(parts => new LicenceUnit(parts[2], int.Parse(parts[3], CultureInfo.InvariantCulture), int.Parse(parts[4], CultureInfo.InvariantCulture))),
    ];

    internal Task StopWaiting(Sku sku, LicenceUnit unit, CancellationToken cancellationToken) => _table.DeleteEntityAsync(sku.Value, WaitingKey(sku, unit), ETag.All, cancellationToken);

    /// <summary>Has those who wait for keys of a SKU served.</summary>
    internal Task AskToServe(Sku sku, CancellationToken cancellationToken) =>
        _queue.SendMessageAsync(JsonSerializer.Serialize(new PoolFilled(PoolFilled.Name, 1, sku, Tracing.Parent), ShopJson.Options), cancellationToken);

    string? ISealedStore.KeyOf(TableEntity row) => row.GetString(SealedColumn) is { } text ? Sealing.KeyOf(text) : null;

    TableEntity ISealedStore.Renew(TableEntity row) => new(row.PartitionKey, row.RowKey) { [SealedColumn] = sealing.Renew(row.RowKey, row.GetString(SealedColumn)) };

    private async Task<bool> TryFill(Sku sku, string[] keys, Stored<LicencePool>? pool, CancellationToken cancellationToken)
    {
        LicencePool filled = pool is { Value: { } known } ? known with { Free = known.Free + keys.Length, Filled = known.Filled + 1 } : new LicencePool(keys.Length, 0, 1);
        TableEntity row = Rows.ToRow(sku.Value, PoolKey(sku), filled);
        Batch batch = pool is null ? new Batch(_table).Insert(row) : new Batch(_table).Replace(row, pool.ETag);
        foreach (string key in keys)
        {
            string hash = LicenceKeys.HashOf(key), rowKey = KeyKey(sku, hash);
            batch.Insert(new TableEntity(sku.Value, rowKey) { [SealedColumn] = sealing.Seal(rowKey, key) }).Insert(new TableEntity(sku.Value, FreeKey(sku, hash)));
        }
        return await batch.TrySubmit(cancellationToken);
    }

    private async Task<Stored<LicencePool>?> ReadPool(Sku sku, CancellationToken cancellationToken) =>
        await _table.Find(sku.Value, PoolKey(sku), cancellationToken) is { } row ? new Stored<LicencePool>(Rows.FromRow<LicencePool>(row), row.ETag) : null;

    private async Task<string> ReadKey(Sku sku, string hash, CancellationToken cancellationToken)
    {
        TableEntity row = await _table.Find(sku.Value, KeyKey(sku, hash), cancellationToken) ?? throw new InvalidOperationException($"The pool of {sku} lacks a key that it gave away.");
        return sealing.Open<string>(row.RowKey, row.GetString(SealedColumn));
    }

    /// <summary>The keys of the first rows of a kind: one operation.</summary>
    private async Task<string[]> First(Sku sku, string kind, int most, CancellationToken cancellationToken)
    {
        string partition = sku.Value, from = $"{sku}|{kind}|", to = $"{sku}|{kind}|~";
        List<string> keys = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from} and RowKey lt {to}"), maxPerPage: most, select: ["RowKey"], cancellationToken: cancellationToken))
        {
            keys.Add(row.RowKey);
            if (keys.Count == most) break;
        }
        return [.. keys];
    }
}

/// <summary>Message of queue <c>licences</c>.</summary>
internal sealed record PoolFilled(string Type, int Version, Sku Sku, string? Traceparent)
{
    public const string Name = "licences.filled";
}
