using Shop.Common;

namespace Shop.Catalog;

/// <summary>Has the catalogue written into a file by a worker.</summary>
public sealed class StartExport(ExportStore store, TimeProvider clock)
{
    public async Task<Result<ExportJob>> Run(ExportRequest asked, CancellationToken cancellationToken)
    {
        var job = new ExportJob(Ids.New("exp", clock), asked.Format, ExportStatus.Queued, clock.GetUtcNow(), null, null, null);
        await store.Write(job, cancellationToken);
        await store.Enqueue(job.Id, cancellationToken);
        return job;
    }
}
