using Azure;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Shipping;

/// <summary>Table <c>ShippingZones</c>: all of them in one partition, so that one question reads them.</summary>
/// <example><c>PK=zones RK=jawa-barat|zone</c></example>
public sealed class ZoneStore(ShopStorage storage) : IRequiresStorage
{
    internal const string Partition = "zones";

    private readonly TableClient _table = storage.Table("ShippingZones");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "ShippingZones")];

    internal static string Key(string zoneId) => $"{zoneId}|zone";

    public async Task<IReadOnlyList<ShippingZone>> All(CancellationToken cancellationToken)
    {
        List<ShippingZone> all = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken)) all.Add(Rows.FromRow<ShippingZone>(row));
        return all;
    }

    public async Task<Stored<ShippingZone>?> Find(string zoneId, CancellationToken cancellationToken) =>
        await _table.Find(Partition, Key(zoneId), cancellationToken) is { } row ? new Stored<ShippingZone>(Rows.FromRow<ShippingZone>(row), row.ETag) : null;

    /// <summary><c>null</c> where there is such a zone already.</summary>
    internal async Task<Stored<ShippingZone>?> TryAdd(ShippingZone zone, CancellationToken cancellationToken) =>
        await new Batch(_table).Insert(Row(zone)).Submit(cancellationToken) is [var version] ? new Stored<ShippingZone>(zone, version) : null;

    /// <summary><c>null</c> where somebody else changed it.</summary>
    internal async Task<Stored<ShippingZone>?> TryReplace(Stored<ShippingZone> before, ShippingZone zone, CancellationToken cancellationToken) =>
        await new Batch(_table).Replace(Row(zone), before.ETag).Submit(cancellationToken) is [var version] ? new Stored<ShippingZone>(zone, version) : null;

    internal Task<bool> TryDelete(Stored<ShippingZone> zone, CancellationToken cancellationToken) =>
        new Batch(_table).Delete(new TableEntity(Partition, Key(zone.Value.Id)), zone.ETag).TrySubmit(cancellationToken);

    private static TableEntity Row(ShippingZone zone) => Rows.ToRow(Partition, Key(zone.Id), zone);
}
