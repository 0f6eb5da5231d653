using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;

namespace Shop.Emulator.Storage;

/// <summary>Values inside table rows. A property holds at most 64 KiB, so longer ones continue under the same name with a number.</summary>
internal static class JsonRows
{
    private const int ChunkBytes = 60 * 1024;

    /// <summary>How the emulator's own records are kept.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void SetJson<T>(this TableEntity row, T value) => row.SetBytes("Json", JsonSerializer.SerializeToUtf8Bytes(value, Options));

    public static T GetJson<T>(this TableEntity row) => JsonSerializer.Deserialize<T>(row.GetBytes("Json"), Options)!;

    public static void SetBytes(this TableEntity row, string name, ReadOnlySpan<byte> value)
    {
        row[name] = value[..Math.Min(ChunkBytes, value.Length)].ToArray();
        for (int chunk = 1; chunk * ChunkBytes < value.Length; chunk++)
            row[Column(name, chunk)] = value.Slice(chunk * ChunkBytes, Math.Min(ChunkBytes, value.Length - chunk * ChunkBytes)).ToArray();
    }

    public static byte[] GetBytes(this TableEntity row, string name)
    {
        if (!row.ContainsKey(Column(name, 1))) return row.GetBinary(name) ?? [];
        using var whole = new MemoryStream();
        whole.Write(row.GetBinary(name));
        for (int chunk = 1; row.TryGetValue(Column(name, chunk), out object? part); chunk++) whole.Write((byte[])part);
        return whole.ToArray();
    }

    /// <summary>A point read: one operation; <c>null</c> where there is no such row.</summary>
    public static async Task<TableEntity?> Find(this TableClient table, string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> found = await table.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>One batch, all or nothing; <c>null</c> when a row existed already or had changed, else the rows' new versions.</summary>
    public static async Task<IReadOnlyList<ETag>?> TrySubmit(this TableClient table, IReadOnlyList<TableTransactionAction> rows, CancellationToken cancellationToken)
    {
        try
        {
            Response<IReadOnlyList<Response>> answers = await table.SubmitTransactionAsync(rows, cancellationToken);
            return [.. answers.Value.Select(answer => answer.Headers.ETag ?? default)];
        }
        catch (TableTransactionFailedException conflict) when (conflict.Status is 409 or 412 or 404)
        {
            return null;
        }
    }

    private static string Column(string name, int chunk) => $"{name}{chunk}";
}
