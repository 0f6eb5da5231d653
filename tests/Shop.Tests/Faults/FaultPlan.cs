using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Shop.Tests.Faults;

/// <summary>Knows which orders are to be disturbed where, and counts the steps that each takes. It outlives the hosts that are killed.</summary>
internal sealed partial class FaultPlan
{
    private readonly ConcurrentDictionary<string, FaultSubject> _byId = new(StringComparer.Ordinal);

    /// <summary>How many steps were begun by all that are watched.</summary>
    public int Begun => _byId.Values.Distinct().Sum(s => s.Steps.Count);

    /// <summary>From now on the steps of what becomes of this cart are watched.</summary>
    public FaultSubject Watch(string cartId, FaultPoint? point) => _byId[cartId] = new FaultSubject(point);

    /// <summary>Whose step it is, by the ids in its text; <c>null</c> for everybody else's. An order becomes known by its cart, and its payment by the order.</summary>
    public FaultSubject? Find(string text)
    {
        string[] ids = [.. Id().Matches(text).Select(m => m.Value)];
        if (ids.Select(id => _byId.GetValueOrDefault(id)).FirstOrDefault(s => s is not null) is not { } subject) return null;
        foreach (string id in ids) _byId.TryAdd(id, subject);
        return subject;
    }

    [GeneratedRegex("(?:crt|ord|pi)_[0-9A-Za-z]{20,}", RegexOptions.None, 1000)]
    private static partial Regex Id();
}

/// <summary>An order on its way, with what is to happen to it.</summary>
internal sealed class FaultSubject(FaultPoint? point)
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<Step> _steps = [];
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _done;

    public FaultPoint? Point => point;

    /// <summary>Completes when the point was reached; a kill then waits for <see cref="Life.End"/>.</summary>
    public Task Reached => _reached.Task;

    /// <summary>The steps so far, in order.</summary>
    public IReadOnlyList<Step> Steps
    {
        get { lock (_steps) return [.. _steps]; }
    }

    public Step Begin(string name)
    {
        lock (_steps)
        {
            int number = _counts[name] = _counts.GetValueOrDefault(name) + 1;
            _steps.Add(new Step(name, number));
            return _steps[^1];
        }
    }

    /// <exception cref="InjectedFaultException">The point is here, and was not reached before.</exception>
    public async Task Pass(Step step, Moment moment, Task endOfLife)
    {
        if (point is null || point.Step != step || point.Moment != moment || Interlocked.Exchange(ref _done, 1) == 1) return;
        _reached.TrySetResult();
        if (point.Harm == Harm.Kill) await endOfLife;
        throw new InjectedFaultException(point);
    }
}
