using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>An import whose every attempt failed ends, and says so; once what stood in its way is gone, it goes on where it was.</summary>
public sealed class BreakOffImport(ImportStore store, TimeProvider clock)
{
    /// <summary>Its message was given up.</summary>
    public async Task Run(string importId, CancellationToken cancellationToken)
    {
        // A worker that is at it after all writes progress meanwhile; then it has not broken off, and the next look finds it going on.
        while (await store.Find(importId, cancellationToken) is { Value.Status: ImportStatus.Queued or ImportStatus.Running } known)
        {
            ImportJob job = known.Value;
            string failure = $"The import broke off behind {job.Products} products: every attempt to go on failed, and the log of the shop says why. What is done stays done. "
                + $"POST /v1/admin/imports/{job.Id}/resume goes on; handing the file in again does the same, since what is done already changes nothing.";
            if (await store.TryWrite(job with { Status = ImportStatus.Failed, FinishedAt = clock.GetUtcNow(), Failure = failure, CanResume = true }, known.ETag, cancellationToken) is not null) return;
        }
    }

    /// <returns>404 <c>catalog.import-unknown</c>; 409 <c>catalog.import-ended</c> when it did not break off.</returns>
    public async Task<Result<ImportJob>> Resume(string importId, CancellationToken cancellationToken)
    {
        while (await store.Find(importId, cancellationToken) is { } known)
        {
            ImportJob job = known.Value;
            if (job is not { Status: ImportStatus.Failed, CanResume: true }) return CatalogProblems.ImportEnded;
            // Where its file was not looked through yet, that comes first.
            job = job with { Status = job.Rows.Total == 0 ? ImportStatus.Queued : ImportStatus.Running, FinishedAt = null, Failure = null, CanResume = false };
            // The message goes first: one that finds nothing to do ends, a job without a message never does.
            await store.Enqueue(importId, TimeSpan.FromSeconds(1), cancellationToken);
            if (await store.TryWrite(job, known.ETag, cancellationToken) is not null) return job;
        }
        return CatalogProblems.ImportUnknown;
    }
}
