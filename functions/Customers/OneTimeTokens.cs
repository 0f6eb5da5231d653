using System.Buffers.Text;
using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>How long the links of one kind work at most; whoever mails links says so.</summary>
public sealed record LinkLifetime(TimeSpan Longest);

/// <summary>
/// Tokens that are mailed and work once: table <c>OneTimeTokens</c>, <c>PK=&lt;hash&gt; RK=&lt;hash&gt;|token</c>. The row is found by the token's hash, so
/// that a table's reader cannot use it; what the token stands for is sealed beside it.
/// </summary>
public sealed class OneTimeTokens(ShopStorage storage, Sealing sealing, TimeProvider clock) : IRequiresStorage
{
    private const string Name = "OneTimeTokens";
    private const string Expiry = "ExpiresAt";
    private const string Content = "Sealed";
    private readonly TableClient _table = storage.Table(Name);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal static string PartitionKey(string purpose, string token) => Digest.Of($"{purpose}|{token}");

    internal static string RowKey(string partitionKey) => $"{partitionKey}|token";

    /// <summary>A new token: 256 random bits.</summary>
    /// <param name="purpose">What it may be used for; a token is nothing to another purpose.</param>
    internal async Task<string> Issue<T>(string purpose, T value, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        string token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        string key = PartitionKey(purpose, token);
        await _table.AddEntityAsync(new TableEntity(key, RowKey(key)) { [Expiry] = clock.GetUtcNow() + lifetime, [Content] = sealing.Seal(RowKey(key), value) }, cancellationToken);
        return token;
    }

    /// <summary>What the token stands for, without using it up; <c>null</c> when it is not ours, was used or has run out.</summary>
    internal async Task<T?> Look<T>(string purpose, string token, CancellationToken cancellationToken) where T : class
    {
        string key = PartitionKey(purpose, token);
        if (await _table.Find(key, RowKey(key), cancellationToken) is not { } row || row.GetDateTimeOffset(Expiry) <= clock.GetUtcNow()) return null;
        return sealing.Open<T>(RowKey(key), row.GetString(Content));
    }

    /// <summary>As <see cref="Look{T}"/>, and uses it up: of two at once, one gets it.</summary>
    internal async Task<T?> Redeem<T>(string purpose, string token, CancellationToken cancellationToken) where T : class
    {
        string key = PartitionKey(purpose, token);
        if (await _table.Find(key, RowKey(key), cancellationToken) is not { } row || row.GetDateTimeOffset(Expiry) <= clock.GetUtcNow()) return null;
        return await new Batch(_table).Delete(row, row.ETag).TrySubmit(cancellationToken) ? sealing.Open<T>(RowKey(key), row.GetString(Content)) : null;
    }

    /// <summary>Deletes those that ran out, once a night.</summary>
    internal Task ForgetOld(CancellationToken cancellationToken) => _table.DeleteUnchanged(TableClient.CreateQueryFilter($"ExpiresAt lt {clock.GetUtcNow()}"), cancellationToken);
}
