using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Shop.Common;
using Shop.Storage;

namespace Shop.Http;

/// <summary>The first request under a key, and its answer once there is one.</summary>
/// <param name="RequestHash">SHA-256 of query and body: the same key with anything else is a mistake.</param>
/// <param name="StartedAt">When the request that holds the key began; a process that died holds it no longer than <see cref="IdempotencyMiddleware.LongestRequest"/>.</param>
/// <param name="Answer"><c>null</c> while the request is running.</param>
/// <param name="Claim">Of the one request that holds the key: it knows its own row again when the answer to its write was lost.</param>
internal sealed record IdempotencyRecord(string RequestHash, DateTimeOffset StartedAt, DateTimeOffset ExpiresAt, [property: Personal] StoredAnswer? Answer, Guid Claim = default)
{
    /// <summary>Who asked, as <see cref="Principal.Actor"/> says it; a column of its own holds a hash of it, by which an erasure finds what they were answered.</summary>
    [JsonIgnore]
    public string Actor { get; init; } = "";
}

/// <param name="Body">As it was sent; beyond 60 KiB it spreads over several columns of the row.</param>
internal sealed record StoredAnswer(int Status, string ContentType, string? Location, string? ETag, byte[] Body);

/// <summary>Table <c>Idempotency</c>: one row per scope and key. The scope is principal, method and path, so that callers never meet.</summary>
public sealed class IdempotencyStore(ShopStorage storage, SealedRows rows) : IRequiresStorage
{
    private const string Name = "Idempotency";
    private const string Expiry = "ExpiresAt", CallerColumn = "Caller";

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    /// <summary>The partition: a hash, since keys come from outside and may hold what a table key may not.</summary>
    internal static string PartitionKey(string actor, string method, string path, string key) =>
        Digest.Of($"{actor}\n{method}\n{path}\n{key}");

    internal static string RowKey(string partitionKey) => $"{partitionKey}|answer";

    /// <summary>The row's version when the key was free; <c>null</c> when somebody holds it.</summary>
    internal async Task<ETag?> TryClaim(string id, IdempotencyRecord record, CancellationToken cancellationToken)
    {
        try
        {
            return (await Table.AddEntityAsync(ToRow(id, record), cancellationToken)).Headers.ETag;
        }
        catch (RequestFailedException held) when (held.Status == StatusCodes.Status409Conflict)
        {
            return null;
        }
    }

    internal async Task<Stored<IdempotencyRecord>?> Find(string id, CancellationToken cancellationToken) =>
        await Table.Find(id, RowKey(id), cancellationToken) is { } row ? new Stored<IdempotencyRecord>(rows.FromRow<IdempotencyRecord>(row), row.ETag) : null;

    /// <summary>The new version; <c>null</c> when somebody else changed the row meanwhile.</summary>
    internal async Task<ETag?> TryReplace(string id, IdempotencyRecord record, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            return (await Table.UpdateEntityAsync(ToRow(id, record), version, TableUpdateMode.Replace, cancellationToken)).Headers.ETag;
        }
        catch (RequestFailedException changed) when (changed.Status is StatusCodes.Status412PreconditionFailed or StatusCodes.Status404NotFound)
        {
            return null;
        }
    }

    /// <summary>Frees the key, unless somebody else has taken it over.</summary>
    internal async Task Release(string id, ETag version)
    {
        try
        {
            await Table.DeleteEntityAsync(id, RowKey(id), version, CancellationToken.None);
        }
        catch (RequestFailedException changed) when (changed.Status is StatusCodes.Status412PreconditionFailed or StatusCodes.Status404NotFound)
        {
            // It is another request's now.
        }
    }

    /// <summary>Deletes what has expired, once a night.</summary>
    internal Task<int> Forget(DateTimeOffset now, CancellationToken cancellationToken) => Table.DeleteUnchanged(TableClient.CreateQueryFilter($"ExpiresAt lt {now}"), cancellationToken);

    /// <summary>Deletes what these callers asked and were answered: who repeats it later asks anew. It reads the names of all that is kept, three days' worth: a worker's job, never a request's.</summary>
    internal async Task ForgetCallers(IEnumerable<string> actors, CancellationToken cancellationToken)
    {
        HashSet<string> callers = [.. actors.Select(CallerOf)];
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>(select: ["PartitionKey", "RowKey", CallerColumn], cancellationToken: cancellationToken))
            if (row.GetString(CallerColumn) is { } caller && callers.Contains(caller)) await Table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
    }

    internal static string CallerOf(string actor) => Digest.Of($"caller\n{actor}");

    private TableClient Table => storage.Table(Name);

    private TableEntity ToRow(string id, IdempotencyRecord record)
    {
        TableEntity row = rows.ToRow(id, RowKey(id), record);
        (row[Expiry], row[CallerColumn]) = (record.ExpiresAt, CallerOf(record.Actor));
        return row;
    }
}
