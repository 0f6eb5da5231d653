using Azure;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Table <c>Staff</c>: a partition per e-mail address with the member's row.</summary>
public sealed class StaffStore(ShopStorage storage) : IRequiresStorage
{
    private const string Name = "Staff";

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal static string MemberKey(string emailKey) => $"{emailKey}|member";

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

    private TableClient Table => storage.Table(Name);

    private static TableEntity MemberRow(StaffMember member)
    {
        string key = EmailKey.Of(member.Email);
        return Rows.ToRow(key, MemberKey(key), member);
    }
}
