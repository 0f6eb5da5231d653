using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Shop.Common;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>
/// Many orders of random kinds at once, with steps that fail or whose answers are lost, and with webhooks that come twice, out of order, late or
/// never. <c>SHOP_SOAK=1000</c> says how many; <c>SHOP_SEED</c> repeats a run.
/// </summary>
public sealed class SoakTests
{
    private const int Ordinarily = 40, AtOnce = 20;

    /// <summary>The service that the shop's own table sells while the courier does not answer.</summary>
    private const string OfferedAlways = "jne-reg";

    private static readonly object[] Troubles =
        [new { }, new { duplicate = true }, new { reorder = true }, new { delay = "PT40S" }, new { drop = true, percent = 30 }, new { duplicate = true, reorder = true, delay = "PT5S" }];

    [Fact]
    public async Task Whatever_goes_wrong_on_the_way_nothing_is_wrong_in_the_end()
    {
        int many = int.Parse(Environment.GetEnvironmentVariable("SHOP_SOAK") ?? $"{Ordinarily}", CultureInfo.InvariantCulture);
        int seed = Environment.GetEnvironmentVariable("SHOP_SEED") is { } wanted ? int.Parse(wanted, CultureInfo.InvariantCulture) : RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.SendDiagnosticMessage($"SHOP_SEED={seed}");
        var random = new Random(seed);
        long started = Stopwatch.GetTimestamp();
        await using FaultShop shop = await FaultShop.Start();
        Dictionary<FlowScript, IReadOnlyList<Step>> steps = [];
        // One that waits for its deadline would take that of all others with it.
        foreach (FlowScript flow in FlowScript.All.Where(f => f is not LateTransfer).Append(new TransferOrder())) steps[flow] = await Recorded(shop, flow);

        List<FaultSubject> subjects = [];
        List<(FlowScript Flow, Shopper Shopper)> orders = [];
        Queue<Task> running = [];
        for (int i = 0; i < many; i++)
        {
            if (i % 10 == 0) await Trouble(shop, random);
            if (i % 20 == 14) await Die(shop);
            FlowScript flow = steps.Keys.ElementAt(random.Next(steps.Count));
            FaultPoint point = new(steps[flow][random.Next(steps[flow].Count)], random.Next(2) == 0 ? Moment.Before : Moment.After, Harm.Fail);
            var shopper = new Shopper(shop.Client) { Service = OfferedAlways };
            await flow.Prepare(shop, shopper);
            subjects.Add(shop.Plan.Watch(shopper.CartId, point));
            orders.Add((flow, shopper));
            running.Enqueue(flow.Run(shop, shopper));
            if (running.Count >= AtOnce) await running.Dequeue();
        }
        await Task.WhenAll(running);
        ReportsCome(shop);
        await Task.WhenAll(orders.Select(o => o.Flow.Follow(shop, o.Shopper)));
        await Invariants.Hold(shop.Host);
        TestContext.Current.SendDiagnosticMessage(
            $"{many} orders, {subjects.Count(s => s.Reached.IsCompleted)} broken steps, seed {seed}, {Stopwatch.GetElapsedTime(started).TotalSeconds:f0} s, the clock went {shop.Host.Clock.Offset.TotalHours:f1} h");
    }

    /// <summary>A new process remembers no rates: where the courier does not answer either, a shopper has to choose anew, which these do not.</summary>
    private static async Task Die(FaultShop shop)
    {
        await ShopClient.Json(await shop.Client.Send(HttpMethod.Post, "/emulator/couriers/misbehave", new { duplicate = true, fail = 0 }));
        await shop.KillAndRestart();
    }

    /// <summary>In the night, at ten past two, providers are asked what happened. Nobody waits for a deadline any more.</summary>
    private static void ReportsCome(FaultShop shop)
    {
        ShopOptions days = shop.Host.Service<ShopOptions>();
        shop.PassUntil(days.StartOf(days.DayOf(shop.Host.Clock.GetUtcNow()).AddDays(1)).AddMinutes(131));
    }

    private static async Task<IReadOnlyList<Step>> Recorded(FaultShop shop, FlowScript flow)
    {
        var shopper = new Shopper(shop.Client) { Service = OfferedAlways };
        await flow.Prepare(shop, shopper);
        FaultSubject subject = shop.Plan.Watch(shopper.CartId, null);
        await flow.RunToTheEnd(shop, shopper);
        return subject.Steps;
    }

    /// <summary>Providers do something else wrong from now on. What never came is asked for when a deadline or a long silence has passed.</summary>
    private static async Task Trouble(FaultShop shop, Random random)
    {
        foreach (string provider in (string[])["payments", "midtrans"])
            await ShopClient.Json(await shop.Client.Send(HttpMethod.Post, $"/emulator/{provider}/misbehave", Troubles[random.Next(Troubles.Length)]));
        await ShopClient.Json(await shop.Client.Send(HttpMethod.Post, "/emulator/couriers/misbehave", new { duplicate = random.Next(2) == 0, fail = random.Next(3) }));
    }
}
