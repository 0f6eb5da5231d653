using System.Diagnostics;

namespace Shop.Benchmarks.Load;

/// <summary>
/// A number of workers, each of which begins again as soon as it is done. What ends between the warm-up and the deadline counts; then
/// every worker finishes what it has begun, so that the next measurement finds the machine idle.
/// </summary>
internal static class ClosedLoop
{
    /// <summary>However fast it is, a loop ends.</summary>
    private const int MostTurns = 5_000_000;

    /// <summary>The compiler rewrites hot code for some seconds after a start; a figure from that time would be one about the compiler.</summary>
    public static Task Warm(int workers, Func<int, int, ValueTask> turn) => Run(workers, TimeSpan.FromSeconds(8), turn);

    /// <param name="workers">How many are in flight at a time.</param>
    /// <param name="window">How long is measured, after a warm-up of half as long and at least a second.</param>
    /// <param name="turn">One turn of a worker, by the worker's number and the turn's. What it throws ends the benchmark: a figure that counts failures is none.</param>
    public static async Task<Measured> Run(int workers, TimeSpan window, Func<int, int, ValueTask> turn)
    {
        long from = Stopwatch.GetTimestamp() + (long)(Math.Max(1, window.TotalSeconds / 2) * Stopwatch.Frequency);
        long until = from + (long)(window.TotalSeconds * Stopwatch.Frequency);
        int turns = 0;
        List<long>[] took = [.. await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            List<long> mine = [];
            while (Interlocked.Increment(ref turns) is var number && number <= MostTurns)
            {
                long begun = Stopwatch.GetTimestamp();
                if (begun >= until) break;
                await turn(worker, number);
                long ended = Stopwatch.GetTimestamp();
                if (ended >= from && ended < until) mine.Add(ended - begun);
            }
            return mine;
        })))];
        return new Measured(window, took.SelectMany(t => t));
    }
}
