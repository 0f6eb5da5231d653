using Microsoft.Extensions.Logging;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>Imports a file that was handed in. It may run again after a crash: what is there already is unchanged then.</summary>
public sealed partial class RunImport(ImportStore store, ImportProducts products, ShopOptions shop, TimeProvider clock, ILogger<RunImport> logger)
{
    /// <summary>Enough to keep storage busy, few enough to fit one note and to show progress.</summary>
    private const int ProductsAtOnce = 100;

    public async Task Run(string importId, CancellationToken cancellationToken)
    {
        if (await store.Find(importId, cancellationToken) is not { Value: var job }) throw new InvalidOperationException($"There is no import {importId}.");
        if (job.Status is ImportStatus.Completed or ImportStatus.Failed) return;

        byte[] content = await store.ReadFile(job, cancellationToken);
        var currency = Currency.Parse(shop.Currency);
        ImportFile file = job.Format == CatalogFileFormat.Csv ? new ImportReader(currency, shop.Locale).Read(content) : new NdjsonReader(currency, shop.Locale).Read(content);
        if (file.Unreadable is { } why)
        {
            await store.Write(job with { Status = ImportStatus.Failed, FinishedAt = clock.GetUtcNow(), Failure = why }, cancellationToken);
            NotReadable(importId);
            return;
        }

        int total = file.Products.Sum(p => p.Rows.Count);
        List<ImportRowResult> results = new(total);
        foreach (ImportProduct[] chunk in file.Products.Chunk(ProductsAtOnce))
        {
            results.AddRange(await products.Run(new ChangeAuthor(job.Actor, importId), importId, chunk, cancellationToken));
            await store.Write(job with { Status = ImportStatus.Running, Rows = ImportCounts.Of(total, results) }, cancellationToken);
            Progress(importId, results.Count, total);
        }
        await store.WriteResults(importId, results, cancellationToken);
        ImportCounts counts = ImportCounts.Of(total, results);
        await store.Write(job with { Status = ImportStatus.Completed, FinishedAt = clock.GetUtcNow(), Rows = counts }, cancellationToken);
        Completed(importId, counts.Created, counts.Updated, counts.Unchanged, counts.Refused);
    }

    [LoggerMessage(2011, LogLevel.Information, "Import {ImportId}: {Rows} of {Total} rows.")]
    private partial void Progress(string importId, int rows, int total);

    [LoggerMessage(2012, LogLevel.Information, "Import {ImportId} is complete: {Created} rows created, {Updated} updated, {Unchanged} unchanged, {Refused} refused.")]
    private partial void Completed(string importId, int created, int updated, int unchanged, int refused);

    [LoggerMessage(2013, LogLevel.Warning, "Import {ImportId} failed: its file cannot be read.")]
    private partial void NotReadable(string importId);
}
