namespace Shop.Emulator.Pages;

/// <summary>
/// Where a moment stands on a line from 0 to 100. Waits of days and calls of milliseconds meet in one picture, so the gap between two moments grows
/// with the logarithm of its length: order and overlap are true to scale, lengths are told in words.
/// </summary>
internal sealed class TimeAxis
{
    private readonly DateTimeOffset[] _moments;
    private readonly double[] _positions;

    public TimeAxis(IEnumerable<DateTimeOffset> moments)
    {
        _moments = [.. moments.Distinct().Order()];
        _positions = new double[_moments.Length];
        for (int i = 1; i < _moments.Length; i++) _positions[i] = _positions[i - 1] + 1 + Math.Log10(1 + (_moments[i] - _moments[i - 1]).TotalMilliseconds);
        double whole = _positions.Length > 0 ? _positions[^1] : 0;
        for (int i = 1; i < _positions.Length; i++) _positions[i] *= 100 / whole;
    }

    /// <param name="moment">One of those that the axis was made of.</param>
    public double Of(DateTimeOffset moment) => _positions[Array.BinarySearch(_moments, moment)];
}
