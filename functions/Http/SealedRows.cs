using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Http;

/// <summary>
/// Rows of what has <see cref="PersonalAttribute">personal</see> members: those stand in the binary column <c>Sealed</c>, the others in <c>Json</c> as in
/// every row, and <c>SealedWith</c> names the key. Nobody but a store has to think of it, and it costs no storage operation. A row from before it
/// was sealed is read as it is.
/// </summary>
public sealed class SealedRows(Sealing sealing)
{
    private const string Column = "Sealed", HeaderColumn = "SealedWith";

    public TableEntity ToRow<T>(string partitionKey, string rowKey, T value)
    {
        var row = new TableEntity(partitionKey, rowKey);
        Rows.Write(row, Rows.Json, JsonSerializer.SerializeToUtf8Bytes(value, Halves<T>.Open));
        SealedBytes box = sealing.Seal(rowKey, JsonSerializer.SerializeToUtf8Bytes(value, Halves<T>.Personal));
        Rows.Write(row, Column, box.Bytes);
        row[HeaderColumn] = box.Header;
        return row;
    }

    /// <exception cref="System.Security.Cryptography.CryptographicException">It was changed, is another row's, or its key is no longer listed.</exception>
    public T FromRow<T>(TableEntity row)
    {
        if (row.GetString(HeaderColumn) is not { } header) return Rows.FromRow<T>(row);
        byte[] personal = sealing.Open(row.RowKey, new SealedBytes(header, Rows.Read(row, Column)));
        return JsonSerializer.Deserialize<T>(Join(Rows.Read(row, Rows.Json), personal), ShopJson.Options)!;
    }

    /// <summary>The row under the current key, with its other columns.</summary>
    public TableEntity Renew<T>(TableEntity row)
    {
        TableEntity renewed = ToRow(row.PartitionKey, row.RowKey, FromRow<T>(row));
        foreach ((string column, object value) in row)
            if (!column.StartsWith(Rows.Json, StringComparison.Ordinal) && !column.StartsWith(Column, StringComparison.Ordinal) && column is not ("odata.etag" or "Timestamp")) renewed[column] = value;
        return renewed;
    }

    /// <summary>Which key the row is under; <see cref="SealedStores.InTheClear"/> for one from before it was sealed.</summary>
    public static string KeyOf(TableEntity row) => row.GetString(HeaderColumn) is { } header ? Sealing.KeyOf(header) : SealedStores.InTheClear;

    /// <summary>Two objects as one: <c>{"a":1}</c> and <c>{"b":2}</c> are <c>{"a":1,"b":2}</c>.</summary>
    private static byte[] Join(ReadOnlySpan<byte> open, ReadOnlySpan<byte> personal)
    {
        if (open.Length == 2) return personal.ToArray();
        if (personal.Length == 2) return open.ToArray();
        return [.. open[..^1], (byte)',', .. personal[1..]];
    }

    /// <summary>How each half of a type is written. Reading needs no such options: the halves are joined before.</summary>
    private static class Halves<T>
    {
        public static readonly JsonSerializerOptions Open = Only(personal: false);
        public static readonly JsonSerializerOptions Personal = Only(personal: true);

        private static JsonSerializerOptions Only(bool personal)
        {
            var options = new JsonSerializerOptions(ShopJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Keep } } };
            options.MakeReadOnly();
            return options;

            void Keep(JsonTypeInfo type)
            {
                if (type.Type != typeof(T)) return;
                foreach (JsonPropertyInfo member in type.Properties)
                    if (member.AttributeProvider?.IsDefined(typeof(PersonalAttribute), inherit: true) != personal) member.ShouldSerialize = static (_, _) => false;
            }
        }
    }
}
