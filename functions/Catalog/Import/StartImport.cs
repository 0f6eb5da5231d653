using Shop.Common;

namespace Shop.Catalog;

/// <summary>Takes a catalogue file and has it imported by a worker.</summary>
public sealed class StartImport(ImportStore store, TimeProvider clock)
{
    /// <param name="file">Written away while it is read.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="actor">Who hands it in.</param>
    /// <param name="cancellationToken">Ends it; a file that has not come whole is not kept.</param>
    public async Task<ImportJob> Run(Stream file, CatalogFileFormat format, string actor, CancellationToken cancellationToken)
    {
        var job = new ImportJob(Ids.New("imp", clock), ImportStatus.Queued, clock.GetUtcNow(), null, ImportCounts.None, null, actor, format);
        await store.WriteFile(job, file, cancellationToken);
        await store.Add(job, cancellationToken);
        await store.Enqueue(job.Id, cancellationToken);
        return job;
    }
}
