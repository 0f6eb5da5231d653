using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Table <c>Staff</c>: a partition per e-mail address with the member's row and, while there were failures, the attempts.</summary>
public sealed class StaffStore(ShopStorage storage) : IRequiresStorage
{
    private const string Name = "Staff";
    private const string Expiry = "ExpiresAt";

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal static string MemberKey(string emailKey) => $"{emailKey}|member";

    internal static string AttemptsKey(string emailKey) => $"{emailKey}|attempts";

    internal async Task<Stored<StaffMember>?> FindMember(string email, CancellationToken cancellationToken)
    {
        string key = EmailKey.Of(email);
        return await Table.Find(key, MemberKey(key), cancellationToken) is { } row ? new Stored<StaffMember>(Rows.FromRow<StaffMember>(row), row.ETag) : null;
    }

    /// <summary><c>false</c> when there is such a member already.</summary>
    internal Task<bool> TryAdd(StaffMember member, CancellationToken cancellationToken) =>
        new Batch(Table).Insert(MemberRow(member)).TrySubmit(cancellationToken);

    internal Task<bool> TryReplace(StaffMember member, ETag version, CancellationToken cancellationToken) =>
        new Batch(Table).Replace(MemberRow(member), version).TrySubmit(cancellationToken);

    internal async Task<Stored<SignInAttempts>> FindAttempts(string email, CancellationToken cancellationToken)
    {
        string key = EmailKey.Of(email);
        return await Table.Find(key, AttemptsKey(key), cancellationToken) is { } row
            ? new Stored<SignInAttempts>(Rows.FromRow<SignInAttempts>(row), row.ETag)
            : new Stored<SignInAttempts>(SignInAttempts.None, default);
    }

    /// <summary><c>false</c> when another attempt was counted meanwhile.</summary>
    /// <param name="version">Of the row they were read from; <c>default</c> where there was none.</param>
    internal Task<bool> TryWriteAttempts(string email, SignInAttempts attempts, ETag version, CancellationToken cancellationToken)
    {
        string key = EmailKey.Of(email);
        TableEntity row = Rows.ToRow(key, AttemptsKey(key), attempts);
        row[Expiry] = attempts.At[^1] + SignInAttempts.Window;
        return (version == default ? new Batch(Table).Insert(row) : new Batch(Table).Replace(row, version)).TrySubmit(cancellationToken);
    }

    internal Task ForgetAttempts(string email, CancellationToken cancellationToken)
    {
        string key = EmailKey.Of(email);
        return Table.DeleteEntityAsync(key, AttemptsKey(key), ETag.All, cancellationToken);
    }

    /// <summary>Deletes attempts that count no longer. It reads the whole table: a nightly worker's job.</summary>
    internal async Task ForgetOldAttempts(DateTimeOffset now, CancellationToken cancellationToken)
    {
        string expired = $"{Expiry} lt datetime'{now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}'";
        await foreach (TableEntity row in Table.QueryAsync<TableEntity>(expired, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
            await Table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
    }

    private TableClient Table => storage.Table(Name);

    private static TableEntity MemberRow(StaffMember member)
    {
        string key = EmailKey.Of(member.Email);
        return Rows.ToRow(key, MemberKey(key), member);
    }
}
