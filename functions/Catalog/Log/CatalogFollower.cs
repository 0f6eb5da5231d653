using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Shop.Catalog;

/// <summary>
/// Fills this instance's index before the first request is taken, from the newest snapshot and the log behind it, and then follows the log:
/// one storage operation a second while nothing happens.
/// </summary>
public sealed partial class CatalogFollower(CatalogLog log, CatalogSnapshots snapshots, CatalogIndex index, TimeProvider clock, ILogger<CatalogFollower> logger)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private LogPosition _position;

    /// <summary>Loads the catalogue. Lifecycle services start before the host takes work, so no request meets an empty index.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        _position = await snapshots.Load(index, cancellationToken);
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
                if (reading.Lines.Count > 0) index.Apply(reading.Lines);
                _position = reading.End == ReadingEnd.Gone ? await snapshots.Load(index, cancellationToken) : reading.Position;
                if (reading.End == ReadingEnd.End) return _position;
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CatchUp(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // The catalogue stays readable as it was; the next second tries again.
                NotFollowed(failure);
            }
        }
    }

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

    [LoggerMessage(2002, LogLevel.Warning, "The catalogue's log cannot be read; shoppers see the catalogue as it was.")]
    private partial void NotFollowed(Exception failure);
}
