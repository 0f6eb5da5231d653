using System.Diagnostics;

namespace Shop.Tests;

/// <summary>Waits for a condition that something else brings about; fails when it never comes.</summary>
internal static class Until
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30), LongestPause = TimeSpan.FromMilliseconds(100);

    public static async Task<T> Found<T>(Func<Task<T?>> look, string what, TimeSpan? limit = null) where T : class
    {
        TimeSpan most = limit ?? Limit;
        // Each look is a request: looking all the time keeps what is waited for from the processors.
        TimeSpan pause = TimeSpan.FromMilliseconds(10);
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < most)
        {
            if (await look() is { } found) return found;
            await Task.Delay(pause, TimeProvider.System, TestContext.Current.CancellationToken);
            if (pause < LongestPause) pause *= 1.5;
        }
        throw new Xunit.Sdk.XunitException($"Waited {most.TotalSeconds} seconds in vain for {what}.");
    }

    public static Task True(Func<Task<bool>> holds, string what, TimeSpan? limit = null) => Found(async () => await holds() ? what : null, what, limit);

    public static Task True(Func<bool> holds, string what) => True(() => Task.FromResult(holds()), what);
}
