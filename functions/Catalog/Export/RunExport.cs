using Shop.Common;

namespace Shop.Catalog;

/// <summary>Writes the catalogue into a file, drafts and archived products too, from memory: everything that was durable when it began is in it.</summary>
public sealed class RunExport(ExportStore store, CatalogFollower follower, CatalogIndex index, TimeProvider clock)
{
    public async Task Run(string exportId, CancellationToken cancellationToken)
    {
        ExportJob job = await store.Find(exportId, cancellationToken) ?? throw new InvalidOperationException($"There is no export {exportId}.");
        if (job.Status == ExportStatus.Completed) return;

        await follower.CatchUp(cancellationToken);
        // Oldest first: an import into another shop makes them in this order again.
        CatalogView view = index.View;
        Product[] products = [.. view.Newest.Reverse().Select(n => view.Entry(n).Product)];
        await using (Stream file = await store.CreateFile(job, cancellationToken))
            await CatalogFiles.Write(file, job.Format, products, index.Currency, cancellationToken);
        await store.Write(job with { Status = ExportStatus.Completed, FinishedAt = clock.GetUtcNow(), Products = products.Length, FileUrl = $"/v1/admin/exports/{job.Id}/file" }, cancellationToken);
    }
}
