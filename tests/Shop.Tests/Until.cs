using System.Diagnostics;

namespace Shop.Tests;

/// <summary>Waits for a condition that something else brings about; fails when it never comes.</summary>
internal static class Until
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<T> Found<T>(Func<Task<T?>> look, string what, TimeSpan? limit = null) where T : class
    {
        TimeSpan most = limit ?? Limit;
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < most)
        {
            if (await look() is { } found) return found;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        throw new Xunit.Sdk.XunitException($"Waited {most.TotalSeconds} seconds in vain for {what}.");
    }

    public static Task True(Func<Task<bool>> holds, string what, TimeSpan? limit = null) => Found(async () => await holds() ? what : null, what, limit);

    public static Task True(Func<bool> holds, string what) => True(() => Task.FromResult(holds()), what);
}
