using Azure.Data.Tables;
using Shop.Common;
using Shop.Storage;

namespace Shop.Integration;

/// <summary>Which events were measured: table <c>Measurements</c>, a partition for each order.</summary>
/// <example><c>PK=ord_… RK=ord_…|order.paid|measured</c></example>
public sealed class MeasurementStore(ShopStorage storage) : IRequiresStorage
{
    private const string Name = "Measurements";
    private readonly TableClient _table = storage.Table(Name);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name)];

    internal static string RowKey(string eventId) => $"{eventId}|measured";

    internal async Task<bool> WasSent(ReceivedEvent told, CancellationToken cancellationToken) => await _table.Find(told.Subject, RowKey(told.Id), cancellationToken) is not null;

    internal Task MarkSent(ReceivedEvent told, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(told.Subject, RowKey(told.Id)), TableUpdateMode.Replace, cancellationToken);
}
