namespace Shop.Catalog;

/// <summary>Imports that ended, and exports, go with their files after a month, some each night.</summary>
public sealed class ForgetFiles(ImportStore imports, ExportStore exports, TimeProvider clock)
{
    private const int MostAtOnce = 1000;

    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public async Task Run(CancellationToken cancellationToken)
    {
        DateTimeOffset before = clock.GetUtcNow() - Kept;
        // One that broke off and waits to be resumed is as old as the others by then.
        await foreach (ImportJob job in imports.HandedInBefore(before, cancellationToken).Where(job => job.Status is ImportStatus.Completed or ImportStatus.Failed).Take(MostAtOnce))
            await imports.Delete(job.Id, cancellationToken);
        // Nobody waits any more for one that was never written.
        await foreach (ExportJob job in exports.AskedBefore(before, cancellationToken).Take(MostAtOnce))
            await exports.Delete(job, cancellationToken);
    }
}
