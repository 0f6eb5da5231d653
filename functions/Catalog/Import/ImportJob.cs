using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

public enum ImportStatus { Queued, Running, Completed, Failed }

/// <summary>
/// What became of a row. One mistake keeps all rows of its product out; other products are imported all the same.
/// </summary>
public enum ImportOutcome { Created, Updated, Unchanged, Refused }

/// <summary>A file on its way into the catalogue.</summary>
/// <param name="Id"><c>imp_…</c></param>
/// <param name="Status">Completed also where rows were refused; failed where the file could not be read, or the import broke off.</param>
/// <param name="CreatedAt">When it was handed in.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Rows">How far it is.</param>
/// <param name="Failure">Why it failed, and what to do.</param>
/// <param name="Actor">Who handed it in.</param>
/// <param name="Format">How the file is written.</param>
/// <param name="Products">How many products of the file are done: whoever goes on begins behind them.</param>
/// <param name="CanResume">Whether it broke off, and can go on where it did.</param>
public sealed record ImportJob(string Id, ImportStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, ImportCounts Rows, string? Failure, string Actor = ChangeAuthor.Shop,
    CatalogFileFormat Format = CatalogFileFormat.Csv, int Products = 0, bool CanResume = false)
{
    /// <summary>Where it tells what became of each row.</summary>
    public string ResultsUrl => $"/v1/admin/imports/{Id}/results";
}

/// <summary>Rows by outcome.</summary>
public sealed record ImportCounts(int Total, int Created, int Updated, int Unchanged, int Refused)
{
    public static ImportCounts None { get; } = new(0, 0, 0, 0, 0);

    public ImportCounts And(IReadOnlyCollection<ImportRowResult> results) => this with
    {
        Created = Created + results.Count(r => r.Outcome == ImportOutcome.Created),
        Updated = Updated + results.Count(r => r.Outcome == ImportOutcome.Updated),
        Unchanged = Unchanged + results.Count(r => r.Outcome == ImportOutcome.Unchanged),
        Refused = Refused + results.Count(r => r.Outcome == ImportOutcome.Refused),
    };
}

/// <summary>What became of one row.</summary>
/// <param name="Row">As a spreadsheet counts: the header is row 1.</param>
/// <param name="Sku">As the row says.</param>
/// <param name="Outcome">Of the row's product and stock.</param>
/// <param name="Mistakes">Why it was refused.</param>
public sealed record ImportRowResult(int Row, string Sku, ImportOutcome Outcome, IReadOnlyList<ImportMistake> Mistakes)
{
    /// <summary>What the stock was set to where the row says less than is held for orders, or more than one SKU can hold with what lies elsewhere; <c>null</c> where it is what the row says, or nothing new.</summary>
    public int? StockTaken { get; init; }
}

/// <summary>Table, container and queue of imports: the job, its file, and what became of each row.</summary>
public sealed class ImportStore(ShopStorage storage) : IRequiresStorage
{
    private readonly TableClient _jobs = storage.Table("Imports");
    private readonly BlobContainerClient _files = storage.Container("imports");
    private readonly QueueClient _queue = storage.Queue("imports");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Table, "Imports"), new(StorageKind.Blob, "imports"), new(StorageKind.Queue, "imports")];

    internal static string JobKey(string importId) => $"{importId}|job";

    /// <summary>Named for the first row of the page, so that whoever does the same page again writes it over.</summary>
    internal static string ResultsName(string importId, int firstRow, bool refused) => string.Create(CultureInfo.InvariantCulture, $"{ResultsFolder(importId, refused)}{firstRow:D9}");

    public async Task<Stored<ImportJob>?> Find(string importId, CancellationToken cancellationToken) =>
        await _jobs.Find(importId, JobKey(importId), cancellationToken) is { } row ? new Stored<ImportJob>(Rows.FromRow<ImportJob>(row), row.ETag) : null;

    public Task Add(ImportJob job, CancellationToken cancellationToken) => _jobs.AddEntityAsync(Rows.ToRow(job.Id, JobKey(job.Id), job), cancellationToken);

    /// <returns><c>null</c> where somebody else wrote it since it was read.</returns>
    public async Task<Stored<ImportJob>?> TryWrite(ImportJob job, ETag known, CancellationToken cancellationToken)
    {
        try
        {
            Response written = await _jobs.UpdateEntityAsync(Rows.ToRow(job.Id, JobKey(job.Id), job), known, TableUpdateMode.Replace, cancellationToken);
            return new Stored<ImportJob>(job, written.Headers.ETag!.Value);
        }
        catch (RequestFailedException stale) when (stale.Status == 412)
        {
            return null;
        }
    }

    /// <summary>While it is sent, however long it is; what breaks off leaves no file.</summary>
    public async Task WriteFile(ImportJob job, Stream file, CancellationToken cancellationToken) => await File(job).UploadAsync(file, overwrite: true, cancellationToken);

    /// <summary>The file from its beginning, fetched while it is read.</summary>
    public Task<Stream> OpenFile(ImportJob job, CancellationToken cancellationToken) => File(job).OpenReadAsync(new BlobOpenReadOptions(allowModifications: false), cancellationToken);

    /// <summary>Writes what became of a page of rows; of those that were refused once more, for whoever looks for them alone.</summary>
    public async Task WriteResults(string importId, IReadOnlyList<ImportRowResult> page, CancellationToken cancellationToken)
    {
        await Write(refused: false, page);
        if (page.Any(r => r.Outcome == ImportOutcome.Refused)) await Write(refused: true, page.Where(r => r.Outcome == ImportOutcome.Refused));

        Task Write(bool refused, IEnumerable<ImportRowResult> rows) => _files.GetBlobClient(ResultsName(importId, page[0].Row, refused))
            .UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(rows, ShopJson.Options)), overwrite: true, cancellationToken);
    }

    /// <summary>What became of rows, in the file's order: an operation to list the pages and one for each that it takes to fill the answer.</summary>
    /// <param name="importId">Whose.</param>
    /// <param name="refused">Only of those that were refused.</param>
    /// <param name="afterRow">0 for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<ImportRowResult>> ReadResults(string importId, bool refused, int afterRow, int limit, CancellationToken cancellationToken)
    {
        string folder = ResultsFolder(importId, refused), last = ResultsName(importId, afterRow + 1, refused);
        List<string> pages = [];
        await foreach (BlobItem page in _files.GetBlobsAsync(BlobTraits.None, BlobStates.None, folder, cancellationToken)) pages.Add(page.Name);
        int first = Math.Max(0, pages.FindLastIndex(page => string.CompareOrdinal(page, last) <= 0));

        List<ImportRowResult> found = [];
        foreach (string page in pages.Skip(first))
        {
            BinaryData json = (await _files.GetBlobClient(page).DownloadContentAsync(cancellationToken)).Value.Content;
            found.AddRange(JsonSerializer.Deserialize<List<ImportRowResult>>(json, ShopJson.Options)!.Where(r => r.Row > afterRow).Take(limit - found.Count));
            if (found.Count == limit) break;
        }
        return found;
    }

    /// <summary>Jobs that were handed in before, the oldest first.</summary>
    internal IAsyncEnumerable<ImportJob> HandedInBefore(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        string below = Ids.First("imp", moment);
        return _jobs.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey lt {below}"), cancellationToken: cancellationToken).Select(Rows.FromRow<ImportJob>);
    }

    /// <summary>Deletes an import with its file and what became of its rows; the job last, so that a deletion which broke off is found again.</summary>
    internal async Task Delete(string importId, CancellationToken cancellationToken)
    {
        await foreach (BlobItem blob in _files.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{importId}/", cancellationToken)) await _files.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
        await _jobs.DeleteEntityAsync(importId, JobKey(importId), ETag.All, cancellationToken);
    }

    private static string ResultsFolder(string importId, bool refused) => $"{importId}/{(refused ? "refused" : "results")}/";

    private BlobClient File(ImportJob job) => _files.GetBlobClient($"{job.Id}/file.{job.Format.Extension()}");

    public Task Enqueue(string importId, CancellationToken cancellationToken) => Enqueue(importId, TimeSpan.Zero, cancellationToken);

    /// <param name="importId">What to go on with.</param>
    /// <param name="hidden">For so long the message is not seen.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal Task Enqueue(string importId, TimeSpan hidden, CancellationToken cancellationToken) => _queue.SendMessageAsync(
        JsonSerializer.Serialize(new ImportMessage(ImportMessage.Name, 1, importId, Tracing.Parent), ShopJson.Options), hidden, cancellationToken: cancellationToken);
}

/// <summary>Message of queue <c>imports</c>.</summary>
internal sealed record ImportMessage(string Type, int Version, string ImportId, string? Traceparent)
{
    public const string Name = "import.run";
}
