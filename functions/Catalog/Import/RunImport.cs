using Azure;
using Microsoft.Extensions.Logging;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Imports a file that was handed in, a slice for each message: a function may run for minutes only. After each page it says how far it is,
/// so that whoever goes on after a crash does one page again; of two that do the same slice, one stops at its first page.
/// </summary>
public sealed partial class RunImport(
    ImportStore store, ImportProducts products, CatalogFollower follower, ShopOptions shop, TimeProvider clock, ILogger<RunImport> logger)
{
    /// <summary>Enough to keep storage busy, few enough to fit one note and to be written well before the note comes to light.</summary>
    internal const int ProductsOnPage = 400;

    /// <summary>Far from <c>functionTimeout</c>, and few enough that reading the file up to the position again costs little.</summary>
    private static readonly TimeSpan SliceTime = TimeSpan.FromMinutes(1);

    /// <param name="importId">Whose file.</param>
    /// <param name="cancellationToken">Stops it; another message goes on.</param>
    /// <param name="productsOnPage">So many at once.</param>
    /// <param name="pagesAtMost">Ends the slice after so many, if its time has not ended it.</param>
    public async Task Run(string importId, CancellationToken cancellationToken, int productsOnPage = ProductsOnPage, int pagesAtMost = int.MaxValue)
    {
        if (await store.Find(importId, cancellationToken) is not { } known) throw new InvalidOperationException($"There is no import {importId}.");
        if (known.Value.Status == ImportStatus.Queued) known = await Check(known, cancellationToken);
        if (known?.Value.Status != ImportStatus.Running) return;

        // What others have changed meanwhile is compared from memory.
        await follower.CatchUp(cancellationToken);
        long started = clock.GetTimestamp();
        int position = known.Value.Products, pages = 0;
        await using Stream file = await store.OpenFile(known.Value, cancellationToken);
        await foreach (ImportGroup[] page in Groups(known.Value, file, cancellationToken).Skip(position).Chunk(productsOnPage).WithCancellation(cancellationToken))
        {
            if (pages > 0 && (pages >= pagesAtMost || clock.GetElapsedTime(started) > SliceTime))
            {
                await store.Enqueue(importId, cancellationToken);
                return;
            }
            // A slice may begin with what a crash left of another.
            var author = new ChangeAuthor(known.Value.Actor, importId);
            IReadOnlyList<ImportRowResult> results = await products.Run(author, importId, [.. page.Select(g => g.Read())], mayBeRepeated: pages == 0, cancellationToken);
            await store.WriteResults(importId, results, cancellationToken);
            known = await Write(known, known.Value with { Rows = known.Value.Rows.And(results), Products = known.Value.Products + page.Length }, cancellationToken);
            if (known is null) return;
            pages++;
            Progress(importId, known.Value.Products, known.Value.Rows.Total);
        }
        ImportCounts counts = known.Value.Rows;
        if (await Write(known, known.Value with { Status = ImportStatus.Completed, FinishedAt = clock.GetUtcNow() }, cancellationToken) is not null)
            Completed(importId, counts.Created, counts.Updated, counts.Unchanged, counts.Refused);
    }

    /// <summary>Reads the file to its end before anything of it is imported: one that cannot be read is refused as a whole.</summary>
    private async Task<Stored<ImportJob>?> Check(Stored<ImportJob> known, CancellationToken cancellationToken)
    {
        ImportJob job = known.Value;
        try
        {
            await using Stream file = await store.OpenFile(job, cancellationToken);
            int rows = 0;
            await foreach (ImportGroup group in Groups(job, file, cancellationToken)) rows += group.Rows;
            return await Write(known, job with { Status = ImportStatus.Running, Rows = job.Rows with { Total = rows } }, cancellationToken);
        }
        catch (UnreadableFileException unreadable)
        {
            NotReadable(job.Id);
            return await Write(known, job with { Status = ImportStatus.Failed, FinishedAt = clock.GetUtcNow(), Failure = unreadable.Message }, cancellationToken);
        }
    }

    private IAsyncEnumerable<ImportGroup> Groups(ImportJob job, Stream file, CancellationToken cancellationToken)
    {
        var currency = Currency.Parse(shop.Currency);
        return job.Format == CatalogFileFormat.Csv
            ? new ImportReader(currency, shop.Locale).Read(file, cancellationToken)
            : new NdjsonReader(currency, shop.Locale).Read(file, cancellationToken);
    }

    private async Task<Stored<ImportJob>?> Write(Stored<ImportJob> known, ImportJob job, CancellationToken cancellationToken)
    {
        Stored<ImportJob>? written = await store.TryWrite(job, known.ETag, cancellationToken);
        if (written is null) DoneByAnother(job.Id);
        return written;
    }

    [LoggerMessage(2011, LogLevel.Information, "Import {ImportId}: {Products} products done; the file has {Total} rows.")]
    private partial void Progress(string importId, int products, int total);

    [LoggerMessage(2012, LogLevel.Information, "Import {ImportId} is complete: {Created} rows created, {Updated} updated, {Unchanged} unchanged, {Refused} refused.")]
    private partial void Completed(string importId, int created, int updated, int unchanged, int refused);

    [LoggerMessage(2013, LogLevel.Warning, "Import {ImportId} failed: its file cannot be read.")]
    private partial void NotReadable(string importId);

    [LoggerMessage(2016, LogLevel.Information, "Import {ImportId} is done by another worker; this one stops.")]
    private partial void DoneByAnother(string importId);
}
