using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

public enum ImportStatus { Queued, Running, Completed, Failed }

/// <summary>What became of a row. One mistake keeps all rows of its product out; other products are imported all the same.</summary>
public enum ImportOutcome { Created, Updated, Unchanged, Refused }

/// <summary>A file on its way into the catalogue.</summary>
/// <param name="Id"><c>imp_…</c></param>
/// <param name="Status">Completed also where rows were refused; failed where the file could not be read.</param>
/// <param name="CreatedAt">When it was handed in.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Rows">How far it is.</param>
/// <param name="Failure">Why the file could not be read.</param>
/// <param name="Actor">Who handed it in.</param>
/// <param name="Format">How the file is written.</param>
public sealed record ImportJob(string Id, ImportStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, ImportCounts Rows, string? Failure, string Actor = ChangeAuthor.Shop,
    CatalogFileFormat Format = CatalogFileFormat.Csv);

/// <summary>Rows by outcome.</summary>
public sealed record ImportCounts(int Total, int Created, int Updated, int Unchanged, int Refused)
{
    public static ImportCounts None { get; } = new(0, 0, 0, 0, 0);

    public static ImportCounts Of(int total, IReadOnlyCollection<ImportRowResult> results) => new(
        total,
        results.Count(r => r.Outcome == ImportOutcome.Created),
        results.Count(r => r.Outcome == ImportOutcome.Updated),
        results.Count(r => r.Outcome == ImportOutcome.Unchanged),
        results.Count(r => r.Outcome == ImportOutcome.Refused));
}

/// <summary>What became of one row.</summary>
/// <param name="Row">As a spreadsheet counts: the header is row 1.</param>
/// <param name="Sku">As the row says.</param>
/// <param name="Outcome">Of the row's product and stock.</param>
/// <param name="Mistakes">Why it was refused.</param>
public sealed record ImportRowResult(int Row, string Sku, ImportOutcome Outcome, IReadOnlyList<ImportMistake> Mistakes);

/// <summary>Table and container of imports: the job, its file, and what became of each row.</summary>
public sealed class ImportStore(ShopStorage storage) : IRequiresStorage
{
    private readonly TableClient _jobs = storage.Table("Imports");
    private readonly BlobContainerClient _files = storage.Container("imports");
    private readonly QueueClient _queue = storage.Queue("imports");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Imports"), new(StorageKind.Blob, "imports"), new(StorageKind.Queue, "imports")];

    internal static string JobKey(string importId) => $"{importId}|job";

    public async Task<Stored<ImportJob>?> Find(string importId, CancellationToken cancellationToken) =>
        await _jobs.Find(importId, JobKey(importId), cancellationToken) is { } row ? new Stored<ImportJob>(Rows.FromRow<ImportJob>(row), row.ETag) : null;

    public async Task Write(ImportJob job, CancellationToken cancellationToken) =>
        await _jobs.UpsertEntityAsync(Rows.ToRow(job.Id, JobKey(job.Id), job), TableUpdateMode.Replace, cancellationToken);

    public async Task WriteFile(ImportJob job, byte[] file, CancellationToken cancellationToken) =>
        await File(job).UploadAsync(BinaryData.FromBytes(file), overwrite: true, cancellationToken);

    public async Task<byte[]> ReadFile(ImportJob job, CancellationToken cancellationToken) =>
        (await File(job).DownloadContentAsync(cancellationToken)).Value.Content.ToArray();

    public async Task WriteResults(string importId, IReadOnlyList<ImportRowResult> results, CancellationToken cancellationToken) =>
        await _files.GetBlobClient($"{importId}/results.json").UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(results, ShopJson.Options)), overwrite: true, cancellationToken);

    /// <summary>Empty until the import has ended.</summary>
    public async Task<IReadOnlyList<ImportRowResult>> ReadResults(string importId, CancellationToken cancellationToken)
    {
        try
        {
            BinaryData json = (await _files.GetBlobClient($"{importId}/results.json").DownloadContentAsync(cancellationToken)).Value.Content;
            return JsonSerializer.Deserialize<List<ImportRowResult>>(json, ShopJson.Options)!;
        }
        catch (RequestFailedException none) when (none.Status == 404)
        {
            return [];
        }
    }

    private BlobClient File(ImportJob job) => _files.GetBlobClient($"{job.Id}/file.{job.Format.Extension()}");

    public async Task Enqueue(string importId, CancellationToken cancellationToken) =>
        await _queue.SendMessageAsync(JsonSerializer.Serialize(new ImportMessage(ImportMessage.Name, 1, importId, Tracing.Parent), ShopJson.Options), cancellationToken);
}

/// <summary>Message of queue <c>imports</c>.</summary>
internal sealed record ImportMessage(string Type, int Version, string ImportId, string? Traceparent)
{
    public const string Name = "import.run";
}
