using Microsoft.Extensions.Logging;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Makes the catalogue's snapshot anew from the tables, where log and snapshot are lost or not to be trusted, while the shop goes on selling. A
/// new log is begun first and then the tables are read, so that a change is in a page, or in the new log, or in both.
/// </summary>
public sealed partial class RebuildCatalog(
    RebuildStore store, CatalogStore products, SynonymStore synonyms, CategoryStore categories, IAvailabilityFigures stock, CatalogLog log, CatalogSnapshots snapshots, TimeProvider clock, ILogger<RebuildCatalog> logger)
{
    /// <summary>So many pages of a thousand rows for each message.</summary>
    internal const int PagesAtOnce = 20;

    /// <summary>Begins one, or goes on with the one that runs: asked for twice, it is done once.</summary>
    public async Task<CatalogRebuild> Start(string actor, CancellationToken cancellationToken)
    {
        while (true)
        {
            Stored<CatalogRebuild>? known = await store.Read(cancellationToken);
            if (known is not { Value.Status: RebuildStatus.Running })
            {
                int generation = Math.Max(await snapshots.NewestGeneration(cancellationToken), known?.Value.Generation ?? 0) + 1;
                var rebuild = new CatalogRebuild(Ids.New("rbd", clock), RebuildStatus.Running, RebuildStep.Products, 0, 0, clock.GetUtcNow(), null, actor) { Generation = generation };
                // Written before the log is ended: who folds the log looks whether a rebuild needs it.
                known = await store.TryWrite(rebuild, known?.ETag, cancellationToken);
                if (known is null) continue;
            }
            await store.Enqueue(known.Value.Id, cancellationToken);
            return known.Value;
        }
    }

    internal async Task Run(string rebuildId, CancellationToken cancellationToken, int pagesAtOnce = PagesAtOnce)
    {
        Stored<CatalogRebuild>? known = await store.Read(cancellationToken);
        for (int page = 0; known is { Value.Status: RebuildStatus.Running } && known.Value.Id == rebuildId; page++)
        {
            if (page == pagesAtOnce)
            {
                await store.Enqueue(rebuildId, cancellationToken);
                return;
            }
            // Of two workers over one rebuild the second loses its version here, and ends.
            CatalogRebuild next = await Step(known.Value, cancellationToken);
            known = await store.TryWrite(next, known.ETag, cancellationToken);
            if (known is not null && next.Status == RebuildStatus.Completed)
            {
                await store.DeleteParts(cancellationToken);
                Completed(next.Id, next.Products, next.StockFigures);
            }
        }
    }

    private async Task<CatalogRebuild> Step(CatalogRebuild rebuild, CancellationToken cancellationToken)
    {
        if (rebuild.Log == 0)
        {
            await store.DeleteParts(cancellationToken);
            return rebuild with { Log = await log.Restart(cancellationToken) };
        }
        switch (rebuild.Step)
        {
            case RebuildStep.Products:
            {
                (IReadOnlyList<Product> page, string? next) = await products.Page(rebuild.From, cancellationToken);
                await store.WritePart(rebuild.Id, rebuild.Parts + 1, page.Select(product => new CatalogLogLine { Product = product }), cancellationToken);
                return rebuild with { Parts = rebuild.Parts + 1, Products = rebuild.Products + page.Count, From = next, Step = next is null ? RebuildStep.Stock : RebuildStep.Products };
            }
            case RebuildStep.Stock:
            {
                (IReadOnlyList<AvailabilityFigure> page, string? next) = await stock.Page(rebuild.From, cancellationToken);
                await store.WritePart(rebuild.Id, rebuild.Parts + 1, [new CatalogLogLine { Stock = page }], cancellationToken);
                return rebuild with { Parts = rebuild.Parts + 1, StockFigures = rebuild.StockFigures + page.Count, From = next, Step = next is null ? RebuildStep.Snapshot : RebuildStep.Stock };
            }
            default:
                await Write(rebuild, cancellationToken);
                return rebuild with { Status = RebuildStatus.Completed, FinishedAt = clock.GetUtcNow() };
        }
    }

    private async Task Write(CatalogRebuild rebuild, CancellationToken cancellationToken)
    {
        SynonymList words = (await synonyms.Read(cancellationToken)).Value;
        CategoryRecords records = (await categories.Read(cancellationToken)).Value;
        await snapshots.Write(new SnapshotPlace(rebuild.Generation, new LogPosition(rebuild.Log, 0)), async snapshot =>
        {
            await snapshot.WriteAsync(CatalogLog.Write([new CatalogLogLine { Synonyms = words }, new CatalogLogLine { Categories = records }]), cancellationToken);
            for (int part = 1; part <= rebuild.Parts; part++) await store.CopyPart(rebuild.Id, part, snapshot, cancellationToken);
        }, cancellationToken);
        await log.Append([new CatalogLogLine { Rebuilt = rebuild.Generation }], cancellationToken);
    }

    [LoggerMessage(2017, LogLevel.Information, "Rebuild {RebuildId} is complete: {Products} products and availability of {Figures} SKUs were read from the tables.")]
    private partial void Completed(string rebuildId, int products, int figures);
}
