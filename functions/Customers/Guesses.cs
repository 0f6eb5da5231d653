using System.Collections.Concurrent;

namespace Shop.Customers;

/// <summary>
/// Looks codes up for whoever tries them. A right one costs nothing but its look-up; a wrong one is counted, over all instances, before anybody learns that it is wrong.
/// While a code of somebody is looked up here, every other code of theirs is counted first, right or wrong: so guesses that are sent side by side cannot outrun the count. Whoever is
/// blocked is remembered here, and an instance that has not heard of it yet answers one guess, which is counted and tells it.
/// </summary>
public sealed class Guesses(Attempts attempts, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, bool> _undecided = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _blocked = new(StringComparer.Ordinal);
    private long _fullUntilTicks;

    /// <summary>How many who are blocked are remembered. Beyond them every code of everybody is counted first, until a window has passed.</summary>
    internal int MostBlocked { get; init; } = 50_000;

    /// <param name="rule">The limit.</param>
    /// <param name="subject">Who tries.</param>
    /// <param name="look">Answers <c>null</c> for a wrong code. It is never broken off, and so must not take the request's token: whoever hangs up before they were counted would have guessed for nothing.</param>
    /// <returns>How long they must wait; or else what was found.</returns>
    public async Task<(TimeSpan? Wait, T? Found)> Find<T>(AttemptRule rule, string subject, Func<Task<T?>> look) where T : class
    {
        string key = attempts.PartitionKey(rule, subject);
        if (BlockedFor(key) is { } blocked) return (blocked, null);
        if (IsFull || !_undecided.TryAdd(key, true)) return await Count(key, rule, subject) is { } wait ? (wait, null) : (null, await look());
        try
        {
            return await look() is { } found ? (null, found) : (await Count(key, rule, subject), null);
        }
        finally
        {
            _undecided.TryRemove(key, out _);
        }
    }

    private bool IsFull => Interlocked.Read(ref _fullUntilTicks) > clock.GetUtcNow().UtcTicks;

    private TimeSpan? BlockedFor(string key)
    {
        if (!_blocked.TryGetValue(key, out DateTimeOffset until)) return null;
        if (until - clock.GetUtcNow() is { Ticks: > 0 } wait) return wait;
        _blocked.TryRemove(key, out _);
        return null;
    }

    private async Task<TimeSpan?> Count(string key, AttemptRule rule, string subject)
    {
        (TimeSpan? before, TimeSpan? after) = await attempts.Add(rule, subject, CancellationToken.None);
        if (after is { } blocked) Remember(key, clock.GetUtcNow() + blocked);
        return before;
    }

    private void Remember(string key, DateTimeOffset until)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (_blocked.Count >= MostBlocked)
        {
            foreach ((string other, DateTimeOffset over) in _blocked)
                if (over <= now) _blocked.TryRemove(other, out _);
        }
        if (_blocked.Count < MostBlocked) _blocked[key] = until;
        else Interlocked.Exchange(ref _fullUntilTicks, (now + AttemptRule.Window).UtcTicks);
    }
}
