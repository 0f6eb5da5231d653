using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>
/// Table <c>Staff</c>: a partition per e-mail address with the member's row, and one partition, <c>members</c>, whose rows <c>stf_…|member</c> say which address is
/// whose. That row is written first: one without a member is left out of lists.
/// </summary>
public sealed class StaffStore(ShopStorage storage, SealedRows rows, Sealing sealing) : IRequiresStorage, ISealedStore
{
    private const string Name = "Staff";
    private const string EmailColumn = "EmailKey";

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal const string Members = "members";

    internal static string MemberKey(string emailKey) => $"{emailKey}|member";

    internal static string IndexKey(string staffId) => $"{staffId}|member";

    internal Task<Stored<StaffMember>?> FindMember(string email, CancellationToken cancellationToken) => FindByKey(EmailAddress.Key(email), cancellationToken);

    internal async Task<Stored<StaffMember>?> FindById(string staffId, CancellationToken cancellationToken) =>
        await Table.Find(Members, IndexKey(staffId), cancellationToken) is { } index && await FindByKey(index.GetString(EmailColumn), cancellationToken) is { } found && found.Value.Id == staffId ? found : null;

    /// <summary>Everybody, oldest first. A shop's staff is a page.</summary>
    internal async Task<IReadOnlyList<Stored<StaffMember>>> List(CancellationToken cancellationToken)
    {
        List<Stored<StaffMember>> found = [];
        await foreach (TableEntity index in Table.QueryAsync<TableEntity>($"PartitionKey eq '{Members}'", cancellationToken: cancellationToken))
            if (await FindByKey(index.GetString(EmailColumn), cancellationToken) is { } member && IndexKey(member.Value.Id) == index.RowKey) found.Add(member);
        return found;
    }

    /// <summary><c>false</c> when there is such a member already.</summary>
    internal async Task<bool> TryAdd(StaffMember member, CancellationToken cancellationToken)
    {
        await Index(member, cancellationToken);
        return await new Batch(Table).Insert(MemberRow(member)).TrySubmit(cancellationToken);
    }

    /// <summary>Makes sure that the member is found by id.</summary>
    internal Task Index(StaffMember member, CancellationToken cancellationToken) =>
        Table.UpsertEntityAsync(new TableEntity(Members, IndexKey(member.Id)) { [EmailColumn] = EmailAddress.Key(member.Email) }, TableUpdateMode.Replace, cancellationToken);

    internal Task<bool> TryReplace(StaffMember member, ETag version, CancellationToken cancellationToken) =>
        new Batch(Table).Replace(MemberRow(member), version).TrySubmit(cancellationToken);

    private TableClient Table => storage.Table(Name);

    private async Task<Stored<StaffMember>?> FindByKey(string key, CancellationToken cancellationToken) =>
        await Table.Find(key, MemberKey(key), cancellationToken) is { } row ? new Stored<StaffMember>(rows.FromRow<StaffMember>(row), row.ETag) : null;

    string ISealedStore.SealedTable => Name;

    string? ISealedStore.KeyOf(TableEntity row) => row.PartitionKey == Members ? null : SealedRows.KeyOf(row);

    TableEntity ISealedStore.Renew(TableEntity row)
    {
        StaffMember member = rows.FromRow<StaffMember>(row);
        return MemberRow(member.SecondStep is { } step ? member with { SecondStep = step with { Sealed = sealing.Renew(SecondSteps.Place(member.Id), step.Sealed) } } : member);
    }

    private TableEntity MemberRow(StaffMember member)
    {
        string key = EmailAddress.Key(member.Email);
        return rows.ToRow(key, MemberKey(key), member);
    }
}
