using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

public enum ExportStatus { Queued, Completed }

/// <summary>The whole catalogue on its way into a file.</summary>
/// <param name="Id"><c>exp_…</c></param>
/// <param name="Format">How the file is written.</param>
/// <param name="Status">Whether the file is there.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="FinishedAt">When the file was written.</param>
/// <param name="Products">How many are in it.</param>
/// <param name="FileUrl">Where the file is, once it is there.</param>
public sealed record ExportJob(string Id, CatalogFileFormat Format, ExportStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, int? Products, string? FileUrl);

/// <summary>What is asked for.</summary>
/// <param name="Format"><c>csv</c> for sheets, <c>ndjson</c> for programs.</param>
public sealed record ExportRequest(CatalogFileFormat Format);

/// <summary>Exports: table, container and queue of that name. Files are blobs <c>exp_…/catalogue.csv</c> and <c>exp_…/catalogue.ndjson</c>.</summary>
public sealed class ExportStore(ShopStorage storage) : IRequiresStorage
{
    private readonly TableClient _jobs = storage.Table("Exports");
    private readonly BlobContainerClient _files = storage.Container("exports");
    private readonly QueueClient _queue = storage.Queue("exports");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Exports"), new(StorageKind.Blob, "exports"), new(StorageKind.Queue, "exports")];

    internal static string JobKey(string exportId) => $"{exportId}|job";

    public async Task<ExportJob?> Find(string exportId, CancellationToken cancellationToken) =>
        await _jobs.Find(exportId, JobKey(exportId), cancellationToken) is { } row ? Rows.FromRow<ExportJob>(row) : null;

    public Task Write(ExportJob job, CancellationToken cancellationToken) =>
        _jobs.UpsertEntityAsync(Rows.ToRow(job.Id, JobKey(job.Id), job), TableUpdateMode.Replace, cancellationToken);

    /// <summary>The file to write into; it appears when the stream is closed.</summary>
    public Task<Stream> CreateFile(ExportJob job, CancellationToken cancellationToken) => Blob(job).OpenWriteAsync(overwrite: true, cancellationToken: cancellationToken);

    /// <summary>The file from its beginning, fetched while it is read.</summary>
    public Task<Stream> OpenFile(ExportJob job, CancellationToken cancellationToken) => Blob(job).OpenReadAsync(cancellationToken: cancellationToken);

    /// <summary>Jobs that were asked for before, the oldest first.</summary>
    internal IAsyncEnumerable<ExportJob> AskedBefore(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        string below = Ids.First("exp", moment);
        return _jobs.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey lt {below}"), cancellationToken: cancellationToken).Select(Rows.FromRow<ExportJob>);
    }

    /// <summary>Deletes an export with its file; the job last, so that a deletion which broke off is found again.</summary>
    internal async Task Delete(ExportJob job, CancellationToken cancellationToken)
    {
        await Blob(job).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        await _jobs.DeleteEntityAsync(job.Id, JobKey(job.Id), ETag.All, cancellationToken);
    }

    public Task Enqueue(string exportId, CancellationToken cancellationToken) =>
        _queue.SendMessageAsync(JsonSerializer.Serialize(new ExportMessage(ExportMessage.Name, 1, exportId, Tracing.Parent), ShopJson.Options), cancellationToken);

    private BlobClient Blob(ExportJob job) => _files.GetBlobClient($"{job.Id}/catalogue.{job.Format.Extension()}");
}

/// <summary>Message of queue <c>exports</c>.</summary>
internal sealed record ExportMessage(string Type, int Version, string ExportId, string? Traceparent)
{
    public const string Name = "export.run";
}
