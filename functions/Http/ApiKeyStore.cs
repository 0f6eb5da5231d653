using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Http;

/// <summary>Table <c>ApiKeys</c>, one partition: <c>PK=keys RK=key_…|key</c>. The day of last use is a column of its own, so that noting it never undoes a revocation.</summary>
public sealed class ApiKeyStore(ShopStorage storage) : IRequiresStorage
{
    private const string Name = "ApiKeys";
    private const string LastUsedColumn = "LastUsedOn";

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal const string PartitionKey = "keys";

    internal static string RowKey(string keyId) => $"{keyId}|key";

    public async Task<StoredApiKey?> Find(string keyId, CancellationToken cancellationToken) =>
        await Table.Find(PartitionKey, RowKey(keyId), cancellationToken) is { } row ? FromRow(row) : null;

    /// <summary>Every key there is, revoked ones too, oldest first.</summary>
    public async Task<IReadOnlyList<StoredApiKey>> List(CancellationToken cancellationToken)
    {
        List<StoredApiKey> keys = [];
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>($"PartitionKey eq '{PartitionKey}'", cancellationToken: cancellationToken)) keys.Add(FromRow(row));
        return keys;
    }

    public Task Add(ApiKey key, CancellationToken cancellationToken) => Table.AddEntityAsync(Rows.ToRow(PartitionKey, RowKey(key.Id), key), cancellationToken);

    /// <summary><c>false</c> when it changed since it was read.</summary>
    public async Task<bool> TryReplace(ApiKey key, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            await Table.UpdateEntityAsync(Rows.ToRow(PartitionKey, RowKey(key.Id), key), version, TableUpdateMode.Merge, cancellationToken);
            return true;
        }
        catch (RequestFailedException changed) when (changed.Status == 412)
        {
            return false;
        }
    }

    internal Task NoteUse(string keyId, DateOnly day, CancellationToken cancellationToken) =>
        Table.UpdateEntityAsync(new TableEntity(PartitionKey, RowKey(keyId)) { [LastUsedColumn] = Text(day) }, ETag.All, TableUpdateMode.Merge, cancellationToken);

    private TableClient Table => storage.Table(Name);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static StoredApiKey FromRow(TableEntity row) => new(
        Rows.FromRow<ApiKey>(row), row.ETag, row.GetString(LastUsedColumn) is { } day ? DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null);
}

/// <param name="LastUsedOn">The day in UTC; <c>null</c> for a key that was never used.</param>
public sealed record StoredApiKey(ApiKey Value, ETag ETag, DateOnly? LastUsedOn);
