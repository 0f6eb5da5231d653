using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>
/// Fills this instance's index before the first request is taken, from the newest snapshot and the log behind it, and then follows the log:
/// one storage operation a second while nothing happens.
/// </summary>
public sealed partial class CatalogFollower(CatalogLog log, CatalogSnapshots snapshots, CatalogIndex index, TimeProvider clock, ILogger<CatalogFollower> logger)
    : RepeatingService(TimeSpan.FromSeconds(1), clock), IHostedLifecycleService
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private LogPosition _position;

    /// <summary>In how many pieces the log that it stands in was written: whoever reads it is told, whoever wrote them.</summary>
    internal int Blocks { get; private set; }

    /// <summary>Loads the catalogue. Lifecycle services start before the host takes work, so no request meets an empty index.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        _position = await Load(cancellationToken);
        await CatchUp(cancellationToken);
        Loaded(index.Count, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>Reads what was appended since: when it returns, the index holds everything that was durable when it was called.</summary>
    public async Task<LogPosition> CatchUp(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                Reading reading = await log.Read(_position, cancellationToken);
                Blocks = reading.Blocks;
                if (reading.Unreadable > 0) NotReadable(reading.Unreadable);
                if (reading.Lines.Max(line => line.Rebuilt) > index.Generation && await Replace(cancellationToken)) continue;
                if (reading.Lines.Count > 0) index.Apply(reading.Lines);
                _position = reading.End != ReadingEnd.Gone ? reading.Position : await Replace(cancellationToken) ? _position : await Load(cancellationToken);
                if (reading.End == ReadingEnd.End) return _position;
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<LogPosition> Load(CancellationToken cancellationToken)
    {
        (LogPosition position, int unreadable) = await snapshots.Load(index, cancellationToken);
        if (unreadable > 0) SnapshotNotReadable(unreadable);
        return position;
    }

    /// <summary>
    /// Puts the catalogue that was made from the tables in the place of what is held, all at once and with every change since it was begun: no
    /// reader meets an older state in between.
    /// </summary>
    /// <returns><c>false</c> where there is none that is newer.</returns>
    private async Task<bool> Replace(CancellationToken cancellationToken)
    {
        if (await snapshots.Newest(index.Generation + 1, cancellationToken) is not { } rebuilt) return false;
        List<CatalogLogLine> since = [];
        LogPosition position = rebuilt.Place.Position;
        Reading reading;
        do
        {
            reading = await log.Read(position, cancellationToken);
            since.AddRange(reading.Lines);
            position = reading.Position;
        }
        while (reading.End == ReadingEnd.More);
        index.Replace(rebuilt.Place.Generation, rebuilt.Lines.Concat(since));
        _position = position;
        Replaced(index.Count, rebuilt.Place.Generation);
        return true;
    }

    protected override Task Turn(CancellationToken cancellationToken) => CatchUp(cancellationToken);

    /// <summary>The catalogue stays readable as it was.</summary>
    protected override void TurnFailed(Exception failure) => NotFollowed(failure);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    [LoggerMessage(2001, LogLevel.Information, "The catalogue is in memory: {Products} products in {Milliseconds} ms.")]
    private partial void Loaded(int products, long milliseconds);

    [LoggerMessage(2018, LogLevel.Error, "{Lines} lines of the catalogue's log cannot be read: what they say is missing until the catalogue is rebuilt.")]
    private partial void NotReadable(int lines);

    [LoggerMessage(2019, LogLevel.Error, "{Snapshots} snapshots of the catalogue cannot be read: the shop may show an older catalogue, or a part of it, until it is rebuilt.")]
    private partial void SnapshotNotReadable(int snapshots);

    [LoggerMessage(2020, LogLevel.Information, "The catalogue in memory was replaced: {Products} products of generation {Generation}.")]
    private partial void Replaced(int products, int generation);

    [LoggerMessage(2002, LogLevel.Warning, "The catalogue's log cannot be read; shoppers see the catalogue as it was.")]
    private partial void NotFollowed(Exception failure);
}
