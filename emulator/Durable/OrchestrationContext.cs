using System.Security.Cryptography;
using System.Text;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Shop.Emulator.Durable;

/// <summary>What an orchestrator sees while its history is replayed: it answers from history and collects new questions.</summary>
internal sealed class OrchestrationContext(string instanceId, PayloadSerializer payloads, ILoggerFactory loggers) : TaskOrchestrationContext
{
    private readonly Dictionary<int, ScheduledEvent> _asked = [];
    private readonly Dictionary<int, TaskCompletionSource<string?>> _waiting = [];
    private readonly Dictionary<string, List<TaskCompletionSource<string?>>> _eventWaiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<EventRaised> _buffered = [];
    private readonly Dictionary<int, string> _names = [];
    private ExecutionStarted? _started;
    private DateTimeOffset _now;
    private bool _replaying;
    private int _nextId;
    private int _guids;

    public override TaskName Name => _started!.Name;

    public override string InstanceId => instanceId;

    public override ParentOrchestrationInstance? Parent => _started?.Parent is { } parent ? new(parent.Name, parent.InstanceId) : null;

    public override DateTime CurrentUtcDateTime => _now.UtcDateTime;

    public override bool IsReplaying => _replaying;

    protected override ILoggerFactory LoggerFactory => loggers;

    /// <summary>What was asked for and is not in the history yet, in the order of asking.</summary>
    public IEnumerable<ScheduledEvent> NewQuestions => _asked.Values.OrderBy(q => q.Id);

    /// <summary>Events that nobody has waited for yet.</summary>
    public IReadOnlyList<EventRaised> Buffered => _buffered;

    /// <summary>Timers whose token was cancelled: they need not wake anybody.</summary>
    public HashSet<int> CancelledTimers { get; } = [];

    public (bool Set, string? Json) CustomStatus { get; private set; }

    public (object? Input, bool KeepEvents)? Continuation { get; private set; }

    /// <summary>Whether something durable can still wake the orchestrator: an answer, a timer, an event.</summary>
    public bool Waits => _waiting.Count > 0 || _eventWaiters.Values.Any(w => w.Count > 0);

    public void Begin(ExecutionStarted started) => _started = started;

    public void Step(DateTimeOffset at, bool replaying) => (_now, _replaying) = (at, replaying);

    public void Replaying(bool replaying) => _replaying = replaying;

    /// <summary>A question that the history holds; the replay must have asked the very same.</summary>
    public void Confirm(ScheduledEvent scheduled)
    {
        if (!_asked.Remove(scheduled.Id, out ScheduledEvent? asked))
            throw new NonDeterministicOrchestrationException(
                $"A previous run scheduled {scheduled.Question} as task {scheduled.Id}; this run did not. The orchestrator's code changed, or it depends on something that is not in its history (the time, randomness, I/O).");
        if (asked.Question != scheduled.Question)
            throw new NonDeterministicOrchestrationException(
                $"A previous run scheduled {scheduled.Question} as task {scheduled.Id}; this run scheduled {asked.Question} instead. The orchestrator's code changed, or it depends on something that is not in its history (the time, randomness, I/O).");
    }

    /// <summary>Answers a question; an answer that came already, or to a question nobody awaits, changes nothing.</summary>
    public void Answer(int id, string? result)
    {
        if (_waiting.Remove(id, out TaskCompletionSource<string?>? waiting)) waiting.TrySetResult(result);
    }

    public void Fail(int id, Failure failure)
    {
        if (_waiting.Remove(id, out TaskCompletionSource<string?>? waiting)) waiting.TrySetException(new TaskFailedException(_names[id], id, failure.ToDetails()));
    }

    /// <summary>The newest waiter is served first; without one the event is kept. What comes in the turn that begins the history anew is for the new one: nobody looks at the old waiters any more.</summary>
    public void Raise(EventRaised raised)
    {
        if (Continuation is null && _eventWaiters.TryGetValue(raised.Name, out List<TaskCompletionSource<string?>>? waiters))
        {
            while (waiters.Count > 0)
            {
                TaskCompletionSource<string?> newest = waiters[^1];
                waiters.RemoveAt(waiters.Count - 1);
                if (newest.TrySetResult(raised.Payload)) return;
            }
        }
        _buffered.Add(raised);
    }

    public override T? GetInput<T>() where T : default => payloads.Deserialize<T>(_started!.Input);

    public object? GetInput(Type type) => payloads.Deserialize(_started!.Input, type);

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        string? json = payloads.Serialize(input);
        return WithRetries(() => Ask<TResult>(id => new TaskScheduled(id, name, json), name), options);
    }

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        string? json = payloads.Serialize(input);
        string? child = (options as SubOrchestrationOptions)?.InstanceId;
        return WithRetries(() => Ask<TResult>(id => new SubOrchestrationScheduled(id, orchestratorName, child ?? $"{instanceId}:{id:x4}", json), orchestratorName), options);
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        int id = -1;
        Task<string?> fired = Ask(i => new TimerCreated(id = i, new DateTimeOffset(DateTime.SpecifyKind(fireAt, DateTimeKind.Utc))), "timer");
        using CancellationTokenRegistration cancel = cancellationToken.Register(() =>
        {
            CancelledTimers.Add(id);
            if (_waiting.Remove(id, out TaskCompletionSource<string?>? waiting)) waiting.TrySetCanceled(cancellationToken);
        });
        await fired;
    }

    public override async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        if (_buffered.FindIndex(e => e.Name.Equals(eventName, StringComparison.OrdinalIgnoreCase)) is var at and >= 0)
        {
            EventRaised kept = _buffered[at];
            _buffered.RemoveAt(at);
            return payloads.Deserialize<T>(kept.Payload)!;
        }
        var waiter = new TaskCompletionSource<string?>();
        if (!_eventWaiters.TryGetValue(eventName, out List<TaskCompletionSource<string?>>? waiters)) _eventWaiters[eventName] = waiters = [];
        waiters.Add(waiter);
        using CancellationTokenRegistration cancel = cancellationToken.Register(() =>
        {
            waiters.Remove(waiter);
            waiter.TrySetCanceled(cancellationToken);
        });
        return payloads.Deserialize<T>(await waiter.Task)!;
    }

    public override void SetCustomStatus(object? customStatus) => CustomStatus = (true, payloads.Serialize(customStatus));

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => Continuation = (newInput, preserveUnprocessedEvents);

    public override void SendEvent(string instanceId, string eventName, object payload) =>
        throw new NotSupportedException("The emulator has no events from one orchestration to another; raise them from an activity through the durable client.");

    public override Guid NewGuid()
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{instanceId}|{_now.UtcTicks}|{_guids++}"));
        return new Guid(hash.AsSpan(0, 16));
    }

    private async Task<T> Ask<T>(Func<int, ScheduledEvent> question, string name) => payloads.Deserialize<T>(await Ask(question, name))!;

    private Task<string?> Ask(Func<int, ScheduledEvent> question, string name)
    {
        int id = _nextId++;
        _asked.Add(id, question(id));
        _names.Add(id, name);
        // Continuations run inside SetResult, on the replay's own thread: that is what makes their order the history's.
        var waiting = new TaskCompletionSource<string?>();
        _waiting.Add(id, waiting);
        return waiting.Task;
    }

    private async Task<T> WithRetries<T>(Func<Task<T>> attempt, TaskOptions? options)
    {
        if (options?.Retry is not { } retry) return await attempt();
        DateTime first = CurrentUtcDateTime;
        for (int number = 1; ; number++)
        {
            try
            {
                return await attempt();
            }
            catch (TaskFailedException failed)
            {
                TimeSpan? wait = await Wait(retry, failed.FailureDetails, number, CurrentUtcDateTime - first);
                if (wait is null) throw;
                if (wait > TimeSpan.Zero) await CreateTimer(CurrentUtcDateTime + wait.Value, CancellationToken.None);
            }
        }
    }

    /// <returns>How long to wait before the next attempt; <c>null</c> to give up.</returns>
    private async Task<TimeSpan?> Wait(TaskRetryOptions retry, TaskFailureDetails failure, int attempts, TimeSpan spent)
    {
        if (retry.Handler is { } handler) return await handler(new RetryContext(this, attempts, failure, spent, CancellationToken.None)) ? TimeSpan.Zero : null;
        RetryPolicy policy = retry.Policy!;
        if (attempts >= policy.MaxNumberOfAttempts || !policy.Handles(failure)) return null;
        if (policy.RetryTimeout != Timeout.InfiniteTimeSpan && spent >= policy.RetryTimeout) return null;
        double ticks = policy.FirstRetryInterval.Ticks * Math.Pow(policy.BackoffCoefficient, attempts - 1);
        return ticks >= policy.MaxRetryInterval.Ticks ? policy.MaxRetryInterval : TimeSpan.FromTicks((long)ticks);
    }
}
