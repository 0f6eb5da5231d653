using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Shop.Downloads;

public sealed partial class CopyWorkers(StampedFiles copies, DownloadOptions options, ILogger<CopyWorkers> logger)
{
    /// <summary>Nightly: removes stamped copies that are old; they are made anew when somebody asks. What one night does not reach, the next one does.</summary>
    [Function("SweepCopies")]
    public async Task Sweep([TimerTrigger("%CopySweepSchedule%")] TimerInfo timer, CancellationToken cancellationToken)
    {
        // Storage dates its blobs by its own clock.
        int removed = await copies.Sweep(TimeProvider.System.GetUtcNow().AddDays(-options.CopyDays), cancellationToken);
        if (removed > 0) Swept(removed);
    }

    [LoggerMessage(2803, LogLevel.Information, "{Copies} stamped copies were removed.")]
    private partial void Swept(int copies);
}
