using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shop.Tests.Emulator;

namespace Shop.Tests.Faults;

/// <summary>How a new version of an orchestration is released: beside the old one, under a name of its own, with orders under way.</summary>
public sealed class VersionTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Orders_under_way_end_as_they_began_while_new_ones_follow_the_new_version()
    {
        string prefix, old;
        await using (EmulatorHost before = await EmulatorHost.Start([typeof(First)]))
        {
            prefix = before.Prefix;
            old = await before.Durable.ScheduleNewOrchestrationInstanceAsync(First.Name, "order 1", Cancel);
        }

        await using EmulatorHost after = await EmulatorHost.Start([typeof(First), typeof(Second)], prefix);
        string fresh = await after.Durable.ScheduleNewOrchestrationInstanceAsync(Second.Name, "order 2", Cancel);
        foreach (string order in (string[])[old, fresh]) await after.Durable.RaiseEventAsync(order, "Paid", true, Cancel);
        Assert.Equal("order 1: paid", (await after.Durable.WaitForInstanceCompletionAsync(old, true, Cancel)).ReadOutputAs<string>());
        Assert.Equal("order 2: checked, paid", (await after.Durable.WaitForInstanceCompletionAsync(fresh, true, Cancel)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_released_version_that_was_changed_in_place_breaks_orders_under_way()
    {
        string prefix, old;
        await using (EmulatorHost before = await EmulatorHost.Start([typeof(First)]))
        {
            prefix = before.Prefix;
            old = await before.Durable.ScheduleNewOrchestrationInstanceAsync(First.Name, "order 1", Cancel);
            await Until.True(async () => (await before.Durable.GetInstanceAsync(old, true, Cancel))?.SerializedCustomStatus is not null, "the order to wait for its money");
        }

        await using EmulatorHost after = await EmulatorHost.Start([typeof(ChangedFirst)], prefix);
        await after.Durable.RaiseEventAsync(old, "Paid", true, Cancel);
        OrchestrationMetadata broken = await after.Durable.WaitForInstanceCompletionAsync(old, true, Cancel);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, broken.RuntimeStatus);
        Assert.Contains("scheduled", broken.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    public static class First
    {
        public const string Name = "OrderV1";

        [Function(Name)]
        public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            string order = await context.CallActivityAsync<string>("Place", context.GetInput<string>()!);
            context.SetCustomStatus("placed");
            await context.WaitForExternalEvent<bool>("Paid", Cancel);
            return order + ": paid";
        }

        [Function("Place")]
        public static string Place([ActivityTrigger] string order) => order;
    }

    /// <summary>Asks something before it waits; the activity is shared.</summary>
    public static class Second
    {
        public const string Name = "OrderV2";

        [Function(Name)]
        public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            string order = await context.CallActivityAsync<string>("Place", context.GetInput<string>()!);
            order += await context.CallActivityAsync<string>("Check", order);
            await context.WaitForExternalEvent<bool>("Paid", Cancel);
            return order + ", paid";
        }

        [Function("Check")]
        public static string Check([ActivityTrigger] string order) => ": checked";
    }

    public static class ChangedFirst
    {
        [Function(First.Name)]
        public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            string order = await context.CallActivityAsync<string>("Check", context.GetInput<string>()!);
            await context.WaitForExternalEvent<bool>("Paid", Cancel);
            return order;
        }

        [Function("Check")]
        public static string Check([ActivityTrigger] string order) => ": checked";
    }
}
