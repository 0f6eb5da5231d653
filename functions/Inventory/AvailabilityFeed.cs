using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Catalog;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Tells the catalogue what can still be sold: this instance's index at once, all others through the log, in one append for every SKU that
/// changed within <see cref="Interval"/>. A figure in this index is therefore in the log or waiting here.
/// </summary>
public sealed partial class AvailabilityFeed(CatalogLog log, CatalogIndex index, TimeProvider clock, ILogger<AvailabilityFeed> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _waiting = new(0, 1);
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private readonly Dictionary<Sku, Func<Sku, CancellationToken, Task<StockItem?>>> _doubted = [];
    private Dictionary<Sku, AvailabilityFigure> _changed = [];

    /// <summary>Passes on figures that are newer than what the catalogue has.</summary>
    internal void Announce(StockItem item)
    {
        if (item.Version <= index.AvailabilityVersion(item.Sku)) return;
        Keep([Figure(item)]);
    }

    /// <summary>Nobody knows whether a write was made: its answer was lost. It is read before the next append, and until that could be done, this process has not passed on everything.</summary>
    internal void Doubt(Sku sku, Func<Sku, CancellationToken, Task<StockItem?>> read)
    {
        lock (_gate)
        {
            _doubted[sku] = read;
            if (_waiting.CurrentCount == 0) _waiting.Release();
        }
    }

    /// <summary>What the catalogue is told of an item.</summary>
    internal static AvailabilityFigure Figure(StockItem item) => new(item.Sku, Math.Max(0, item.Available), item.Version) { Promise = Promise(item) };

    /// <summary>Whether nothing waits.</summary>
    internal bool IsEmpty
    {
        get
        {
            lock (_gate) return _changed.Count == 0 && _doubted.Count == 0;
        }
    }

    /// <summary>Appends what waits; when it returns, other instances can read it.</summary>
    public async Task Flush(CancellationToken cancellationToken)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            await Settle(cancellationToken);
            Dictionary<Sku, AvailabilityFigure> changed;
            lock (_gate) (changed, _changed) = (_changed, []);
            if (changed.Count == 0) return;
            try
            {
                await log.Append(changed.Values.Chunk(1000).Select(figures => new CatalogLogLine { Stock = figures }), cancellationToken);
            }
            catch
            {
                Keep(changed.Values);
                throw;
            }
        }
        finally
        {
            _flushing.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _waiting.WaitAsync(stoppingToken);
            try
            {
                await Flush(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                NotAppended(failure);
                lock (_gate)
                    if (_waiting.CurrentCount == 0) _waiting.Release();
            }
            await Task.Delay(Interval, clock, stoppingToken);
        }
    }

    /// <summary>An orderly stop leaves nothing behind.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Flush(cancellationToken);
    }

    public override void Dispose()
    {
        _waiting.Dispose();
        _flushing.Dispose();
        base.Dispose();
    }

    private async Task Settle(CancellationToken cancellationToken)
    {
        KeyValuePair<Sku, Func<Sku, CancellationToken, Task<StockItem?>>>[] doubted;
        lock (_gate) doubted = [.. _doubted];
        foreach ((Sku sku, Func<Sku, CancellationToken, Task<StockItem?>> read) in doubted)
        {
            StockItem? item = await read(sku, cancellationToken);
            if (item is not null) Announce(item);
            lock (_gate) _doubted.Remove(sku);
        }
    }

    private static SalesPromise? Promise(StockItem item) => item.Policy.Kind switch
    {
        OversellKind.Deny => null,
        OversellKind.Preorder => new SalesPromise(PromiseKind.Preorder, item.Promisable, item.Policy.AvailableFrom),
        _ => new SalesPromise(PromiseKind.Backorder, item.Promisable, item.Policy.AvailableFrom),
    };

    private void Keep(IReadOnlyCollection<AvailabilityFigure> figures)
    {
        lock (_gate)
        {
            foreach (AvailabilityFigure figure in figures)
                if (!_changed.TryGetValue(figure.Sku, out AvailabilityFigure? waiting) || waiting.Version < figure.Version) _changed[figure.Sku] = figure;
            index.Apply([new CatalogLogLine { Stock = [.. figures] }]);
            if (_waiting.CurrentCount == 0) _waiting.Release();
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "Availability could not be passed on; it is tried again.")]
    private partial void NotAppended(Exception failure);
}
