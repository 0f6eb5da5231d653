using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shop.Common;
using Shop.Emulator.Durable;
using Shop.Emulator.Functions;
using Shop.Tests.Journeys;
using Shop.Tests.Shape;

namespace Shop.Tests.Faults;

/// <summary>
/// A released orchestration is frozen: what it did for real orders is kept beside these tests, and must be what its code does today. Orders that are
/// on their way when a new version is deployed are replayed by it.
/// </summary>
public sealed class GoldenHistoryTests
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true };

    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Shop.Tests", "Faults", "Golden");

    private static readonly Lazy<FunctionIndex> Orchestrators = new(() => FunctionIndex.Load(
        typeof(ShopApplication).Assembly.GetTypes().Where(t => t.GetMethods().Any(m => m.GetParameters().Any(p => p.IsDefined(typeof(OrchestrationTriggerAttribute), inherit: true)))),
        new ConfigurationBuilder().Build(), ""));

    public static TheoryData<string> Histories => [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Histories))]
    public void What_an_orchestration_did_is_what_its_code_still_does(string file)
    {
        GoldenHistory golden = JsonSerializer.Deserialize<GoldenHistory>(File.ReadAllText(Path.Combine(Folder, file)))!;
        ReplayOutcome outcome = Run(golden.Name, golden.InstanceId, golden.History);
        string name = golden.Name;
        Assert.True(
            outcome.Completed?.Status == OrchestrationRuntimeStatus.Completed && outcome.NewQuestions.Count == 0 || outcome.Continuation is not null,
            $"""
            The code of {name} does something else than it did for the order in {file}:
              {outcome.Completed?.Failure?.Message ?? (outcome.NewQuestions.Count > 0 ? $"it asks for {outcome.NewQuestions[0].Question} that was not asked for then." : "it does not end where it ended then.")}
            Orders under way would break. Leave {name} as it was, put the change into a new version beside it ({name[..^1]}{(char)(name[^1] + 1)}), and start that for new orders.
            Before its first release only: SHOP_UPDATE_GOLDEN=1 records all histories anew.
            """);
    }

    [Fact]
    public void Every_orchestration_has_a_history()
    {
        HashSet<string> recorded = [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f).Split('.')[0])];
        Assert.Equal("", string.Join(", ", Orchestrators.Value.With<OrchestrationTriggerAttribute>().Select(f => f.Name).Where(n => !recorded.Contains(n))));
    }

    [Fact]
    public void A_history_that_its_code_does_not_follow_is_told()
    {
        GoldenHistory golden = JsonSerializer.Deserialize<GoldenHistory>(File.ReadAllText(Directory.EnumerateFiles(Folder, "CheckoutV1.*.json").First()))!;
        TaskScheduled first = golden.History.OfType<TaskScheduled>().First();
        IReadOnlyList<HistoryEvent> changed = [.. golden.History.Select(h => h == first ? first with { Name = "CheckoutPrepareV0" } : h)];
        Assert.Equal(OrchestrationRuntimeStatus.Failed, Run(golden.Name, golden.InstanceId, changed).Completed?.Status);
        Assert.Contains("CheckoutPrepareV0", Run(golden.Name, golden.InstanceId, changed).Completed!.Failure!.Message, StringComparison.Ordinal);
    }

    /// <summary>Records what the flows of the sweep do; a test only on demand, because it writes.</summary>
    [Fact]
    public async Task Histories_are_recorded_on_demand()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("SHOP_UPDATE_GOLDEN") == "1", "SHOP_UPDATE_GOLDEN=1 records the histories anew.");
        foreach (FlowScript flow in FlowScript.Wanted([.. FlowScript.All, .. FlowScript.Others]))
        {
            await using FaultShop shop = await FaultShop.Start();
            var shopper = new Shopper(shop.Client);
            await flow.Furnish(shop);
            await flow.Prepare(shop, shopper);
            await flow.RunToTheEnd(shop, shopper);
            await Invariants.Hold(shop.Host);
            InstanceStore store = shop.Host.Service<InstanceStore>();
            await foreach (Instance instance in store.All(TestContext.Current.CancellationToken))
            {
                (_, List<HistoryEvent> history) = (await store.Load(instance.Id, TestContext.Current.CancellationToken))!.Value;
                string file = $"{instance.Name}.{flow.Name.Replace(' ', '-')}.json";
                Directory.CreateDirectory(Folder);
                await File.WriteAllTextAsync(Path.Combine(Folder, file), JsonSerializer.Serialize(new GoldenHistory(instance.Name, instance.Id, history), Pretty) + "\n", TestContext.Current.CancellationToken);
            }
        }
    }

    private static ReplayOutcome Run(string name, string instanceId, IReadOnlyList<HistoryEvent> history)
    {
        FunctionDescriptor orchestrator = Orchestrators.Value.With<OrchestrationTriggerAttribute>().SingleOrDefault(f => f.Name == name)
            ?? throw new Xunit.Sdk.XunitException($"{name} is gone, and orders under way need it.");
        var replay = new Replay(new PayloadSerializer(new JsonObjectSerializer(ShopJson.Options)), NullLoggerFactory.Instance, new ServiceCollection().BuildServiceProvider());
        return replay.Run(orchestrator, instanceId, history, history.Count);
    }

    /// <summary>One instance's way, from its start or from where it began anew.</summary>
    internal sealed record GoldenHistory(string Name, string InstanceId, IReadOnlyList<HistoryEvent> History);
}
