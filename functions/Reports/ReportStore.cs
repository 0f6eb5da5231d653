using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Reports;

/// <summary>Reports: table, container and queue of that name. Files are blobs <c>rep_…/sales.csv</c> and <c>rep_…/sales.xlsx</c>.</summary>
public sealed class ReportStore(ShopStorage storage) : IRequiresStorage
{
    private readonly TableClient _jobs = storage.Table("Reports");
    private readonly BlobContainerClient _files = storage.Container("reports");
    private readonly QueueClient _queue = storage.Queue("reports");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Reports"), new(StorageKind.Blob, "reports"), new(StorageKind.Queue, "reports")];

    internal static string JobKey(string reportId) => $"{reportId}|job";

    public async Task<ReportJob?> Find(string reportId, CancellationToken cancellationToken) =>
        await _jobs.Find(reportId, JobKey(reportId), cancellationToken) is { } row ? Rows.FromRow<ReportJob>(row) : null;

    /// <returns><c>false</c> where a report of this id exists: it stays as it is.</returns>
    public async Task<bool> TryAdd(ReportJob job, CancellationToken cancellationToken)
    {
        try
        {
            await _jobs.AddEntityAsync(Rows.ToRow(job.Id, JobKey(job.Id), job), cancellationToken);
            return true;
        }
        catch (RequestFailedException exists) when (exists.Status == 409)
        {
            return false;
        }
    }

    public Task Write(ReportJob job, CancellationToken cancellationToken) =>
        _jobs.UpsertEntityAsync(Rows.ToRow(job.Id, JobKey(job.Id), job), TableUpdateMode.Replace, cancellationToken);

    public Task Enqueue(string reportId, CancellationToken cancellationToken) =>
        _queue.SendMessageAsync(JsonSerializer.Serialize(new ReportMessage(ReportMessage.Name, 1, reportId, Tracing.Parent), ShopJson.Options), cancellationToken);

    public Task WriteFile(ReportJob job, ReportFormat format, byte[] file, CancellationToken cancellationToken) =>
        Blob(job, format).UploadAsync(BinaryData.FromBytes(file), overwrite: true, cancellationToken);

    /// <summary>The file from its beginning, fetched while it is read.</summary>
    public Task<Stream> OpenFile(ReportJob job, ReportFormat format, CancellationToken cancellationToken) =>
        Blob(job, format).OpenReadAsync(cancellationToken: cancellationToken);

    private BlobClient Blob(ReportJob job, ReportFormat format) =>
        _files.GetBlobClient($"{job.Id}/{job.Kind.ToString().ToLowerInvariant()}.{format.Extension()}");
}

/// <summary>Message of queue <c>reports</c>.</summary>
internal sealed record ReportMessage(string Type, int Version, string ReportId, string? Traceparent)
{
    public const string Name = "report.build";
}
