using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Functions;

namespace Shop.Emulator.Durable;

/// <summary>Where an orchestrator stands after its history was replayed.</summary>
/// <param name="Completed">Set when it returned, threw or was terminated.</param>
internal sealed record ReplayOutcome(
    IReadOnlyList<ScheduledEvent> NewQuestions, ExecutionCompleted? Completed, (string? Input, IReadOnlyList<EventRaised> Events)? Continuation,
    (bool Set, string? Json) CustomStatus, IReadOnlySet<int> CancelledTimers, bool Suspended);

/// <summary>Runs an orchestrator's code over its history on one thread, event by event, so that every run takes the same turns.</summary>
internal sealed class Replay(PayloadSerializer payloads, ILoggerFactory loggers, IServiceProvider services)
{
    /// <param name="orchestrator">The function.</param>
    /// <param name="instanceId">Whose history it is.</param>
    /// <param name="history">All of it, the new events last.</param>
    /// <param name="past">How many of the events were seen before: while these are replayed <c>IsReplaying</c> is true.</param>
    public ReplayOutcome Run(FunctionDescriptor orchestrator, string instanceId, IReadOnlyList<HistoryEvent> history, int past)
    {
        var context = new OrchestrationContext(instanceId, payloads, loggers);
        var thread = new SingleThread();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(thread);
        try
        {
            return Run(orchestrator, context, thread, history, past);
        }
        catch (NonDeterministicOrchestrationException broken)
        {
            return new ReplayOutcome([], Failed(broken), null, context.CustomStatus, context.CancelledTimers, false);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private ReplayOutcome Run(FunctionDescriptor orchestrator, OrchestrationContext context, SingleThread thread, IReadOnlyList<HistoryEvent> history, int past)
    {
        Task<object?>? running = null;
        List<HistoryEvent>? suspended = null;
        for (int i = 0; i < history.Count; i++)
        {
            context.Replaying(i < past);
            switch (history[i])
            {
                case ExecutionTerminated terminated:
                    return new ReplayOutcome([], new ExecutionCompleted(OrchestrationRuntimeStatus.Terminated, terminated.Output, null), null, context.CustomStatus, context.CancelledTimers, false);
                case ExecutionSuspended:
                    suspended ??= [];
                    break;
                case ExecutionResumed when suspended is not null:
                    List<HistoryEvent> kept = suspended;
                    suspended = null;
                    foreach (HistoryEvent late in kept) Apply(late);
                    break;
                case { } answer when suspended is not null && answer is not (StepStarted or ScheduledEvent):
                    suspended.Add(answer);
                    break;
                case { } other:
                    Apply(other);
                    break;
            }
            thread.RunAll();
        }
        return Outcome(context, running, suspended is not null);

        void Apply(HistoryEvent happened)
        {
            switch (happened)
            {
                case StepStarted step: context.Step(step.At, context.IsReplaying); break;
                case ExecutionStarted started:
                    context.Begin(started);
                    running = Start(orchestrator, context);
                    break;
                case ScheduledEvent scheduled: context.Confirm(scheduled); break;
                case TaskCompleted completed: context.Answer(completed.Id, completed.Result); break;
                case TaskFailed failed: context.Fail(failed.Id, failed.Failure); break;
                case TimerFired fired: context.Answer(fired.Id, null); break;
                case SubOrchestrationCompleted completed: context.Answer(completed.Id, completed.Result); break;
                case SubOrchestrationFailed failed: context.Fail(failed.Id, failed.Failure); break;
                case EventRaised raised: context.Raise(raised); break;
            }
            thread.RunAll();
        }
    }

    private ReplayOutcome Outcome(OrchestrationContext context, Task<object?>? running, bool suspended)
    {
        IReadOnlyList<ScheduledEvent> asked = [.. context.NewQuestions];
        ExecutionCompleted? completed = running switch
        {
            { IsCompletedSuccessfully: true } when context.Continuation is null => new ExecutionCompleted(OrchestrationRuntimeStatus.Completed, payloads.Serialize(running.Result), null),
            { IsCompletedSuccessfully: false, IsCompleted: true } => Failed(running.Exception?.InnerException ?? new TaskCanceledException(running)),
            { IsCompleted: false } when !context.Waits => Failed(new InvalidOperationException(
                $"Orchestrator '{context.Name}' awaits something that is not durable (I/O, Task.Delay, Task.Run), which nothing can wake after a replay. Do it in an activity.")),
            _ => null,
        };
        (string?, IReadOnlyList<EventRaised>)? continuation = running is { IsCompletedSuccessfully: true } && context.Continuation is { } next
            ? (payloads.Serialize(next.Input), next.KeepEvents ? [.. context.Buffered] : [])
            : null;
        return new ReplayOutcome(asked, completed, continuation, context.CustomStatus, context.CancelledTimers, suspended);
    }

    private async Task<object?> Start(FunctionDescriptor orchestrator, OrchestrationContext context)
    {
        object?[] arguments = [.. orchestrator.Parameters.Select(p => p.ParameterType == typeof(TaskOrchestrationContext) ? context : context.GetInput(p.ParameterType))];
        return await orchestrator.Call(services, arguments);
    }

    private static ExecutionCompleted Failed(Exception exception) => new(OrchestrationRuntimeStatus.Failed, null, Failure.From(exception));

    /// <summary>Queues continuations and runs them on the replaying thread, in order.</summary>
    private sealed class SingleThread : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = [];
        private readonly int _owner = Environment.CurrentManagedThreadId;

        public override void Post(SendOrPostCallback d, object? state)
        {
            // A continuation from another thread means that the orchestrator awaited something that is not durable; it is left out.
            if (Environment.CurrentManagedThreadId == _owner) _queue.Enqueue((d, state));
        }

        public override SynchronizationContext CreateCopy() => this;

        public void RunAll()
        {
            while (_queue.TryDequeue(out (SendOrPostCallback Callback, object? State) next)) next.Callback(next.State);
        }
    }
}
