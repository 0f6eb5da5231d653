using Microsoft.DurableTask.Client;
using Shop.Emulator.Durable;

namespace Shop.Tests.Emulator.Durable;

public sealed class InstanceIndexTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Pages_follow_one_another_newest_first_until_nothing_is_left()
    {
        InstanceIndex index = Of(5, i => i % 2 == 0 ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Running);
        Assert.Equal(["4", "3"], index.Newest(null, null, 2, out bool more));
        Assert.True(more);
        Assert.Equal(["2", "1"], index.Newest(null, "3", 2, out more));
        Assert.True(more);
        Assert.Equal(["0"], index.Newest(null, "1", 2, out more));
        Assert.False(more);
        Assert.Empty(index.Newest(null, "0", 2, out _));
        Assert.Equal(["4", "2", "0"], index.Newest(OrchestrationRuntimeStatus.Completed, null, 9, out _));
    }

    [Fact]
    public void A_page_of_a_status_goes_on_after_an_instance_that_has_another_by_now()
    {
        InstanceIndex index = Of(4, _ => OrchestrationRuntimeStatus.Running);
        index.Note("2", OrchestrationRuntimeStatus.Completed, Noon.AddSeconds(2));
        Assert.Equal(["1", "0"], index.Newest(OrchestrationRuntimeStatus.Running, "2", 9, out _));
        Assert.Empty(index.Newest(OrchestrationRuntimeStatus.Failed, "2", 9, out _));
    }

    [Fact]
    public void Counts_follow_what_is_told_and_what_was_read_before_never_wins()
    {
        InstanceIndex index = Of(3, _ => OrchestrationRuntimeStatus.Running);
        index.Note("1", OrchestrationRuntimeStatus.Completed, Noon.AddSeconds(1));
        index.NoteRead("1", OrchestrationRuntimeStatus.Running, Noon.AddSeconds(1));
        index.Forget("2");
        Assert.Equal((1, 1, 2), (index.Counts()[OrchestrationRuntimeStatus.Running], index.Counts()[OrchestrationRuntimeStatus.Completed], index.Counts().Count));
    }

    private static InstanceIndex Of(int count, Func<int, OrchestrationRuntimeStatus> status)
    {
        var index = new InstanceIndex();
        for (int i = 0; i < count; i++) index.NoteRead($"{i}", status(i), Noon.AddSeconds(i));
        return index;
    }
}
