using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>What happens to pictures behind the requests.</summary>
public sealed class MediaWorkers(ProcessUpload process, SweepMedia sweep, MediaStore media)
{
    /// <summary>Makes a picture of what was uploaded.</summary>
    [Function("ProcessImageUpload")]
    public async Task Process([QueueTrigger("%NamePrefix%-images")] string message, FunctionContext context)
    {
        ImageMessage uploaded = QueueMessages.Read<ImageMessage>(message, ImageMessage.Name, 1);
        using Activity trace = Tracing.Continue("ProcessImageUpload", uploaded.Traceparent, ActivityKind.Consumer);
        await process.Run(uploaded.ProductId, uploaded.ImageId, uploaded.IsLast, context.CancellationToken);
    }

    /// <summary>Sweeps one page of pictures and uploads.</summary>
    [Function("SweepMedia")]
    public async Task Sweep([QueueTrigger("%NamePrefix%-media-sweeps")] string message, FunctionContext context)
    {
        MediaSweepMessage page = QueueMessages.Read<MediaSweepMessage>(message, MediaSweepMessage.Name, 1);
        using Activity trace = Tracing.Continue("SweepMedia", page.Traceparent, ActivityKind.Consumer);
        await sweep.Run(page.Continuation, context.CancellationToken);
    }

    /// <summary>Nightly: begins the sweep.</summary>
    [Function("SweepMediaNightly")]
    public Task Nightly([TimerTrigger("%MediaSweepSchedule%")] TimerInfo timer, FunctionContext context) => media.EnqueueSweep(null, context.CancellationToken);
}
