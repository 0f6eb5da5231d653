using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Shop.Common;

namespace Shop.Storage;

/// <summary>
/// An aggregate as JSON inside a table row. A property holds at most 64 KiB, so longer JSON continues in <c>Json1</c>, <c>Json2</c> …;
/// a row holds at most 1 MiB.
/// </summary>
public static class Rows
{
    /// <summary>The column of the value itself.</summary>
    internal const string Json = "Json";

    /// <summary>What one value may be as JSON, so that a row with it has room for its keys and for what it becomes as it ages; a row holds 1 MiB.</summary>
    public const int MostBytes = 900 * 1024;

    private const int ChunkBytes = 60 * 1024, DeletedAtOnce = 16;

    /// <summary>Whether a row can hold it.</summary>
    public static bool Fits<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, ShopJson.Options).Length <= MostBytes;

    /// <summary>What others named, as a part of a key: a provider's reference may have what keys may not, a slash or a hash.</summary>
    public static string Escape(string foreign) => Uri.EscapeDataString(foreign).Replace('%', '=');

    public static TableEntity ToRow<T>(string partitionKey, string rowKey, T value)
    {
        var row = new TableEntity(partitionKey, rowKey);
        Write(row, Json, JsonSerializer.SerializeToUtf8Bytes(value, ShopJson.Options));
        return row;
    }

    public static T FromRow<T>(TableEntity row) => JsonSerializer.Deserialize<T>(Read(row, Json), ShopJson.Options)!;

    /// <summary>Puts bytes into as many columns as they need.</summary>
    internal static void Write(TableEntity row, string column, byte[] bytes)
    {
        for (int chunk = 0; chunk * ChunkBytes < bytes.Length; chunk++)
            row[Column(column, chunk)] = bytes.AsSpan(chunk * ChunkBytes, Math.Min(ChunkBytes, bytes.Length - chunk * ChunkBytes)).ToArray();
    }

    /// <summary>What <see cref="Write"/> put there.</summary>
    internal static byte[] Read(TableEntity row, string column)
    {
        if (!row.ContainsKey(Column(column, 1))) return row.GetBinary(column);
        using var whole = new MemoryStream();
        for (int chunk = 0; row.GetBinary(Column(column, chunk)) is { } bytes; chunk++) whole.Write(bytes);
        return whole.ToArray();
    }

    /// <summary>A point read: one operation; <c>null</c> where there is no such row.</summary>
    public static async Task<TableEntity?> Find(this TableClient table, string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> response = await table.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: cancellationToken);
        return response.HasValue ? response.Value : null;
    }

    /// <summary>
    /// Deletes what matches, each row unless it changed since it was found. It reads the whole table, or the part that the filter names: a nightly worker's job, never a request's. It ends well
    /// before a function must, and the next night goes on.
    /// </summary>
    /// <param name="filter">Made by <see cref="TableClient.CreateQueryFilter(FormattableString)"/>.</param>
    /// <param name="most">So many at most.</param>
    /// <returns>How many it deleted.</returns>
    public static async Task<int> DeleteUnchanged(this TableClient table, string filter, CancellationToken cancellationToken, int most = 200_000)
    {
        int deleted = 0;
        IAsyncEnumerable<TableEntity> rows = table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken).Take(most);
        await Parallel.ForEachAsync(rows, new ParallelOptions { MaxDegreeOfParallelism = DeletedAtOnce, CancellationToken = cancellationToken }, async (row, stop) =>
        {
            try
            {
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, stop);
                Interlocked.Increment(ref deleted);
            }
            catch (RequestFailedException changed) when (changed.Status == 412)
            {
                // It is in use again.
            }
        });
        return deleted;
    }

    private static string Column(string name, int chunk) => chunk == 0 ? name : $"{name}{chunk}";
}

/// <summary>A value with the version of the row it was read from, for the conditional write that follows.</summary>
public sealed record Stored<T>(T Value, ETag ETag);
