using System.Diagnostics;

namespace Shop.Benchmarks.Load;

/// <summary>What ended inside the window, and how long each took.</summary>
internal sealed class Measured(TimeSpan window, IEnumerable<long> ticks)
{
    private readonly long[] _sorted = [.. ticks.Order()];

    public int Count => _sorted.Length;

    public double PerSecond => Count / window.TotalSeconds;

    public TimeSpan Percentile(int percent) => _sorted.Length == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, _sorted[Math.Min(_sorted.Length - 1, _sorted.Length * percent / 100)]);
}
