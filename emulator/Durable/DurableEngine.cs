using System.Collections.Concurrent;
using Azure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Clock;
using Shop.Emulator.Functions;

namespace Shop.Emulator.Durable;

/// <param name="LeavesOrchestrations">Another process on the same storage runs them; this one starts and tells by leaving it word.</param>
internal sealed record EngineOptions(bool LeavesOrchestrations);

/// <summary>
/// Runs the orchestrations of one task hub. Every unfinished instance has a runner in memory, which takes its messages one step at a
/// time; what a step decided is committed before anything acts on it. After a restart the runners are made anew from storage.
/// </summary>
internal sealed partial class DurableEngine(
    FunctionIndex index, InstanceStore store, HandoverStore handovers, EngineOptions options, Replay replay, PayloadSerializer payloads, TriggerInvoker invoker, HostJson host,
    EmulatorClock clock, ILogger<DurableEngine> logger) : IHostedLifecycleService, IDisposable
{
    private readonly ConcurrentDictionary<string, InstanceRunner> _runners = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _finished = new();
    private readonly ConcurrentDictionary<string, bool> _leaving = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FunctionDescriptor> _orchestrators = index.With<OrchestrationTriggerAttribute>().ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, FunctionDescriptor> _activities = index.With<ActivityTriggerAttribute>().ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim _activityPlaces = new(host.MaxConcurrentActivities);
    private readonly CancellationTokenSource _stopping = new();
    private Task _delisting = Task.CompletedTask;
    private Task _takingOver = Task.CompletedTask;
    private int _activitiesRunning;

    public InstanceStore Store => store;

    public PayloadSerializer Payloads => payloads;

    public EmulatorClock Clock => clock;

    public CancellationToken Stopping => _stopping.Token;

    public ILogger Logger => logger;

    public bool IsEmpty => index.With<OrchestrationTriggerAttribute>().FirstOrDefault() is null;

    /// <summary>Starts an instance and returns when its first step is committed.</summary>
    /// <exception cref="InvalidOperationException">The id is used by an instance that runs, or by one whose status <paramref name="refuse"/> names.</exception>
    public async Task Start(string instanceId, ExecutionStarted started, IReadOnlyCollection<string> refuse, CancellationToken cancellationToken)
    {
        if (!_orchestrators.ContainsKey(started.Name)) throw new ArgumentException($"There is no orchestrator function named '{started.Name}'.");
        if (instanceId.Length is 0 or > 100 || instanceId[0] == '@' || instanceId.AsSpan().IndexOfAny("/\\#?|") >= 0)
            throw new ArgumentException($"'{instanceId}' is not an instance id: 1 to 100 characters without / \\ # ? |, not beginning with @.");
        if (options.LeavesOrchestrations)
        {
            if (await store.Find(instanceId, cancellationToken) is { } there && (!there.IsFinished || refuse.Contains(there.Status.ToString(), StringComparer.OrdinalIgnoreCase))) throw Used(instanceId, there.Status);
            await handovers.Leave(new Handover(instanceId, started, [.. refuse], null), cancellationToken);
            return;
        }
        while (true)
        {
            if (_runners.TryGetValue(instanceId, out InstanceRunner? living))
            {
                if (living is { IsFinished: false, Committed: not null }) throw Used(instanceId, living.Status);
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellationToken); // It is about to leave, or not there yet for whoever asks.
                continue;
            }
            // Most ids are new: the insert finds out whether this one is.
            if (await TryStart(instanceId, started, null, cancellationToken)) return;
            if (await store.Find(instanceId, cancellationToken) is not { } used) continue;
            if (!used.IsFinished) _ = await Runner(instanceId, cancellationToken);
            else _finished.Enqueue(instanceId);
            if (!used.IsFinished || refuse.Contains(used.Status.ToString(), StringComparer.OrdinalIgnoreCase)) throw Used(instanceId, used.Status);
            if (await TryStart(instanceId, started, used, cancellationToken)) return;
        }

        static InvalidOperationException Used(string id, OrchestrationRuntimeStatus status) => new($"An orchestration instance with the id '{id}' exists already and is {status}.");
    }

    /// <summary>Hands a message to an instance and returns when the step that took it is committed.</summary>
    /// <exception cref="InvalidOperationException">There is no such instance, or it is finished.</exception>
    public async Task Send(string instanceId, HistoryEvent message, CancellationToken cancellationToken)
    {
        if (options.LeavesOrchestrations && await store.Find(instanceId, cancellationToken) is { IsFinished: false })
        {
            await handovers.Leave(new Handover(instanceId, null, [], message), cancellationToken);
            return;
        }
        InstanceRunner runner = await Runner(instanceId, cancellationToken) ?? throw new InvalidOperationException($"There is no running orchestration instance with the id '{instanceId}'.");
        await runner.Send(message).WaitAsync(cancellationToken);
    }

    /// <summary>What an instance is like now; from memory while it runs here.</summary>
    public async Task<Instance?> Find(string instanceId, CancellationToken cancellationToken) =>
        _runners.TryGetValue(instanceId, out InstanceRunner? runner) && runner.Committed is { } committed ? committed : await store.Find(instanceId, cancellationToken);

    /// <summary>Completes when the instance is finished.</summary>
    public async Task WaitForEnd(string instanceId, CancellationToken cancellationToken)
    {
        if (options.LeavesOrchestrations)
            while (await store.Find(instanceId, cancellationToken) is { IsFinished: false }) await Task.Delay(host.DurablePollingInterval, TimeProvider.System, cancellationToken);
        else if (await Runner(instanceId, cancellationToken) is { } runner) await runner.End.WaitAsync(cancellationToken);
    }

    public FunctionDescriptor? Orchestrator(string name) => _orchestrators.GetValueOrDefault(name);

    public ReplayOutcome Run(FunctionDescriptor orchestrator, string instanceId, IReadOnlyList<HistoryEvent> history, int past) => replay.Run(orchestrator, instanceId, history, past);

    /// <summary>Runs an activity and tells the runner how it ended; says nothing when the host goes down first, for it is run again then.</summary>
    public void RunActivity(InstanceRunner runner, int generation, TaskScheduled scheduled, string? traceParent) => Detached.Run(async () =>
    {
        HistoryEvent answer;
        try
        {
            await _activityPlaces.WaitAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        Interlocked.Increment(ref _activitiesRunning);
        try
        {
            if (!_activities.TryGetValue(scheduled.Name, out FunctionDescriptor? activity)) throw new InvalidOperationException($"There is no activity function named '{scheduled.Name}'.");
            object? result = await invoker.Invoke(
                activity,
                p => p.ParameterType == typeof(Microsoft.DurableTask.TaskActivityContext) ? new ActivityContext(scheduled.Name, runner.Id)
                    : p == activity.Trigger ? payloads.Deserialize(scheduled.Input, p.ParameterType) : null,
                traceParent, null, _stopping.Token);
            answer = new TaskCompleted(scheduled.Id, payloads.Serialize(result));
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failed)
        {
            answer = new TaskFailed(scheduled.Id, Failure.From(failed));
        }
        finally
        {
            Interlocked.Decrement(ref _activitiesRunning);
            _activityPlaces.Release();
        }
        runner.Post(answer, generation);
    });

    /// <summary>Starts a child, or finds that an earlier run of this process did, and makes sure that the parent hears of its end.</summary>
    public void RunChild(InstanceRunner parent, ParentLink link, SubOrchestrationScheduled scheduled, string? traceParent) => Detached.Run(async () =>
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Instance? child = await Find(scheduled.InstanceId, _stopping.Token);
                if (child is null || (child.IsFinished && child.Parent != link))
                {
                    await Start(scheduled.InstanceId, new ExecutionStarted(scheduled.Name, scheduled.Input, link, traceParent), [], _stopping.Token);
                    return; // Its runner tells the parent when it ends.
                }
                if (child.Parent == link)
                {
                    if (child.IsFinished) Tell(child);
                    else _ = await Runner(child.Id, _stopping.Token);
                    return;
                }
                parent.Post(new SubOrchestrationFailed(scheduled.Id, Failure.From(new InvalidOperationException($"An orchestration instance with the id '{child.Id}' exists already and is {child.Status}."))), link.Generation);
                return;
            }
            catch (ArgumentException unknown)
            {
                parent.Post(new SubOrchestrationFailed(scheduled.Id, Failure.From(unknown)), link.Generation);
                return;
            }
            catch (InvalidOperationException raced)
            {
                Outage(raced.Message, scheduled.InstanceId);
            }
            catch (Exception outage) when (outage is RequestFailedException or AggregateException or IOException)
            {
                Outage(outage.Message, scheduled.InstanceId);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    });

    /// <summary>Takes a finished instance out of memory and tells the parent that waits for it.</summary>
    public void Finished(InstanceRunner runner, Instance instance)
    {
        _runners.TryRemove(KeyValuePair.Create(instance.Id, runner));
        if (instance.Parent is not null) Tell(instance);
        _finished.Enqueue(instance.Id);
        if (instance.Generation > 1) Detached.Run(() => Sweep(instance.Id, instance.Generation));
    }

    public async Task Sweep(string instanceId, int beforeGeneration)
    {
        try
        {
            await store.Delete(instanceId, beforeGeneration, _stopping.Token);
        }
        catch (Exception outage) when (outage is RequestFailedException or AggregateException or OperationCanceledException or IOException)
        {
            Outage(outage.Message, instanceId); // Old generations are never read; purging the instance removes them.
        }
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (IsEmpty) return;
        await store.Prepare(cancellationToken);
        await handovers.Prepare(cancellationToken);
        if (options.LeavesOrchestrations) return;
        IReadOnlyList<string> unfinished = await store.Unfinished(cancellationToken);
        if (unfinished.Count > 0) Resuming(unfinished.Count);
        await Parallel.ForEachAsync(unfinished, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (id, token) =>
        {
            if (await Runner(id, token) is null) _finished.Enqueue(id);
        });
        _delisting = Task.Run(DelistFinished, CancellationToken.None);
        _takingOver = Task.Run(TakeOver, CancellationToken.None);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _delisting;
        await _takingOver;
        while (Volatile.Read(ref _activitiesRunning) > 0 && !cancellationToken.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopping.Dispose();
        _activityPlaces.Dispose();
    }

    private void Tell(Instance child)
    {
        ParentLink link = child.Parent!;
        if (!_runners.TryGetValue(link.InstanceId, out InstanceRunner? parent)) return; // It asks again when it is loaded.
        parent.Post(child.Status == OrchestrationRuntimeStatus.Completed
            ? new SubOrchestrationCompleted(link.TaskId, child.Output)
            : new SubOrchestrationFailed(link.TaskId, child.Failure ?? new Failure("Terminated", $"The sub-orchestration '{child.Id}' was terminated.", null, null)), link.Generation);
    }

    private async Task<bool> TryStart(string instanceId, ExecutionStarted started, Instance? before, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var fresh = new Instance(instanceId, started.Name, OrchestrationRuntimeStatus.Running, now, now)
        {
            Generation = (before?.Generation ?? 0) + 1,
            Input = started.Input,
            Parent = started.Parent,
            ETag = before?.ETag ?? default,
        };
        var runner = new InstanceRunner(this, fresh, []);
        if (!_runners.TryAdd(instanceId, runner)) return false;
        try
        {
            // What is listed with its runner there stays listed; only what was about to leave the list before is waited for.
            while (_leaving.ContainsKey(instanceId)) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellationToken);
            await store.List(instanceId, cancellationToken);
            if (await runner.Begin(started, cancellationToken)) return true;
            _runners.TryRemove(KeyValuePair.Create(instanceId, runner));
            return false;
        }
        catch (Exception)
        {
            // The first step may have been committed all the same: whatever storage has is taken up when it answers again.
            _runners.TryRemove(KeyValuePair.Create(instanceId, runner));
            Detached.Run(() => Adopt(instanceId));
            throw;
        }
    }

    private async Task Adopt(string instanceId)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, _stopping.Token);
                if (await Runner(instanceId, _stopping.Token) is null) _finished.Enqueue(instanceId);
                return;
            }
            catch (Exception outage) when (outage is RequestFailedException or AggregateException or IOException)
            {
                Outage(outage.Message, instanceId);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<InstanceRunner?> Runner(string instanceId, CancellationToken cancellationToken)
    {
        if (_runners.TryGetValue(instanceId, out InstanceRunner? runner)) return runner.IsFinished ? null : runner;
        if (await store.Load(instanceId, cancellationToken) is not ({ IsFinished: false } instance, { } history)) return null;
        var fresh = new InstanceRunner(this, instance, history);
        runner = _runners.GetOrAdd(instanceId, fresh);
        if (ReferenceEquals(runner, fresh)) runner.Resume();
        return runner;
    }

    private async Task DelistFinished()
    {
        while (true)
        {
            HashSet<string> ids = new(StringComparer.Ordinal);
            while (ids.Count < 100 && _finished.TryDequeue(out string? id))
            {
                if (ids.Contains(id)) continue;
                _leaving[id] = true;
                if (_runners.ContainsKey(id)) _leaving.TryRemove(id, out _);
                else ids.Add(id);
            }
            try
            {
                if (ids.Count > 0) await store.Delist(ids, CancellationToken.None);
                else if (_stopping.IsCancellationRequested) return;
                else await Task.Delay(host.DurablePollingInterval, TimeProvider.System, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                // Once more, then the loop ends.
            }
            catch (Exception outage) when (outage is RequestFailedException or AggregateException or IOException)
            {
                Outage(outage.Message, "finished instances");
                if (_stopping.IsCancellationRequested) return;
                foreach (string id in ids) _finished.Enqueue(id);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
            }
            finally
            {
                foreach (string id in ids) _leaving.TryRemove(id, out _);
            }
        }
    }

    /// <summary>Takes what processes leave that run no orchestrations themselves. Each instance hears its messages in the order in which they were left.</summary>
    private async Task TakeOver()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                IReadOnlyList<(string Key, Handover Left)> found = await handovers.Find(_stopping.Token);
                await Task.WhenAll(found.GroupBy(f => f.Left.InstanceId).Select(async some =>
                {
                    foreach ((string key, Handover left) in some) await Take(key, left);
                }));
                if (found.Count == 0) await Task.Delay(host.DurablePollingInterval, TimeProvider.System, _stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception outage) when (outage is RequestFailedException or AggregateException or IOException)
            {
                Outage(outage.Message, "what other processes left");
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private async Task Take(string key, Handover left)
    {
        try
        {
            if (left.Start is { } start) await Start(left.InstanceId, start, left.Refuse, _stopping.Token);
            else await Send(left.InstanceId, left.Message!, _stopping.Token);
        }
        catch (Exception late) when (late is InvalidOperationException or ArgumentException)
        {
            NotTaken(left.InstanceId, late.Message); // It was started by somebody else, or is over by now.
        }
        await handovers.Remove(key, _stopping.Token);
    }

    [LoggerMessage(3, LogLevel.Information, "What another process left for {InstanceId} changes nothing: {Reason}")]
    private partial void NotTaken(string instanceId, string reason);

    [LoggerMessage(1, LogLevel.Information, "Resuming {Count} orchestrations.")]
    private partial void Resuming(int count);

    [LoggerMessage(2, LogLevel.Warning, "Storage did not answer for {What}; trying again. {Reason}")]
    public partial void Outage(string reason, string what);

    private sealed class ActivityContext(string name, string instanceId) : Microsoft.DurableTask.TaskActivityContext
    {
        public override Microsoft.DurableTask.TaskName Name { get; } = name;

        public override string InstanceId { get; } = instanceId;
    }
}
