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

    /// <summary>So many orders are on their way at once.</summary>
    private const int AtOnce = 60;

    /// <param name="half">0 or 1.</param>
    public static TheoryData<string> Flows(int half) =>
        [.. FlowScript.Wanted(FlowScript.IsWanted || Everything ? [.. FlowScript.All, .. FlowScript.Others] : FlowScript.All).Where((_, i) => i % 2 == half).Select(f => f.Name)];

    public static async Task Run(string name)
    {
        FlowScript flow = FlowScript.All.Concat(FlowScript.Others).Single(f => f.Name == name);
        long started = Stopwatch.GetTimestamp();
        await using FaultShop shop = await FaultShop.Start(operations: Everything, articles: Everything ? AtOnce : 1, flow.Settings);
        await flow.Furnish(shop);
        Step[] steps = await Recorded(shop, flow);
        // What comes each time, and of several reads in a row the first: how often something is asked for again depends on how quickly it is answered.
        if (Everything)
        {
            HashSet<Step> again = [.. await Recorded(shop, flow)];
            steps = [.. steps.Where((s, i) => again.Contains(s) && (i == 0 || !IsRead(s) || steps[i - 1].Name != s.Name))];
        }
        await Invariants.Hold(shop.Host);

        Trace($"{name}: recorded in {Stopwatch.GetElapsedTime(started).TotalSeconds:f0} s");
        FaultPoint[] points = [.. steps.Where(s => Everything || IsActivity(s)).SelectMany(s => (FaultPoint[])[new(s, Moment.Before, Harm.Fail), new(s, Moment.After, Harm.Fail), new(s, Moment.Before, Harm.Kill), new(s, Moment.After, Harm.Kill)])];
        List<FaultPoint> missed = [];
        int done = 0;
        foreach (FaultPoint[] some in Groups(points))
        {
            missed.AddRange(await Break(shop, flow, some));
            Trace($"{name}: {done += some.Length} of {points.Length} points in {Stopwatch.GetElapsedTime(started).TotalSeconds:f0} s, {missed.Count} of them not reached");
        }
        Trace($"{name}: its steps: {string.Join(", ", steps.AsEnumerable())}; not reached: {string.Join(", ", missed)}");
        if (!Everything) Assert.DoesNotContain(missed, p => !flow.MayNotCome(p.Step));
    }

    private static async Task<Step[]> Recorded(FaultShop shop, FlowScript flow)
    {
        (Shopper shopper, FaultSubject recorded) = await Prepared(shop, flow, null, 0);
        await flow.RunToTheEnd(shop, shopper);
        return [.. recorded.Steps];
    }

    private static void Trace(string what) => TestContext.Current.SendDiagnosticMessage(what);

    private static bool IsActivity(Step step) => !step.Name.Contains(' ', StringComparison.Ordinal);

    private static bool IsRead(Step step) => step.Name.StartsWith("GET ", StringComparison.Ordinal);

    /// <summary>
    /// Orders that do not know of each other are broken side by side, and one kill is the kill of all that wait for it. Points of single operations that stand next to each
    /// other are in different groups: who is held in the middle of a step keeps others from the same step.
    /// </summary>
    private static IEnumerable<FaultPoint[]> Groups(FaultPoint[] points)
    {
        if (!Everything) return points.Chunk(AtOnce);
        FaultPoint[] kills = [.. points.Where(p => p.Harm == Harm.Kill)];
        int groups = Math.Max(4, (kills.Length + AtOnce - 1) / AtOnce);
        return [.. points.Where(p => p.Harm == Harm.Fail).Chunk(AtOnce), .. kills.Select((point, i) => (point, i)).GroupBy(p => p.i % groups, p => p.point).Select(g => g.Reverse().ToArray())];
    }

    /// <returns>The points that were not reached.</returns>
    private static async Task<FaultPoint[]> Break(FaultShop shop, FlowScript flow, FaultPoint[] points)
    {
        List<(Task Flow, FaultSubject Subject, Shopper Shopper)> running = [];
        foreach ((int i, FaultPoint point) in points.Index())
        {
            (Shopper shopper, FaultSubject subject) = await Prepared(shop, flow, point, i);
            running.Add((Named(shop, flow.RunToTheEnd(shop, shopper), point, subject, shopper), subject, shopper));
            // The latest first, each at its point before the next begins: so nobody has to pass one who is held.
            if (Everything && point.Harm == Harm.Kill) await Arrives(shop, running[^1]);
        }
        // Nobody is killed before all have come to their points: a step that a kill cuts short begins anew under the next number, and its own harm would never come.
        await Task.WhenAll(running.Select(r => Arrives(shop, r)));
        await shop.KillAndRestart();
        await Task.WhenAll(running.Select(r => r.Flow));
        await Invariants.Hold(shop.Host);
        foreach (FaultSubject other in running.Select(r => r.Subject).Where(s => !s.Reached.IsCompleted && IsActivity(s.Point!.Step))) Trace($"{flow}: '{other.Point}' went another way: {string.Join(", ", other.Steps)}");
        return [.. running.Where(r => !r.Subject.Reached.IsCompleted).Select(r => r.Subject.Point!)];
    }

    /// <summary>Waits until an order has come to its point, or was over before.</summary>
    private static async Task Arrives(FaultShop shop, (Task Flow, FaultSubject Subject, Shopper Shopper) order)
    {
        if (await Task.WhenAny(order.Subject.Reached, order.Flow) != order.Flow) return;
        await order.Flow;
        // An order says that it is over before its last activity has ended.
        await shop.Wait(async () => order.Subject.Reached.IsCompleted || await HasEnded(shop, order.Shopper), $"{order.Shopper.OrderId} to end");
    }

    private static async Task<bool> HasEnded(FaultShop shop, Shopper shopper) => (await Flows(shop, shopper)).All(f => f.IsFinished);

    private static async Task<IReadOnlyList<Instance>> Flows(FaultShop shop, Shopper shopper)
    {
        List<Instance> flows = [];
        await foreach (Instance flow in shop.Host.Service<InstanceStore>().All(TestContext.Current.CancellationToken))
            if (flow.Id.StartsWith(shopper.OrderId, StringComparison.Ordinal)) flows.Add(flow);
        return flows;
    }

    private static async Task Named(FaultShop shop, Task flow, FaultPoint point, FaultSubject subject, Shopper shopper)
    {
        try
        {
            await flow;
        }
        catch (Exception failed)
        {
            string flows = string.Join(", ", (await Flows(shop, shopper)).Select(f => $"{f.Name} {f.Id} is {f.Status}"));
            throw new InvalidOperationException($"The order {shopper.OrderId} with '{point}' did not end: {failed.Message} Its steps: {string.Join(", ", subject.Steps)}. Its flows: {flows}", failed);
        }
    }

    private static async Task<(Shopper, FaultSubject)> Prepared(FaultShop shop, FlowScript flow, FaultPoint? point, int number)
    {
        var shopper = new Shopper(shop.Client) { Article = shop.Articles[number % shop.Articles.Count] };
        await flow.Prepare(shop, shopper);
        return (shopper, shop.Plan.Watch(shopper.CartId, point));
    }
}
