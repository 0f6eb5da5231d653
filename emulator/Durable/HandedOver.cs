using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Durable;

/// <summary>A start or a message from a process that leaves orchestrations to another.</summary>
/// <param name="Start">Of a new instance; otherwise <paramref name="Message"/> is for one that is there.</param>
/// <param name="Refuse">Finished instances with these statuses are not started again.</param>
internal sealed record Handover(string InstanceId, ExecutionStarted? Start, IReadOnlyList<string> Refuse, HistoryEvent? Message);

/// <summary>What one process leaves for the other, oldest first: what the official back end's control queues are.</summary>
internal sealed class HandoverStore(EmulatorStorage storage)
{
    private const string Partition = "handover";
    private readonly TableClient _table = storage.Table("Handover");

    public Task Prepare(CancellationToken cancellationToken) => _table.CreateIfNotExistsAsync(cancellationToken);

    public Task Leave(Handover left, CancellationToken cancellationToken)
    {
        var row = new TableEntity(Partition, string.Create(CultureInfo.InvariantCulture, $"{Partition}|{TimeProvider.System.GetUtcNow().Ticks:d19}|{Guid.NewGuid():n}"));
        row.SetBytes("Json", JsonSerializer.SerializeToUtf8Bytes(left));
        return _table.AddEntityAsync(row, cancellationToken);
    }

    /// <summary>What lies there, by its key.</summary>
    public async Task<IReadOnlyList<(string Key, Handover Left)>> Find(CancellationToken cancellationToken)
    {
        List<(string, Handover)> found = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken))
            found.Add((row.RowKey, JsonSerializer.Deserialize<Handover>(row.GetBytes("Json"))!));
        return found;
    }

    /// <summary>After it was taken: a crash in between takes it twice, as a queue would.</summary>
    public Task Remove(string key, CancellationToken cancellationToken) => _table.DeleteEntityAsync(Partition, key, ETag.All, cancellationToken);
}
