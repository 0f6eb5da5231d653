using System.Text.Json.Serialization;
using Microsoft.DurableTask.Client;

namespace Shop.Emulator.Durable;

/// <summary>What happened to an orchestration, in order: the only state that its code is rebuilt from.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(StepStarted), nameof(StepStarted))]
[JsonDerivedType(typeof(ExecutionStarted), nameof(ExecutionStarted))]
[JsonDerivedType(typeof(TaskScheduled), nameof(TaskScheduled))]
[JsonDerivedType(typeof(TaskCompleted), nameof(TaskCompleted))]
[JsonDerivedType(typeof(TaskFailed), nameof(TaskFailed))]
[JsonDerivedType(typeof(TimerCreated), nameof(TimerCreated))]
[JsonDerivedType(typeof(TimerFired), nameof(TimerFired))]
[JsonDerivedType(typeof(SubOrchestrationScheduled), nameof(SubOrchestrationScheduled))]
[JsonDerivedType(typeof(SubOrchestrationCompleted), nameof(SubOrchestrationCompleted))]
[JsonDerivedType(typeof(SubOrchestrationFailed), nameof(SubOrchestrationFailed))]
[JsonDerivedType(typeof(EventRaised), nameof(EventRaised))]
[JsonDerivedType(typeof(ExecutionSuspended), nameof(ExecutionSuspended))]
[JsonDerivedType(typeof(ExecutionResumed), nameof(ExecutionResumed))]
[JsonDerivedType(typeof(ExecutionTerminated), nameof(ExecutionTerminated))]
[JsonDerivedType(typeof(ExecutionCompleted), nameof(ExecutionCompleted))]
internal abstract record HistoryEvent;

/// <summary>Begins every step; the orchestrator's <c>CurrentUtcDateTime</c> until the next.</summary>
internal sealed record StepStarted(DateTimeOffset At) : HistoryEvent;

internal sealed record ExecutionStarted(string Name, string? Input, ParentLink? Parent, string? TraceParent) : HistoryEvent;

/// <summary>The orchestration that waits for this one, and under which task of which generation.</summary>
internal sealed record ParentLink(string Name, string InstanceId, int Generation, int TaskId);

/// <summary>Something the orchestrator asked for; the same question must be asked in every replay.</summary>
internal abstract record ScheduledEvent(int Id) : HistoryEvent
{
    /// <summary>The question in words, to compare and to name in an error.</summary>
    [JsonIgnore]
    public abstract string Question { get; }
}

internal sealed record TaskScheduled(int Id, string Name, string? Input) : ScheduledEvent(Id)
{
    public override string Question => $"activity '{Name}'";
}

internal sealed record TimerCreated(int Id, DateTimeOffset FireAt) : ScheduledEvent(Id)
{
    public override string Question => "a timer";
}

internal sealed record SubOrchestrationScheduled(int Id, string Name, string InstanceId, string? Input) : ScheduledEvent(Id)
{
    public override string Question => $"sub-orchestration '{Name}'";
}

internal sealed record TaskCompleted(int Id, string? Result) : HistoryEvent;

internal sealed record TaskFailed(int Id, Failure Failure) : HistoryEvent;

internal sealed record TimerFired(int Id) : HistoryEvent;

internal sealed record SubOrchestrationCompleted(int Id, string? Result) : HistoryEvent;

internal sealed record SubOrchestrationFailed(int Id, Failure Failure) : HistoryEvent;

internal sealed record EventRaised(string Name, string? Payload) : HistoryEvent;

internal sealed record ExecutionSuspended(string? Reason) : HistoryEvent;

internal sealed record ExecutionResumed(string? Reason) : HistoryEvent;

internal sealed record ExecutionTerminated(string? Output, bool Recursive) : HistoryEvent;

internal sealed record ExecutionCompleted(OrchestrationRuntimeStatus Status, string? Output, Failure? Failure) : HistoryEvent;

/// <summary>A failure as it is kept: types and messages, never the exception itself.</summary>
internal sealed record Failure(string Type, string Message, string? StackTrace, Failure? Inner)
{
    public static Failure From(Exception exception) =>
        new(exception.GetType().FullName ?? exception.GetType().Name, exception.Message, exception.StackTrace, exception.InnerException is { } inner ? From(inner) : null);

    public Microsoft.DurableTask.TaskFailureDetails ToDetails() => new(Type, Message, StackTrace, Inner?.ToDetails(), null);
}

/// <summary>The code asked for something else than it did before. Its orchestration fails, as on the real host.</summary>
internal sealed class NonDeterministicOrchestrationException(string message) : Exception(message);
