using Azure;
using Microsoft.DurableTask.Client;
using Shop.Emulator.Functions;

namespace Shop.Emulator.Durable;

/// <summary>
/// One instance in memory. Messages queue up; a step takes all that are there, replays the orchestrator over the history with them,
/// commits {instance, the step's events} in one transaction, and only then acts: runs activities, sets timers, starts children.
/// </summary>
internal sealed class InstanceRunner
{
    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(1);
    private readonly DurableEngine _engine;
    private readonly Lock _gate = new();
    private readonly List<Message> _inbox = [];
    private readonly Dictionary<int, ITimer> _timers = [];
    private readonly HashSet<int> _answered = [];
    private readonly HashSet<int> _actedOn = [];
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Instance _instance;
    private List<HistoryEvent> _history;
    private bool _stepping;

    public InstanceRunner(DurableEngine engine, Instance instance, List<HistoryEvent> history) =>
        (_engine, _instance, _history) = (engine, instance, history);

    public string Id => _instance.Id;

    public bool IsFinished => _instance.IsFinished;

    public OrchestrationRuntimeStatus Status => _instance.Status;

    /// <summary>The instance as storage has it; <c>null</c> before the first step is committed.</summary>
    public Instance? Committed => _instance.ETag == default ? null : _instance;

    /// <summary>Completes when the instance is finished.</summary>
    public Task End => _end.Task;

    /// <summary>Takes the first step. <c>false</c>: the id was taken meanwhile.</summary>
    public async Task<bool> Begin(ExecutionStarted started, CancellationToken cancellationToken)
    {
        lock (_gate) _stepping = true;
        bool begun;
        try
        {
            begun = await Step([new Message(started, _instance.Generation, null)], cancellationToken);
        }
        finally
        {
            lock (_gate) _stepping = false;
        }
        if (begun) Wake();
        return begun;
    }

    /// <summary>Takes up the work that the history says is under way.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            if (_stepping) return;
            _stepping = true;
        }
        Detached.Run(() =>
        {
            Act(Outstanding(), Outcome(_history, _history.Count)?.CancelledTimers ?? new HashSet<int>());
            lock (_gate) _stepping = false;
            Wake();
            return Task.CompletedTask;
        });
    }

    /// <summary>An answer to a question of one generation; the next one did not ask it.</summary>
    public void Post(HistoryEvent answer, int generation) => Enqueue(new Message(answer, generation, null));

    /// <summary>Completes when the step that took the message is committed, and fails when it cannot be.</summary>
    public Task Send(HistoryEvent message)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Message(message, null, done));
        return done.Task;
    }

    private void Enqueue(Message message)
    {
        lock (_gate) _inbox.Add(message);
        Wake();
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (_stepping || _inbox.Count == 0) return;
            _stepping = true;
        }
        Detached.Run(TakeSteps);
    }

    private async Task TakeSteps()
    {
        while (true)
        {
            List<Message> messages;
            lock (_gate)
            {
                if (_inbox.Count == 0 || _engine.Stopping.IsCancellationRequested)
                {
                    _stepping = false;
                    return;
                }
                messages = [.. _inbox];
                _inbox.Clear();
            }
            if (IsFinished)
            {
                foreach (Message message in messages) message.Done?.TrySetException(new InvalidOperationException($"The orchestration instance '{Id}' is finished."));
                continue;
            }
            try
            {
                if (await Step(messages, _engine.Stopping)) continue;
                await Reload(messages, "another process took a step");
            }
            catch (Exception outage)
            {
                _engine.Outage(outage.Message, Id);
                await Reload(messages, outage.Message);
            }
        }
    }

    /// <summary>
    /// A step that was not confirmed may have been committed all the same, so storage is asked. Callers are told of the failure and decide
    /// themselves; answers from activities, timers and children are kept and taken again, and those that were committed are ignored.
    /// </summary>
    private async Task Reload(List<Message> messages, string reason)
    {
        foreach (Message message in messages) message.Done?.TrySetException(new IOException($"The message may not have reached the orchestration instance '{Id}': {reason}"));
        while (!_engine.Stopping.IsCancellationRequested)
        {
            try
            {
                if (await _engine.Store.Load(Id, _engine.Stopping) is not ({ } instance, { } history)) return;
                if (instance.Generation != _instance.Generation) LeaveGeneration();
                (_instance, _history) = (instance, history);
                _answered.Clear();
                List<ScheduledEvent> outstanding = Outstanding();
                lock (_gate) _inbox.InsertRange(0, messages.Where(m => m.Done is null));
                if (instance.IsFinished) Finish();
                else Act(outstanding, Outcome(history, history.Count)?.CancelledTimers ?? new HashSet<int>());
                return;
            }
            catch (Exception outage) when (!_engine.Stopping.IsCancellationRequested)
            {
                _engine.Outage(outage.Message, Id);
                await Task.Delay(OutagePause, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private async Task<bool> Step(List<Message> messages, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _engine.Clock.GetUtcNow();
        // An activity that ran twice, a timer that rang twice: the first answer counts.
        List<HistoryEvent> fresh = [.. messages.Where(m => m.Generation is null || m.Generation == _instance.Generation).Select(m => m.Event)
            .Where(m => AnswerOf(m) is not { } id || _answered.Add(id))];
        if (fresh.Count == 0)
        {
            foreach (Message message in messages) message.Done?.TrySetResult();
            return true;
        }
        List<HistoryEvent> added = [new StepStarted(now), .. fresh];
        int past = _history.Count;
        List<HistoryEvent> history = [.. _history, .. added];

        ReplayOutcome? outcome = Outcome(history, past);
        if (outcome is null) return true; // Its function is gone; the messages wait for an app that has it.
        added.AddRange(outcome.NewQuestions);
        if (outcome.Completed is { } completed) added.Add(completed);

        Instance next = _instance with
        {
            UpdatedAt = now,
            Steps = _instance.Steps + 1,
            Status = outcome.Completed?.Status ?? (outcome.Suspended ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Running),
            Output = outcome.Completed?.Output,
            Failure = outcome.Completed?.Failure,
            CustomStatus = outcome.CustomStatus.Set ? outcome.CustomStatus.Json : _instance.CustomStatus,
        };
        bool continues = false;
        while (outcome.Continuation is { } continuation)
        {
            continues = true;
            var started = (ExecutionStarted)_history.Concat(added).First(e => e is ExecutionStarted);
            added = [new StepStarted(now), started with { Input = continuation.Input }, .. continuation.Events];
            next = next with { Generation = next.Generation + 1, Steps = 1, Input = continuation.Input };
            outcome = Outcome(added, 0)!;
            added.AddRange(outcome.NewQuestions);
            if (outcome.Completed is { } ended)
            {
                added.Add(ended);
                next = next with { Status = ended.Status, Output = ended.Output, Failure = ended.Failure };
            }
        }

        if (await _engine.Store.Commit(next, added, cancellationToken) is not { } committed) return false;
        if (continues)
        {
            LeaveGeneration();
            _history = [];
        }
        _instance = committed;
        _history.AddRange(added);
        foreach (Message message in messages) message.Done?.TrySetResult();
        if (continues) Detached.Run(() => _engine.Sweep(Id, committed.Generation));
        if (committed.IsFinished) await End(added);
        else Act(outcome.NewQuestions, outcome.CancelledTimers);
        return true;

        async Task End(List<HistoryEvent> last)
        {
            if (last.OfType<ExecutionTerminated>().FirstOrDefault() is { Recursive: true } terminated)
            {
                foreach (SubOrchestrationScheduled child in _history.OfType<SubOrchestrationScheduled>())
                {
                    try
                    {
                        await _engine.Send(child.InstanceId, terminated, CancellationToken.None);
                    }
                    catch (InvalidOperationException)
                    {
                        // This child is finished.
                    }
                }
            }
            Finish();
        }
    }

    private ReplayOutcome? Outcome(IReadOnlyList<HistoryEvent> history, int past) =>
        _engine.Orchestrator(_instance.Name) is { } orchestrator ? _engine.Run(orchestrator, Id, history, past) : null;

    private void Finish()
    {
        StopTimers();
        _engine.Finished(this, _instance);
        _end.TrySetResult();
    }

    private void Act(IEnumerable<ScheduledEvent> questions, IReadOnlySet<int> cancelledTimers)
    {
        foreach (int id in cancelledTimers)
            if (_timers.Remove(id, out ITimer? cancelled)) cancelled.Dispose();
        string? trace = _history.OfType<ExecutionStarted>().FirstOrDefault()?.TraceParent;
        foreach (ScheduledEvent question in questions)
        {
            if (!_actedOn.Add(question.Id)) continue;
            switch (question)
            {
                case TaskScheduled activity: _engine.RunActivity(this, _instance.Generation, activity, trace); break;
                case SubOrchestrationScheduled child: _engine.RunChild(this, new ParentLink(_instance.Name, Id, _instance.Generation, child.Id), child, trace); break;
                case TimerCreated timer when !cancelledTimers.Contains(timer.Id): SetTimer(timer); break;
            }
        }
    }

    private void SetTimer(TimerCreated timer)
    {
        int generation = _instance.Generation;
        _timers[timer.Id] = _engine.Clock.CreateTimerAt(timer.FireAt, () => Post(new TimerFired(timer.Id), generation));
    }

    /// <summary>Another generation asks its own questions, under the same numbers.</summary>
    private void LeaveGeneration()
    {
        _answered.Clear();
        _actedOn.Clear();
        StopTimers();
    }

    private void StopTimers()
    {
        foreach (ITimer timer in _timers.Values) timer.Dispose();
        _timers.Clear();
    }

    /// <summary>Questions of the history that have no answer there.</summary>
    private List<ScheduledEvent> Outstanding()
    {
        foreach (HistoryEvent happened in _history) Remember(happened);
        return [.. _history.OfType<ScheduledEvent>().Where(q => !_answered.Contains(q.Id))];
    }

    private void Remember(HistoryEvent happened)
    {
        if (AnswerOf(happened) is { } id) _answered.Add(id);
    }

    /// <param name="Generation">The one that asked, for an answer; <c>null</c> for what anybody may send.</param>
    private sealed record Message(HistoryEvent Event, int? Generation, TaskCompletionSource? Done);

    private static int? AnswerOf(HistoryEvent message) => message switch
    {
        TaskCompleted completed => completed.Id,
        TaskFailed failed => failed.Id,
        TimerFired fired => fired.Id,
        SubOrchestrationCompleted completed => completed.Id,
        SubOrchestrationFailed failed => failed.Id,
        _ => null,
    };
}
