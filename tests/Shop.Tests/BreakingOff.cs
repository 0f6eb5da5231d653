using System.Diagnostics.Metrics;

namespace Shop.Tests;

/// <summary>Cancels what runs in this flow before it asks storage for the given operation: as far as the work can tell, its process ends there.</summary>
internal sealed class BreakingOff : IDisposable
{
    private static readonly AsyncLocal<BreakingOff?> Current = new();
    private readonly CancellationTokenSource _source = new();
    private readonly MeterListener _listener = new();
    private int _left;

    /// <param name="operation">From 1.</param>
    public BreakingOff(int operation)
    {
        _left = operation;
        Current.Value = this;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "shop.storage.operations") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (ReferenceEquals(Current.Value, this) && --_left == 0) _source.Cancel();
        });
        _listener.Start();
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        Current.Value = null;
        _listener.Dispose();
        _source.Dispose();
    }
}
