using System.Diagnostics;
using System.Globalization;
using Shop.Benchmarks.Children;
using Shop.Benchmarks.Load;
using static Shop.Benchmarks.BenchmarkReport;

namespace Shop.Benchmarks.Suites;

/// <summary>Whole orders, from an empty cart to paid, and what one of them costs in storage operations.</summary>
internal static class OrdersSuite
{
    private const int Products = 200;

    /// <summary>Few enough to be over before the first courier moves, ten seconds after a booking.</summary>
    private const int Counted = 4;

    public static async Task Run(BenchmarkOptions options, BenchmarkReport report)
    {
        report.Section("Whole orders of two lines, cart to paid", "shoppers", "orders/s", "p50 / p95 / p99 ms", "floor");
        await using Child shop = await ShopChild.Start();
        using var client = new ShopApi(shop.Address);
        await client.Import(Products);
        await ClosedLoop.Warm(8, async (_, turn) => await new Buyer(client, turn, Products).Buy());
        foreach (int shoppers in (int[])[1, 8, 32])
        {
            await Deliver(client);
            Measured measured = await ClosedLoop.Run(shoppers, options.Window, async (_, turn) => await new Buyer(client, turn, Products).Buy());
            report.Row($"{shoppers}", Rate(measured.PerSecond), Percentiles(measured), shoppers == 32 ? "15; the goal is 40" : "");
        }
        report.Note("The limit is storage: with what the emulator keeps of Stripe, Service Bus, mail and courier, an order is about 60 requests to Azurite, which serves some 1,000 a second from one core of the two.");
        await Deliver(client);
        await Operations(client, report);
    }

    /// <summary>Brings every parcel home, so that the orders of the run before are not the load of this one, and waits until nothing moves any more.</summary>
    private static async Task Deliver(ShopApi client)
    {
        for (int quiet = 0, steps = 0; quiet < 2; steps++)
        {
            if (steps < 5) await client.Send(HttpMethod.Post, "/emulator/clock", new { advance = "PT11S" });
            (long engine, long app) = await client.Meter();
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            (long engineAfter, long appAfter) = await client.Meter();
            quiet = steps >= 5 && engineAfter == engine && appAfter - app < 5 ? quiet + 1 : 0;
            if (steps > 120) throw new TimeoutException("The shop did not come to rest in two minutes.");
        }
    }

    private static async Task Operations(ShopApi client, BenchmarkReport report)
    {
        report.Section("Storage operations of a card order of two lines, mailed and booked", "", "operations", "budget");
        double idle = await Idle(client);
        long begun = Stopwatch.GetTimestamp();
        (long engine, long app) = await client.Meter();
        var buyers = new List<Buyer>();
        for (int order = 1; order <= Counted; order++) buyers.Add(await Booked(client, order));
        (long engineAfter, long appAfter) = await client.Meter();
        double background = idle * Stopwatch.GetElapsedTime(begun).TotalSeconds;

        foreach ((string what, int operations) in buyers[^1].Operations) report.Row(what, $"{operations}", what switch { "cart, add a line" => "2", "checkout" => "12 from the app until it can be paid", _ => "" });
        report.Row("the app, whole order", Number((appAfter - app - buyers.Sum(b => b.Reads) - background) / Counted), "45");
        report.Row("the engine, whole order", Number((engineAfter - engine) / (double)Counted), "30");
        report.Note($"Every request of the shopper is in it but those that only ask how far the order is, {Number(buyers.Average(b => b.Reads))} here and one operation each; nor is what the app asks for while nobody is there, {Number(idle)} a second.");
    }

    /// <summary>Buys, and waits until the courier is booked and the mail has come.</summary>
    private static async Task<Buyer> Booked(ShopApi client, int number)
    {
        var buyer = new Buyer(client, number, Products);
        string order = await buyer.Buy();
        // Asked of the emulator where it can be: what is counted must not change by looking.
        await ShopApi.Until(async () => (await client.Get($"/emulator/mailbox?to=ayu-{number}@example.test")).GetProperty("data").GetArrayLength() > 0, pauseMilliseconds: 100);
        await buyer.Until(order, "status", "fulfilling");
        return buyer;
    }

    /// <summary>Operations a second while nothing happens.</summary>
    private static async Task<double> Idle(ShopApi client)
    {
        TimeSpan time = TimeSpan.FromSeconds(3);
        long before = (await client.Meter()).App;
        await Task.Delay(time, TimeProvider.System);
        return ((await client.Meter()).App - before) / time.TotalSeconds;
    }

    private static string Number(double number) => number.ToString("0.0", CultureInfo.InvariantCulture);
}
