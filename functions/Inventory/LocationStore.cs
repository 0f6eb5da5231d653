using Azure;
using Azure.Data.Tables;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>Table <c>Locations</c>: all of them in one partition, so that the default moves from one to another in one transaction.</summary>
/// <example><c>PK=locations RK=jakarta|location</c></example>
public sealed class LocationStore(ShopStorage storage) : IRequiresStorage
{
    internal const string Partition = "locations";
    private readonly TableClient _table = storage.Table("Locations");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Locations")];

    internal static string Key(string locationId) => $"{locationId}|location";

    /// <summary>Few, in the order in which they are asked for goods. One operation.</summary>
    public async Task<IReadOnlyList<Stored<Location>>> All(CancellationToken cancellationToken)
    {
        List<Stored<Location>> all = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken))
            all.Add(new Stored<Location>(Rows.FromRow<Location>(row), row.ETag));
        return [.. all.OrderBy(l => l.Value.Priority).ThenBy(l => l.Value.Id, StringComparer.Ordinal)];
    }

    public async Task<Stored<Location>?> Find(string locationId, CancellationToken cancellationToken) =>
        await _table.Find(Partition, Key(locationId), cancellationToken) is { } row ? new Stored<Location>(Rows.FromRow<Location>(row), row.ETag) : null;

    /// <summary>Writes what is different. <c>null</c> when somebody else changed one of them.</summary>
    /// <returns>The version of <paramref name="about"/>.</returns>
    internal async Task<ETag?> TryWrite(IReadOnlyList<Stored<Location>> before, IReadOnlyList<Location> after, string about, CancellationToken cancellationToken)
    {
        var batch = new Batch(_table);
        int place = -1;
        foreach (Location location in after)
        {
            Stored<Location>? known = before.FirstOrDefault(l => l.Value.Id == location.Id);
            if (known?.Value == location) continue;
            if (location.Id == about) place = batch.Count;
            TableEntity row = Rows.ToRow(Partition, Key(location.Id), location);
            _ = known is null ? batch.Insert(row) : batch.Replace(row, known.ETag);
        }
        if (place < 0) return before.First(l => l.Value.Id == about).ETag;
        return await batch.Submit(cancellationToken) is { } versions ? versions[place] : null;
    }
}
