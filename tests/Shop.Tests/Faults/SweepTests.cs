using System.Diagnostics;
using Shop.Emulator.Durable;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>
/// Each flow is run once for every point at which it can break, and must end right all the same. The borders of the activities always; every storage
/// operation and every call to a provider with <c>SHOP_FAULTS=all</c>.
/// </summary>
public sealed class SweepTests
{
    public static TheoryData<string> Flows => Sweep.Flows(0);

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Flows))]
    public Task A_flow_ends_right_wherever_it_is_broken(string name) => Sweep.Run(name);
}

/// <summary>The other half of them, beside the first.</summary>
public sealed class MoreSweepTests
{
    public static TheoryData<string> Flows => Sweep.Flows(1);

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Flows))]
    public Task A_flow_ends_right_wherever_it_is_broken(string name) => Sweep.Run(name);
}

internal static class Sweep
{
    private static bool Everything => Environment.GetEnvironmentVariable("SHOP_FAULTS") == "all";

    /// <param name="half">0 or 1.</param>
    public static TheoryData<string> Flows(int half) => [.. FlowScript.Wanted(FlowScript.All.Where((_, i) => i % 2 == half)).Select(f => f.Name)];

    public static async Task Run(string name)
    {
        FlowScript flow = FlowScript.All.Single(f => f.Name == name);
        long started = Stopwatch.GetTimestamp();
        await using FaultShop shop = await FaultShop.Start(operations: Everything);
        (Shopper shopper, FaultSubject recorded) = await Prepared(shop, flow, null);
        await flow.RunToTheEnd(shop, shopper);
        await Invariants.Hold(shop.Host);

        Trace($"{name}: recorded in {Stopwatch.GetElapsedTime(started).TotalSeconds:f0} s");
        Step[] steps = [.. recorded.Steps.Where(s => Everything || IsActivity(s))];
        FaultPoint[] points = [.. steps.SelectMany(s => (FaultPoint[])[new(s, Moment.Before, Harm.Fail), new(s, Moment.After, Harm.Fail), new(s, Moment.Before, Harm.Kill), new(s, Moment.After, Harm.Kill)])];
        List<FaultPoint> missed = [];
        // Orders that do not know of each other are broken side by side, and one kill is the kill of all that wait for it.
        foreach (FaultPoint[] some in points.Chunk(60)) missed.AddRange(await Break(shop, flow, some));
        Trace($"{name}: {points.Length - missed.Count} of {points.Length} points in {Stopwatch.GetElapsedTime(started).TotalSeconds:f0} s: {string.Join(", ", steps.AsEnumerable())}; not reached: {string.Join(", ", missed)}");
        if (!Everything) Assert.DoesNotContain(missed, p => !flow.MayNotCome(p.Step));
    }

    private static void Trace(string what) => TestContext.Current.SendDiagnosticMessage(what);

    private static bool IsActivity(Step step) => !step.Name.Contains(' ', StringComparison.Ordinal);

    /// <returns>The points that were not reached.</returns>
    private static async Task<FaultPoint[]> Break(FaultShop shop, FlowScript flow, FaultPoint[] points)
    {
        List<(Task Flow, FaultSubject Subject, Shopper Shopper)> running = [];
        foreach (FaultPoint point in points)
        {
            (Shopper shopper, FaultSubject subject) = await Prepared(shop, flow, point);
            running.Add((Named(flow.RunToTheEnd(shop, shopper), point, subject, shopper), subject, shopper));
        }
        // Nobody is killed before all have come to their points: a step that a kill cuts short begins anew under the next number, and its own harm would never come.
        await Task.WhenAll(running.Select(async r =>
        {
            if (await Task.WhenAny(r.Subject.Reached, r.Flow) != r.Flow) return;
            await r.Flow;
            // An order says that it is over before its last activity has ended.
            await shop.Wait(async () => r.Subject.Reached.IsCompleted || await HasEnded(shop, r.Shopper), $"{r.Shopper.OrderId} to end");
        }));
        await shop.KillAndRestart();
        await Task.WhenAll(running.Select(r => r.Flow));
        await Invariants.Hold(shop.Host);
        foreach (FaultSubject other in running.Select(r => r.Subject).Where(s => !s.Reached.IsCompleted)) Trace($"{flow}: '{other.Point}' went another way: {string.Join(", ", other.Steps)}");
        return [.. running.Where(r => !r.Subject.Reached.IsCompleted).Select(r => r.Subject.Point!)];
    }

    private static async Task<bool> HasEnded(FaultShop shop, Shopper shopper)
    {
        await foreach (Instance flow in shop.Host.Service<InstanceStore>().All(TestContext.Current.CancellationToken))
            if (flow.Id.StartsWith(shopper.OrderId, StringComparison.Ordinal) && !flow.IsFinished) return false;
        return true;
    }

    private static async Task Named(Task flow, FaultPoint point, FaultSubject subject, Shopper shopper)
    {
        try
        {
            await flow;
        }
        catch (Exception failed)
        {
            throw new InvalidOperationException($"The order {shopper.OrderId} with '{point}' did not end: {failed.Message} Its steps: {string.Join(", ", subject.Steps)}", failed);
        }
    }

    private static async Task<(Shopper, FaultSubject)> Prepared(FaultShop shop, FlowScript flow, FaultPoint? point)
    {
        var shopper = new Shopper(shop.Client);
        await flow.Prepare(shop, shopper);
        return (shopper, shop.Plan.Watch(shopper.CartId, point));
    }
}
