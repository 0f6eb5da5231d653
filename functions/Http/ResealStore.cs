using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Http;

/// <summary>The walk that is under way, or was the last: table <c>DataKeys</c>, <c>PK=keys RK=keys|walk</c>, with the queue that moves it on.</summary>
public sealed class ResealStore(ShopStorage storage) : IRequiresStorage
{
    private const string Name = "DataKeys", QueueName = "reseal";
    private readonly TableClient _table = storage.Table(Name);
    private readonly QueueClient _queue = storage.Queue(QueueName);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, Name), new(StorageKind.Queue, QueueName)];

    internal const string PartitionKey = "keys";

    internal const string RowKey = "keys|walk";

    internal async Task<Stored<ResealJob>?> Find(CancellationToken cancellationToken) =>
        await _table.Find(PartitionKey, RowKey, cancellationToken) is { } row ? new Stored<ResealJob>(Rows.FromRow<ResealJob>(row), row.ETag) : null;

    /// <summary><c>false</c> when somebody else was faster.</summary>
    internal Task<bool> TrySave(ResealJob job, ETag? before, CancellationToken cancellationToken)
    {
        TableEntity row = Rows.ToRow(PartitionKey, RowKey, job);
        return (before is { } version ? new Batch(_table).Replace(row, version) : new Batch(_table).Insert(row)).TrySubmit(cancellationToken);
    }

    internal Task Send(ResealJob job, CancellationToken cancellationToken) =>
        _queue.SendMessageAsync(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(new ResealMessage(job.StartedAt, job.Step), ShopJson.Options)), cancellationToken: cancellationToken);
}
