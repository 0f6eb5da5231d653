using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// A process that is killed takes up to a fifth of a second of availability with it. So each leaves word before it takes any work, puts it off
/// while it lives, and takes it back when it stops in order: word that comes to light is of a process that died, and says since when to look.
/// One operation in half a minute, however many SKUs there are, and none for a change.
/// </summary>
public sealed partial class StockWatch(StockRepairs repairs, AvailabilityFeed feed, TimeProvider clock, ILogger<StockWatch> logger) : RepeatingService(TimeSpan.FromSeconds(30), clock), IHostedLifecycleService
{
    /// <summary>A write that storage has made may be heard of this much later.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private RepairNote? _note;
    private DateTimeOffset? _told;

    /// <summary>For how long a process may be silent before it is taken for dead.</summary>
    internal TimeSpan Hidden { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Lifecycle services start before the host takes work, so no stock changes without word being left.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        RepairNote left = await repairs.Leave(null, Hidden, cancellationToken);
        _told = left.At;
        await PutOff(left, cancellationToken);
    }

    /// <summary>Says that the process lives, and that everything until now was passed on.</summary>
    internal async Task PutOff(CancellationToken cancellationToken)
    {
        DateTimeOffset? seen = _note?.At;
        await feed.Flush(cancellationToken);
        _told = seen ?? _told;
        if (_note is { } note) await PutOff(note, cancellationToken);
        else _note = await repairs.Leave(Since, Hidden, cancellationToken);
    }

    protected override Task Turn(CancellationToken cancellationToken) => PutOff(cancellationToken);

    protected override void TurnFailed(Exception failure) => NotPutOff(failure);

    /// <summary>Stops after the feed, which has passed on the last figures by then; where it could not, the word stays.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_note is not { } note || !feed.IsEmpty) return;
        try
        {
            await repairs.Drop(note, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            NotDropped(failure);
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private DateTimeOffset? Since => _told - Margin;

    // Found while this process was away: it is alive, and leaves word anew.
    private async Task PutOff(RepairNote note, CancellationToken cancellationToken) =>
        _note = await repairs.PutOff(note, Since!.Value, Hidden, cancellationToken) ?? await repairs.Leave(Since, Hidden, cancellationToken);

    [LoggerMessage(2113, LogLevel.Warning, "Word of this process could not be taken back: another one looks for what it may have missed.")]
    private partial void NotDropped(Exception failure);

    [LoggerMessage(2103, LogLevel.Warning, "Word of what may be missing from the catalogue's availability could not be put off; it is tried again.")]
    private partial void NotPutOff(Exception failure);
}
