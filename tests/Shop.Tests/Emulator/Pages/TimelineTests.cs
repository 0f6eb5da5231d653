using Microsoft.DurableTask.Client;
using Shop.Emulator.Durable;
using Shop.Emulator.Pages;

namespace Shop.Tests.Emulator.Pages;

public sealed class TimelineTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_asked_lasts_until_the_step_that_took_the_answer()
    {
        HistoryEvent[] history =
        [
            new StepStarted(Start), new ExecutionStarted("Order", null, null, null), new TaskScheduled(0, "Reserve", "1"), new SubOrchestrationScheduled(1, "Ship", "ord_1-1", null),
            new StepStarted(Start.AddSeconds(2)), new TaskCompleted(0, "2"), new TaskScheduled(2, "Charge", null),
            new StepStarted(Start.AddSeconds(5)), new TaskFailed(2, new Failure("CardDeclined", "No.", null, null)), new EventRaised("cancel", "\"why\""),
        ];
        IReadOnlyList<TimelineEntry> timeline = Timeline.Of(history, Start.AddSeconds(9));
        Assert.Equal(
            [("activity", "Reserve", 0, 2, "completed"), ("sub-orchestration", "Ship", 0, -1, "waiting"), ("activity", "Charge", 2, 5, "failed"), ("event", "cancel", 5, 5, "received")],
            timeline.Select(e => (e.Kind, e.Name, Seconds(e.From), e.To is { } to ? Seconds(to) : -1, e.Outcome)));
        Assert.Equal(("CardDeclined: No.", "ord_1-1"), (timeline[2].Output, timeline[1].InstanceId));
    }

    [Fact]
    public void A_timer_that_nobody_waits_for_any_more_is_cancelled()
    {
        List<HistoryEvent> history = [new StepStarted(Start), new TimerCreated(0, Start.AddMinutes(30))];
        Assert.Equal(("waiting", null), (Timeline.Of(history, Start.AddMinutes(1)).Single().Outcome, Timeline.Of(history, Start.AddMinutes(1)).Single().To));
        history.AddRange([new StepStarted(Start.AddMinutes(2)), new EventRaised("paid", null), new ExecutionCompleted(OrchestrationRuntimeStatus.Completed, null, null)]);
        TimelineEntry timer = Timeline.Of(history, Start.AddHours(9))[0];
        Assert.Equal(("cancelled", "30 min", Start.AddMinutes(2)), (timer.Outcome, timer.Name, timer.To));
    }

    [Fact]
    public void The_axis_keeps_the_order_and_gives_long_waits_little_room()
    {
        DateTimeOffset[] moments = [Start, Start.AddMilliseconds(20), Start.AddDays(7), Start.AddDays(7).AddMilliseconds(20)];
        var axis = new TimeAxis(moments);
        double[] at = [.. moments.Select(axis.Of)];
        Assert.Equal((0, 100), (at[0], Math.Round(at[^1], 6)));
        Assert.Equal(at.Order(), at);
        Assert.InRange(at[1], 10, 30);
        Assert.Equal(0, new TimeAxis([Start]).Of(Start));
    }

    private static int Seconds(DateTimeOffset at) => (int)(at - Start).TotalSeconds;
}
