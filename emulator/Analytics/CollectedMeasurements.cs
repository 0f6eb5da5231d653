using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Analytics;

/// <summary>One call of the collector.</summary>
/// <param name="At">When it came, on the emulator's clock.</param>
/// <param name="MeasurementId">Of the data stream it was for.</param>
/// <param name="Body">As it was sent.</param>
internal sealed record CollectedMeasurement(DateTimeOffset At, string MeasurementId, JsonElement Body);

/// <summary>Everything that was collected, in one partition, newest first.</summary>
internal sealed class CollectedMeasurements(EmulatorStorage storage)
{
    public const string TableName = "measurements";
    private const string Partition = "measurements";
    private readonly TableClient _table = storage.Table(TableName);

    public Task Keep(CollectedMeasurement measurement, CancellationToken cancellationToken)
    {
        // Two may come in one moment.
        var row = new TableEntity(Partition, $"{(long.MaxValue - measurement.At.UtcTicks).ToString("D19", CultureInfo.InvariantCulture)}|{Guid.NewGuid():n}");
        row.SetJson(measurement);
        return _table.AddEntityAsync(row, cancellationToken);
    }

    public async Task<IReadOnlyList<CollectedMeasurement>> List(int limit, CancellationToken cancellationToken)
    {
        List<CollectedMeasurement> found = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken))
        {
            found.Add(row.GetJson<CollectedMeasurement>());
            if (found.Count == limit) break;
        }
        return found;
    }
}
