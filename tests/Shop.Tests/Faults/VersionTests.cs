using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Shop.Checkout;
using Shop.Tests.Emulator;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>How a new version of an orchestration is released: beside the old one, under a name of its own, with orders under way.</summary>
public sealed class VersionTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Orders_under_way_end_as_they_began_while_new_ones_follow_the_new_version()
    {
        Shopper old;
        string prefix;
        await using (ShopHost before = await ShopHost.Start())
        {
            prefix = before.Prefix;
            old = await Shopper.CheckedOut(before);
        }

        await using ShopHost after = await ShopHost.Start(prefix, configure: shop =>
        {
            shop.Emulator.FunctionTypes = [.. shop.Emulator.FunctionTypes, typeof(CheckoutWithGreeting)];
            shop.Services.AddSingleton(new CheckoutVersion(CheckoutWithGreeting.Name));
        });
        old = old.At(after.Client);
        Shopper fresh = await Shopper.CheckedOut(after);
        foreach ((Shopper shopper, string version, bool greeted) in ((Shopper, string, bool)[])[(old, CheckoutOrchestration.Name, false), (fresh, CheckoutWithGreeting.Name, true)])
        {
            await shopper.Pay();
            await after.MoveUntilOver(shopper);
            OrchestrationMetadata flow = await after.Service<DurableTaskClient>().WaitForInstanceCompletionAsync(shopper.OrderId, Cancel);
            Assert.Equal((version, OrchestrationRuntimeStatus.Completed), (flow.Name, flow.RuntimeStatus));
            Assert.Equal(version, (await ShopClient.Json(await after.Send(HttpMethod.Get, $"/v1/admin/orders/{shopper.OrderId}", null, await after.StaffToken()))).GetProperty("flow").GetString());
            Assert.Equal(greeted, CheckoutWithGreeting.Greeted.ContainsKey(shopper.OrderId));
        }
        await Invariants.Hold(after);
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

    /// <summary>The shop's own with a step more, which orders of the version before never took.</summary>
    public static class CheckoutWithGreeting
    {
        public const string Name = "CheckoutV2";

        internal static ConcurrentDictionary<string, bool> Greeted { get; } = new(StringComparer.Ordinal);

        [Function(Name)]
        public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallActivityAsync("Greet", context.InstanceId);
            await CheckoutOrchestration.Run(context);
        }

        [Function("Greet")]
        public static void Greet([ActivityTrigger] string orderId) => Greeted[orderId] = true;
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
