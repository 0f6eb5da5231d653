using Shop.Common;

namespace Shop.Catalog;

/// <summary>Takes a catalogue file and has it imported by a worker.</summary>
public sealed class StartImport(ImportStore store, TimeProvider clock)
{
    public async Task<ImportJob> Run(byte[] file, CatalogFileFormat format, string actor, CancellationToken cancellationToken)
    {
        var job = new ImportJob(Ids.New("imp", clock), ImportStatus.Queued, clock.GetUtcNow(), null, ImportCounts.None, null, actor, format);
        await store.WriteFile(job, file, cancellationToken);
        await store.Write(job, cancellationToken);
        await store.Enqueue(job.Id, cancellationToken);
        return job;
    }
}
