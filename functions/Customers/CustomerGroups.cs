using Azure;
using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Table <c>CustomerGroups</c>: all of them in one partition, since a shop has few.</summary>
/// <example><c>PK=groups RK=wholesale|group</c></example>
public sealed class CustomerGroups(ShopStorage storage) : IRequiresStorage
{
    private const string Name = "CustomerGroups";
    private readonly TableClient _table = storage.Table(Name);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal const string Partition = "groups";

    internal static string RowKey(string code) => $"{code}|group";

    /// <summary>Deleted ones too, by code. One operation.</summary>
    internal async Task<IReadOnlyList<Stored<CustomerGroup>>> All(CancellationToken cancellationToken)
    {
        List<Stored<CustomerGroup>> all = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken))
            all.Add(new Stored<CustomerGroup>(Rows.FromRow<CustomerGroup>(row), row.ETag));
        return all;
    }

    /// <summary>One that is not deleted.</summary>
    internal async Task<Stored<CustomerGroup>?> Find(string code, CancellationToken cancellationToken) =>
        GroupSet.IsCode(code) && await _table.Find(Partition, RowKey(code), cancellationToken) is { } row && Rows.FromRow<CustomerGroup>(row) is { DeletedAt: null } group
            ? new Stored<CustomerGroup>(group, row.ETag)
            : null;

    /// <summary>Those that are not deleted. Nothing is asked for where there are none to begin with, as with most customers.</summary>
    internal async Task<GroupSet> Living(GroupSet groups, CancellationToken cancellationToken) => groups.IsEmpty
        ? groups
        : GroupSet.Of((await All(cancellationToken)).Where(g => g.Value.DeletedAt is null).Select(g => g.Value.Code).Where(groups.Contains));

    /// <returns><c>null</c> when the code is, or once was, a group's.</returns>
    internal async Task<ETag?> TryAdd(CustomerGroup group, CancellationToken cancellationToken) =>
        await new Batch(_table).Insert(Rows.ToRow(Partition, RowKey(group.Code), group)).Submit(cancellationToken) is { } versions ? versions[0] : null;

    /// <returns><c>null</c> when it changed since it was read.</returns>
    internal async Task<ETag?> TryReplace(CustomerGroup group, ETag version, CancellationToken cancellationToken) =>
        await new Batch(_table).Replace(Rows.ToRow(Partition, RowKey(group.Code), group), version).Submit(cancellationToken) is { } versions ? versions[0] : null;
}
