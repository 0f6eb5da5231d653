using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Durable;

namespace Shop.Tests.Emulator.Durable;

public sealed class OrchestrationTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Activities_run_in_order_and_their_results_reach_the_orchestrator()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Adding)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Add", new[] { 1, 2, 3 }, Cancel);
        Assert.Equal(6, (await Finished(host, id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Two_hundred_activities_fan_out_and_in()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Adding)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("AddAtOnce", Enumerable.Range(1, 200).ToArray(), Cancel);
        Assert.Equal(20100, (await Finished(host, id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_step_is_one_transaction()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Adding)]);
        var store = host.Service<InstanceStore>();
        long before = store.Operations;
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Add", new[] { 1, 2, 3, 4, 5 }, Cancel);
        await Finished(host, id);
        // One to list it, one for the start, one for each of five answers.
        Assert.InRange(store.Operations - before, 7, 8);
    }

    [Fact]
    public async Task A_payload_beyond_thirty_thousand_characters_goes_through_a_blob()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Echoing)]);
        string text = new('x', 400_000);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Echo", text, Cancel);
        Assert.Equal(text, (await Finished(host, id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_activity_that_fails_is_tried_again_by_its_policy()
    {
        var attempts = new Attempts();
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Failing)], configure: b => b.Services.AddSingleton(attempts));
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("RetryThrice", 3, Cancel);
        // The wait begins when the engine has written down that an attempt failed, which nobody but it sees.
        await Until.True(
            () =>
            {
                host.Clock.Advance(TimeSpan.FromMinutes(20));
                return attempts.Count == 3;
            }, "the third attempt");
        Assert.Equal("done on attempt 3", (await Finished(host, id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_failure_without_a_policy_fails_the_orchestration_and_names_the_activity()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Failing)], configure: b => b.Services.AddSingleton(new Attempts()));
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("NoRetry", 3, Cancel);
        OrchestrationMetadata ended = await Finished(host, id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("'Stumble'", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public async Task A_timer_of_days_rings_as_soon_as_the_clock_is_moved(int days)
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Waiting)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Sleep", days, Cancel);
        host.Clock.Advance(TimeSpan.FromDays(days));
        Assert.True((await Finished(host, id)).ReadOutputAs<DateTime>() >= host.Clock.GetUtcNow().UtcDateTime.AddSeconds(-10));
    }

    [Fact]
    public async Task An_event_that_comes_before_its_waiter_is_kept_and_its_name_ignores_case()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Waiting)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("TwoEvents", Cancel);
        await host.Durable.RaiseEventAsync(id, "SECOND", "b", Cancel);
        await host.Durable.RaiseEventAsync(id, "first", "a", Cancel);
        Assert.Equal("ab", (await Finished(host, id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task The_newest_waiter_is_served_first()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Waiting)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("TwoWaiters", Cancel);
        await host.Durable.RaiseEventAsync(id, "go", "first", Cancel);
        await host.Durable.RaiseEventAsync(id, "go", "second", Cancel);
        Assert.Equal("older got second, newer got first", (await Finished(host, id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_wait_with_a_deadline_ends_in_cancellation_when_the_clock_passes_it()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Waiting)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Deadline", Cancel);
        host.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("too late", (await Finished(host, id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_child_answers_its_parent()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Parenting), typeof(Adding)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Parent", new StartOrchestrationOptions($"p-{Guid.NewGuid():n}"), Cancel);
        Assert.Equal(6, (await Finished(host, id)).ReadOutputAs<int>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.Durable.GetInstanceAsync(id + "-child", Cancel))!.RuntimeStatus);
    }

    [Fact]
    public async Task What_comes_in_the_turn_that_begins_a_history_anew_is_for_the_new_one()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(HandingOn)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("HandOn", false, Cancel);
        // Who is suspended hears of both in one turn.
        await host.Durable.SuspendInstanceAsync(id, cancellation: Cancel);
        await host.Durable.RaiseEventAsync(id, "go", 1, Cancel);
        await host.Durable.RaiseEventAsync(id, "more", 7, Cancel);
        await host.Durable.ResumeInstanceAsync(id, cancellation: Cancel);

        Assert.Equal(7, (await Finished(host, id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Continuing_as_new_keeps_events_that_nobody_took()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Counting)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Count", 0, Cancel);
        for (int i = 0; i < 5; i++) await host.Durable.RaiseEventAsync(id, "add", 1, Cancel);
        Assert.Equal(5, (await Finished(host, id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_custom_status_can_be_read_while_the_orchestration_waits()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Waiting)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("TwoEvents", Cancel);
        OrchestrationMetadata waiting = (await host.Durable.GetInstanceAsync(id, getInputsAndOutputs: true, Cancel))!;
        Assert.Equal("waiting for first", waiting.ReadCustomStatusAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Running, waiting.RuntimeStatus);
    }

    [Fact]
    public async Task A_suspended_orchestration_keeps_its_events_until_it_is_resumed()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Waiting)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("TwoEvents", Cancel);
        await host.Durable.SuspendInstanceAsync(id, "a look first", Cancel);
        await host.Durable.RaiseEventAsync(id, "first", "a", Cancel);
        await host.Durable.RaiseEventAsync(id, "second", "b", Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await host.Durable.GetInstanceAsync(id, Cancel))!.RuntimeStatus);
        await host.Durable.ResumeInstanceAsync(id, "go on", Cancel);
        Assert.Equal("ab", (await Finished(host, id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_terminated_orchestration_is_finished_and_can_be_purged()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Waiting)]);
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Sleep", 30, Cancel);
        await host.Durable.TerminateInstanceAsync(id, (object?)"enough", Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await Finished(host, id)).RuntimeStatus);
        Assert.Equal(1, (await host.Durable.PurgeInstanceAsync(id, Cancel)).PurgedInstanceCount);
        Assert.Null(await host.Durable.GetInstanceAsync(id, Cancel));
    }

    [Fact]
    public async Task Instances_are_found_by_status()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Waiting), typeof(Echoing)]);
        string waiting = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Sleep", 30, Cancel);
        await Finished(host, await host.Durable.ScheduleNewOrchestrationInstanceAsync("Echo", "x", Cancel));
        List<string> running = [];
        await foreach (OrchestrationMetadata found in host.Durable.GetAllInstancesAsync(new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Running]))) running.Add(found.InstanceId);
        Assert.Equal([waiting], running);
    }

    [Fact]
    public async Task A_used_id_is_refused_while_its_instance_runs()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Waiting)]);
        var once = new StartOrchestrationOptions("order-1");
        await host.Durable.ScheduleNewOrchestrationInstanceAsync("Sleep", 30, once, Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Durable.ScheduleNewOrchestrationInstanceAsync("Sleep", 30, once, Cancel));
    }

    [Fact]
    public async Task A_finished_id_is_replaced_unless_its_status_is_named()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Echoing)]);
        var options = new StartOrchestrationOptions("order-2");
        foreach (string text in (string[])["one", "two"])
        {
            await host.Durable.ScheduleNewOrchestrationInstanceAsync("Echo", text, options, Cancel);
            Assert.Equal(text, (await Finished(host, "order-2")).ReadOutputAs<string>());
        }
        StartOrchestrationOptions never = options.WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Durable.ScheduleNewOrchestrationInstanceAsync("Echo", "three", never, Cancel));
    }

    [Fact]
    public async Task What_is_begun_anew_is_found_by_the_next_host()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Waiting), typeof(Echoing)]);
        string[] ids = [.. Enumerable.Range(0, 200).Select(i => $"order-{i}")];
        await Parallel.ForEachAsync(ids, Cancel, async (id, cancel) =>
        {
            await host.Durable.ScheduleNewOrchestrationInstanceAsync("Echo", "x", new StartOrchestrationOptions(id), cancel);
            await Finished(host, id);
            await host.Durable.ScheduleNewOrchestrationInstanceAsync("Sleep", 30, new StartOrchestrationOptions(id), cancel);
        });
        // What has ended leaves the list in turn: when this one has left it, all before it have.
        string last = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Echo", "x", Cancel);
        await Finished(host, last);
        IReadOnlyList<string> unfinished = [];
        await Until.True(async () => !(unfinished = await host.Service<InstanceStore>().Unfinished(Cancel)).Contains(last), "the list to be swept");
        Assert.Empty(ids.Except(unfinished));
    }

    [Fact]
    public async Task An_event_to_a_missing_or_finished_instance_throws()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Echoing)]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Durable.RaiseEventAsync("nobody", "go", null, Cancel));
        string id = await host.Durable.ScheduleNewOrchestrationInstanceAsync("Echo", "x", Cancel);
        await Finished(host, id);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Durable.RaiseEventAsync(id, "go", null, Cancel));
    }

    [Fact]
    public async Task Code_that_asks_for_something_else_in_a_replay_fails_and_says_what()
    {
        Drifting.Runs = 0;
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Drifting), typeof(Adding)]);
        OrchestrationMetadata ended = await Finished(host, await host.Durable.ScheduleNewOrchestrationInstanceAsync("Drift", Cancel));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("A previous run scheduled activity 'Sum2' as task 0; this run scheduled activity 'Sum1' instead", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_orchestrator_that_awaits_something_not_durable_fails_and_says_so()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Drifting), typeof(Adding)]);
        OrchestrationMetadata ended = await Finished(host, await host.Durable.ScheduleNewOrchestrationInstanceAsync("AwaitElsewhere", Cancel));
        Assert.Contains("not durable", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_host_takes_up_timers_events_and_activities_where_the_old_one_stopped()
    {
        string prefix, waiting, sleeping;
        await using (EmulatorHost first = await EmulatorHost.Start([typeof(Waiting)]))
        {
            prefix = first.Prefix;
            waiting = await first.Durable.ScheduleNewOrchestrationInstanceAsync("TwoEvents", Cancel);
            await first.Durable.RaiseEventAsync(waiting, "second", "b", Cancel);
            sleeping = await first.Durable.ScheduleNewOrchestrationInstanceAsync("Sleep", 1, Cancel);
        }
        await using EmulatorHost second = await EmulatorHost.Start([typeof(Waiting)], prefix);
        await second.Durable.RaiseEventAsync(waiting, "first", "a", Cancel);
        second.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("ab", (await Finished(second, waiting)).ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await Finished(second, sleeping)).RuntimeStatus);
    }

    [Fact]
    public async Task An_activity_that_was_running_when_the_host_stopped_runs_again()
    {
        string prefix, id;
        await using (EmulatorHost first = await EmulatorHost.Start([typeof(Interrupted)]))
        {
            prefix = first.Prefix;
            id = await first.Durable.ScheduleNewOrchestrationInstanceAsync("Interruptible", Cancel);
            await Until.True(() => Interrupted.Started.ContainsKey(id), "the activity to start");
        }
        await using EmulatorHost second = await EmulatorHost.Start([typeof(Interrupted)], prefix);
        Assert.Equal("run 2", (await Finished(second, id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Logs_are_written_once_however_often_the_code_is_replayed()
    {
        var lines = new CollectingLoggers();
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Adding)], configure: b => b.Logging.AddProvider(lines));
        await Finished(host, await host.Durable.ScheduleNewOrchestrationInstanceAsync("Add", new[] { 1, 2, 3 }, Cancel));
        Assert.Single(lines.Lines, l => l == "adding 3 numbers");
    }

    private static Task<OrchestrationMetadata> Finished(EmulatorHost host, string id) => host.Durable.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);

    public sealed class Attempts
    {
        private int _count;

        public int Count => _count;

        public int Next() => Interlocked.Increment(ref _count);
    }

    public sealed class Adding
    {
        [Function("Add")]
        public static async Task<int> Add([OrchestrationTrigger] TaskOrchestrationContext context, int[] numbers)
        {
            context.CreateReplaySafeLogger<Adding>().LogInformation("adding {Count} numbers", numbers.Length);
            int sum = 0;
            foreach (int number in numbers) sum = await context.CallActivityAsync<int>("Sum2", new[] { sum, number });
            return sum;
        }

        [Function("AddAtOnce")]
        public static async Task<int> AddAtOnce([OrchestrationTrigger] TaskOrchestrationContext context) =>
            (await Task.WhenAll(context.GetInput<int[]>()!.Select(n => context.CallActivityAsync<int>("Sum1", n)))).Sum();

        [Function("Sum2")]
        public static int Sum2([ActivityTrigger] int[] pair) => pair.Sum();

        [Function("Sum1")]
        public static int Sum1([ActivityTrigger] int number) => number;
    }

    public sealed class Echoing
    {
        [Function("Echo")]
        public static Task<string> Echo([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync<string>("Repeat", context.GetInput<string>());

        [Function("Repeat")]
        public static string Repeat([ActivityTrigger] string text) => text;
    }

    public sealed class Failing(Attempts attempts)
    {
        [Function("RetryThrice")]
        public static Task<string> RetryThrice([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync<string>(
            "Stumble", context.GetInput<int>(), TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMinutes(10), 2)));

        [Function("NoRetry")]
        public static Task<string> NoRetry([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync<string>("Stumble", context.GetInput<int>());

        [Function("Stumble")]
        public string Stumble([ActivityTrigger] int succeedsOn) =>
            attempts.Next() is var attempt && attempt >= succeedsOn ? $"done on attempt {attempt}" : throw new TimeoutException("not yet");
    }

    public sealed class Waiting
    {
        [Function("Sleep")]
        public static async Task<DateTime> Sleep([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CreateTimer(TimeSpan.FromDays(context.GetInput<int>()), CancellationToken.None);
            return context.CurrentUtcDateTime;
        }

        [Function("TwoEvents")]
        public static async Task<string> TwoEvents([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            context.SetCustomStatus("waiting for first");
            string first = await context.WaitForExternalEvent<string>("First");
            context.SetCustomStatus("waiting for second");
            return first + await context.WaitForExternalEvent<string>("Second");
        }

        [Function("TwoWaiters")]
        public static async Task<string> TwoWaiters([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            Task<string> older = context.WaitForExternalEvent<string>("go"), newer = context.WaitForExternalEvent<string>("go");
            return $"older got {await older}, newer got {await newer}";
        }

        [Function("Deadline")]
        public static async Task<string> Deadline([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                return await context.WaitForExternalEvent<string>("paid", TimeSpan.FromMinutes(30));
            }
            catch (TaskCanceledException)
            {
                return "too late";
            }
        }
    }

    public sealed class Parenting
    {
        [Function("Parent")]
        public static Task<int> Parent([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallSubOrchestratorAsync<int>("Add", new[] { 1, 2, 3 }, new SubOrchestrationOptions(instanceId: context.InstanceId + "-child"));
    }

    public sealed class Counting
    {
        [Function("Count")]
        public static async Task<int> Count([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            int count = context.GetInput<int>() + await context.WaitForExternalEvent<int>("add");
            if (count < 5) context.ContinueAsNew(count);
            return count;
        }
    }

    public sealed class HandingOn
    {
        [Function("HandOn")]
        public static async Task<int> HandOn([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            Task<int> more = context.WaitForExternalEvent<int>("more");
            if (context.GetInput<bool>()) return await more;
            await context.WaitForExternalEvent<int>("go");
            context.ContinueAsNew(true);
            return 0;
        }
    }

    public sealed class Drifting
    {
        public static int Runs { get; set; }

        [Function("Drift")]
        public static Task<int> Drift([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Runs++ == 0 ? context.CallActivityAsync<int>("Sum2", new[] { 1, 2 }) : context.CallActivityAsync<int>("Sum1", 1);

        [Function("AwaitElsewhere")]
        public static async Task AwaitElsewhere([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await Task.Run(async () => await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System));
    }

    public sealed class Interrupted
    {
        public static ConcurrentDictionary<string, int> Started { get; } = new();

        [Function("Interruptible")]
        public static Task<string> Interruptible([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync<string>("Linger");

        [Function("Linger")]
        public static async Task<string> Linger([ActivityTrigger] TaskActivityContext activity, CancellationToken cancellationToken)
        {
            int run = Started.AddOrUpdate(activity.InstanceId, 1, (_, runs) => runs + 1);
            if (run == 1) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return $"run {run}";
        }
    }
}
