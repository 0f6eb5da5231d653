using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.DurableTask.Client;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Durable;

/// <summary>An orchestration instance as its row holds it.</summary>
internal sealed record Instance(string Id, string Name, OrchestrationRuntimeStatus Status, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Rises when a finished instance is started again and when an orchestrator continues as new; each has a history of its own.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>Steps committed in this generation.</summary>
    public int Steps { get; init; }

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public Failure? Failure { get; init; }

    public ParentLink? Parent { get; init; }

    public ETag ETag { get; init; }

    public bool IsFinished => Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Canceled;
}

/// <summary>
/// Keeps the orchestrations of one task hub in one table: a partition per instance with one row for the instance and one row per step of its history, so
/// that a step is one entity-group transaction however many events it holds. A second table lists what is not finished, for the next
/// start. Text beyond 30,000 characters goes to a blob and the row names it.
/// </summary>
/// <example><c>PK=ord_1 RK=ord_1|instance</c> and <c>PK=ord_1 RK=ord_1|0001|000003</c> (generation 1, step 3)</example>
internal sealed class InstanceStore(EmulatorStorage storage)
{
    /// <summary>A table property holds 32,768 UTF-16 characters; the official back end draws the line at about this length too.</summary>
    public const int LongestText = 30_000;

    private readonly TableClient _instances = storage.Table("Instances");
    private readonly TableClient _unfinished = storage.Table("Unfinished");
    private readonly BlobContainerClient _payloads = storage.Container("payloads");
    private readonly InstanceIndex _index = new();
    private readonly Lock _gate = new();
    private Task? _indexing;
    private long _operations;

    /// <summary>Storage operations so far, a transaction being one.</summary>
    public long Operations => Interlocked.Read(ref _operations);

    public async Task Prepare(CancellationToken cancellationToken)
    {
        await _instances.CreateIfNotExistsAsync(cancellationToken);
        await _unfinished.CreateIfNotExistsAsync(cancellationToken);
        await _payloads.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
    }

    /// <summary>Listed before its first step and delisted after its last, so that a crash between leaves a name too many, never one too few.</summary>
    public Task List(string instanceId, CancellationToken cancellationToken) =>
        Counted(() => _unfinished.UpsertEntityAsync(new TableEntity("unfinished", instanceId), TableUpdateMode.Replace, cancellationToken));

    public async Task Delist(IEnumerable<string> instanceIds, CancellationToken cancellationToken)
    {
        foreach (string[] chunk in instanceIds.Distinct(StringComparer.Ordinal).Chunk(100))
        {
            try
            {
                await Counted(() => _unfinished.SubmitTransactionAsync(chunk.Select(id => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity("unfinished", id), ETag.All)), cancellationToken));
            }
            catch (TableTransactionFailedException missing) when (missing.Status == 404)
            {
                foreach (string id in chunk) await Counted(() => _unfinished.DeleteEntityAsync("unfinished", id, ETag.All, cancellationToken));
            }
        }
    }

    public async Task<IReadOnlyList<string>> Unfinished(CancellationToken cancellationToken)
    {
        List<string> ids = [];
        await foreach (TableEntity row in _unfinished.QueryAsync<TableEntity>(select: ["RowKey"], cancellationToken: cancellationToken)) ids.Add(row.RowKey);
        return ids;
    }

    /// <summary>Commits one step: the instance as it is now and the step's events. <c>null</c> when another process was faster.</summary>
    /// <param name="instance">Its <see cref="Instance.ETag"/> is the version it was read at; the default ETag inserts it.</param>
    /// <param name="events">What the step added, or none where only the instance's row changes.</param>
    /// <param name="cancellationToken">Ends the wait; the step may have been committed.</param>
    public async Task<Instance?> Commit(Instance instance, IReadOnlyList<HistoryEvent> events, CancellationToken cancellationToken)
    {
        TableEntity row = await ToRow(instance, cancellationToken);
        List<TableTransactionAction> actions =
            [instance.ETag == default ? new(TableTransactionActionType.Add, row) : new(TableTransactionActionType.UpdateReplace, row, instance.ETag)];
        if (events.Count > 0)
        {
            var step = new TableEntity(instance.Id, StepKey(instance.Id, instance.Generation, instance.Steps));
            await Put(step, "Events", JsonSerializer.Serialize(events), cancellationToken);
            actions.Add(new(TableTransactionActionType.Add, step));
        }
        try
        {
            Response<IReadOnlyList<Response>> committed = await Counted(() => _instances.SubmitTransactionAsync(actions, cancellationToken));
            _index.Note(instance.Id, instance.Status, instance.CreatedAt);
            return instance with { ETag = committed.Value[0].Headers.ETag!.Value };
        }
        catch (TableTransactionFailedException conflict) when (conflict.Status is 409 or 412)
        {
            return null;
        }
    }

    public async Task<Instance?> Find(string instanceId, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> row = await Counted(() => _instances.GetEntityIfExistsAsync<TableEntity>(instanceId, InstanceKey(instanceId), cancellationToken: cancellationToken));
        return row.HasValue ? await FromRow(row.Value!, cancellationToken) : null;
    }

    /// <summary>The instance with the history of its generation.</summary>
    public async Task<(Instance Instance, List<HistoryEvent> History)?> Load(string instanceId, CancellationToken cancellationToken)
    {
        Instance? instance = null;
        List<(string Key, TableEntity Row)> steps = [];
        Interlocked.Increment(ref _operations);
        await foreach (TableEntity row in _instances.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {instanceId}"), cancellationToken: cancellationToken))
        {
            if (row.RowKey == InstanceKey(instanceId)) instance = await FromRow(row, cancellationToken);
            else steps.Add((row.RowKey, row));
        }
        if (instance is null) return null;
        List<HistoryEvent> history = [];
        string generation = StepKey(instanceId, instance.Generation, 0)[..^6];
        foreach ((_, TableEntity row) in steps.Where(s => s.Key.StartsWith(generation, StringComparison.Ordinal)).OrderBy(s => s.Key, StringComparer.Ordinal))
            history.AddRange(JsonSerializer.Deserialize<List<HistoryEvent>>((await Get(row, "Events", cancellationToken))!)!);
        return (instance, history);
    }

    /// <summary>All instances by time and status, without reading them: the table is read by whoever asks first, or again where that failed.</summary>
    public async Task<InstanceIndex> Index(CancellationToken cancellationToken)
    {
        Task indexing;
        lock (_gate) indexing = _indexing is null or { IsFaulted: true } ? _indexing = ReadIndex() : _indexing;
        await indexing.WaitAsync(cancellationToken);
        return _index;
    }

    private async Task ReadIndex()
    {
        await foreach (TableEntity row in _instances.QueryAsync<TableEntity>("IsInstance eq true", select: ["PartitionKey", "Status", "CreatedAt"]))
            _index.NoteRead(row.PartitionKey, Enum.Parse<OrchestrationRuntimeStatus>(row.GetString("Status")), row.GetDateTimeOffset("CreatedAt")!.Value);
    }

    public async IAsyncEnumerable<Instance> All([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TableEntity row in _instances.QueryAsync<TableEntity>("IsInstance eq true", cancellationToken: cancellationToken)) yield return await FromRow(row, cancellationToken);
    }

    /// <summary>Deletes what earlier generations left, or everything.</summary>
    public async Task Delete(string instanceId, int? beforeGeneration, CancellationToken cancellationToken)
    {
        List<TableEntity> rows = [];
        await foreach (TableEntity row in _instances.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {instanceId}"), select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
            if (beforeGeneration is not { } generation || (row.RowKey != InstanceKey(instanceId) && string.CompareOrdinal(row.RowKey, StepKey(instanceId, generation, 0)) < 0)) rows.Add(row);
        foreach (TableEntity[] chunk in rows.Chunk(100))
            await Counted(() => _instances.SubmitTransactionAsync(chunk.Select(r => new TableTransactionAction(TableTransactionActionType.Delete, r, ETag.All)), cancellationToken));
        if (beforeGeneration is null) _index.Forget(instanceId);
        if (beforeGeneration is null)
            await foreach (Azure.Storage.Blobs.Models.BlobItem blob in _payloads.GetBlobsAsync(Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.None, instanceId + "/", cancellationToken))
                await Counted(() => _payloads.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken));
    }

    internal static string InstanceKey(string instanceId) => instanceId + "|instance";

    internal static string StepKey(string instanceId, int generation, int step) => string.Create(CultureInfo.InvariantCulture, $"{instanceId}|{generation:d4}|{step:d6}");

    private async Task<TableEntity> ToRow(Instance instance, CancellationToken cancellationToken)
    {
        var row = new TableEntity(instance.Id, InstanceKey(instance.Id))
        {
            ["IsInstance"] = true,
            ["Name"] = instance.Name,
            ["Status"] = instance.Status.ToString(),
            ["CreatedAt"] = instance.CreatedAt,
            ["UpdatedAt"] = instance.UpdatedAt,
            ["Generation"] = instance.Generation,
            ["Steps"] = instance.Steps,
        };
        await Put(row, "Input", instance.Input, cancellationToken);
        await Put(row, "Output", instance.Output, cancellationToken);
        await Put(row, "CustomStatus", instance.CustomStatus, cancellationToken);
        if (instance.Failure is not null) await Put(row, "Failure", JsonSerializer.Serialize(instance.Failure), cancellationToken);
        if (instance.Parent is not null) row["Parent"] = JsonSerializer.Serialize(instance.Parent);
        return row;
    }

    private async Task<Instance> FromRow(TableEntity row, CancellationToken cancellationToken) =>
        new(row.PartitionKey, row.GetString("Name"), Enum.Parse<OrchestrationRuntimeStatus>(row.GetString("Status")), row.GetDateTimeOffset("CreatedAt")!.Value, row.GetDateTimeOffset("UpdatedAt")!.Value)
        {
            Generation = row.GetInt32("Generation")!.Value,
            Steps = row.GetInt32("Steps")!.Value,
            Input = await Get(row, "Input", cancellationToken),
            Output = await Get(row, "Output", cancellationToken),
            CustomStatus = await Get(row, "CustomStatus", cancellationToken),
            Failure = await Get(row, "Failure", cancellationToken) is { } failure ? JsonSerializer.Deserialize<Failure>(failure) : null,
            Parent = row.GetString("Parent") is { } parent ? JsonSerializer.Deserialize<ParentLink>(parent) : null,
            ETag = row.ETag,
        };

    private async Task Put(TableEntity row, string name, string? text, CancellationToken cancellationToken)
    {
        if (text is null) return;
        if (text.Length <= LongestText)
        {
            row[name] = text;
            return;
        }
        // A name of its own for every write: a blob that a failed commit left behind is never read.
        string blob = $"{row.PartitionKey}/{row.RowKey.Split('|')[^1]}-{name}-{Guid.NewGuid():n}";
        await Counted(() => _payloads.UploadBlobAsync(blob, BinaryData.FromString(text), cancellationToken));
        row[name + "Blob"] = blob;
    }

    private async Task<string?> Get(TableEntity row, string name, CancellationToken cancellationToken) =>
        row.GetString(name + "Blob") is { } blob
            ? (await Counted(() => _payloads.GetBlobClient(blob).DownloadContentAsync(cancellationToken))).Value.Content.ToString()
            : row.GetString(name);

    private Task<T> Counted<T>(Func<Task<T>> operation)
    {
        Interlocked.Increment(ref _operations);
        return operation();
    }
}
