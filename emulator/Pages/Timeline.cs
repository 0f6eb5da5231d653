using Shop.Emulator.Durable;

namespace Shop.Emulator.Pages;

/// <summary>Something that an orchestration waited for, or that was told to it.</summary>
/// <param name="Kind">activity, timer, sub-orchestration, event or orchestration.</param>
/// <param name="Name">Of the activity, the event …; of a timer, its moment.</param>
/// <param name="From">The step that asked for it.</param>
/// <param name="To">The step that took the answer; <c>null</c> while there is none.</param>
/// <param name="Outcome">completed, failed, fired, cancelled, waiting or received.</param>
internal sealed record TimelineEntry(string Kind, string Name, DateTimeOffset From, DateTimeOffset? To, string Outcome)
{
    public string? Input { get; init; }

    public string? Output { get; init; }

    /// <summary>Of a sub-orchestration.</summary>
    public string? InstanceId { get; init; }

    /// <summary>When a timer is due.</summary>
    public DateTimeOffset? Due { get; init; }
}

/// <summary>A history as people read it. A step's events have the step's moment: what an activity took includes the wait for the next step.</summary>
internal static class Timeline
{
    public static IReadOnlyList<TimelineEntry> Of(IReadOnlyList<HistoryEvent> history, DateTimeOffset now)
    {
        var entries = new List<TimelineEntry>();
        var asked = new Dictionary<int, int>();
        DateTimeOffset at = default;
        bool finished = false;
        foreach (HistoryEvent happened in history)
        {
            switch (happened)
            {
                case StepStarted step: at = step.At; break;
                case TaskScheduled task: Ask(task.Id, new("activity", task.Name, at, null, "waiting") { Input = task.Input }); break;
                case SubOrchestrationScheduled child: Ask(child.Id, new("sub-orchestration", child.Name, at, null, "waiting") { Input = child.Input, InstanceId = child.InstanceId }); break;
                case TimerCreated timer: Ask(timer.Id, new("timer", Asked(timer.FireAt - at), at, null, "waiting") { Due = timer.FireAt }); break;
                case TaskCompleted task: Answer(task.Id, "completed", task.Result); break;
                case TaskFailed task: Answer(task.Id, "failed", Text(task.Failure)); break;
                case SubOrchestrationCompleted child: Answer(child.Id, "completed", child.Result); break;
                case SubOrchestrationFailed child: Answer(child.Id, "failed", Text(child.Failure)); break;
                case TimerFired timer: Answer(timer.Id, "fired", null); break;
                case EventRaised raised: Tell("event", raised.Name, "received", raised.Payload); break;
                case ExecutionSuspended suspended: Tell("orchestration", "suspended", "received", suspended.Reason); break;
                case ExecutionResumed resumed: Tell("orchestration", "resumed", "received", resumed.Reason); break;
                case ExecutionTerminated terminated: Tell("orchestration", "terminated", "failed", terminated.Output); break;
                case ExecutionCompleted ended:
                    finished = true;
                    if (ended.Failure is not null) Tell("orchestration", "failed", "failed", Text(ended.Failure));
                    break;
                default: break; // Its name and input stand above the timeline.
            }
        }
        // A timer that nobody waits for any more leaves no event: it is known by not having fired.
        return [.. entries.Select(e => e.Outcome != "waiting" ? e : finished || e.Due < now ? e with { Outcome = "cancelled", To = finished ? at : e.Due } : e)];

        void Ask(int id, TimelineEntry entry)
        {
            asked[id] = entries.Count;
            entries.Add(entry);
        }

        void Answer(int id, string outcome, string? output)
        {
            if (asked.TryGetValue(id, out int i)) entries[i] = entries[i] with { To = at, Outcome = outcome, Output = output };
        }

        void Tell(string kind, string name, string outcome, string? payload) => entries.Add(new(kind, name, at, at, outcome) { Input = payload });
    }

    /// <summary>A step takes a few milliseconds until it asks: half an hour asked for is half an hour.</summary>
    private static string Asked(TimeSpan wait) => Elements.Length(wait > TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds)) : wait);

    private static string Text(Failure failure) => failure.Inner is { } inner ? $"{failure.Type}: {failure.Message}\n  {Text(inner)}" : $"{failure.Type}: {failure.Message}";
}
