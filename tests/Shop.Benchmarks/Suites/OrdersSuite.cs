using System.Diagnostics;
using System.Globalization;
using Shop.Benchmarks.Children;
using Shop.Benchmarks.Costs;
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
        double alone = 0;
        foreach (int shoppers in (int[])[1, 8, 32])
        {
            await Deliver(client);
            Measured measured = await ClosedLoop.Run(shoppers, options.Window, async (_, turn) => await new Buyer(client, turn, Products).Buy());
            if (shoppers == 1) alone = 1 / measured.PerSecond;
            report.Row($"{shoppers}", Rate(measured.PerSecond), Percentiles(measured), shoppers == 32 ? "15; the goal is 40" : "");
        }
        report.Note("The limit is storage: with what the emulator keeps of Stripe, Service Bus, mail and courier, an order is about 60 requests to Azurite, which serves some 1,000 a second from one core of the two.");
        await Deliver(client);
        await Operations(client, alone, report);
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

    private static async Task Operations(ShopApi client, double secondsAnOrder, BenchmarkReport report)
    {
        report.Section("Storage operations of a card order of two lines, mailed and booked", "", "operations", "budget");
        double idle = await Idle(client);
        long begun = Stopwatch.GetTimestamp();
        MeterReading before = await client.Reading();
        var buyers = new List<Buyer>();
        for (int order = 1; order <= Counted; order++) buyers.Add(await Booked(client, order));
        MeterReading spent = (await client.Reading()).Since(before);
        double background = idle * Stopwatch.GetElapsedTime(begun).TotalSeconds;

        foreach ((string what, int operations) in buyers[^1].Operations) report.Row(what, $"{operations}", what switch { "cart, add a line" => "2", "checkout" => "12 from the app until it can be paid", _ => "" });
        report.Row("the app, whole order", Number((spent.App - buyers.Sum(b => b.Reads) - background) / Counted), "45");
        report.Row("the engine, whole order", Number(spent.Engine / (double)Counted), "30");
        report.Note($"Every request of the shopper is in it but those that only ask how far the order is, {Number(buyers.Average(b => b.Reads))} here and one operation each; nor is what the app asks for while nobody is there, {Number(idle)} a second.");
        Cost(spent, secondsAnOrder, report);
    }

    /// <summary>What an order costs on Azure, from what was counted here and the list prices.</summary>
    private static void Cost(MeterReading spent, double busySeconds, BenchmarkReport report)
    {
        report.Section($"Cost of 1,000 such orders on Azure, US dollars, list prices of {AzurePrices.AsOf}", "", "counted", "US$");
        double total = 0;
        void Row(string what, string counted, double dollars)
        {
            report.Row(what, counted, dollars.ToString("0.0000", CultureInfo.InvariantCulture));
            total += dollars;
        }

        Row("table operations", Number(spent.Tables / (double)Counted), 1000d * spent.Tables / Counted * AzurePrices.TableOperation);
        Row("queue operations", Number(spent.Queues / (double)Counted), 1000d * spent.Queues / Counted * AzurePrices.QueueOperation);
        Row("blob operations", Number(spent.Blobs / (double)Counted), 1000d * spent.Blobs / Counted * AzurePrices.BlobWrite);
        Row("Durable engine on Azure Storage", $"{AzurePrices.DurableOperationsOfAnOrder}", 1000d * AzurePrices.DurableOperationsOfAnOrder * AzurePrices.QueueOperation);
        long executions = spent.Executions.Values.Sum();
        Row("executions", Number(executions / (double)Counted), 1000d * executions / Counted * AzurePrices.Execution);
        Row("GB-seconds of an instance of 2 GB that does one order at a time", Number(busySeconds * AzurePrices.InstanceGigabytes), 1000 * busySeconds * AzurePrices.InstanceGigabytes * AzurePrices.GigabyteSecond);
        Row("Service Bus operations", $"{AzurePrices.ServiceBusOperationsOfAnOrder}", 1000d * AzurePrices.ServiceBusOperationsOfAnOrder * AzurePrices.ServiceBusOperation);
        report.Row("together", "", total.ToString("0.0000", CultureInfo.InvariantCulture));
        report.Note("Without free grants, without what is paid by the month whoever buys (the Service Bus namespace, stored gigabytes, logs) and without the polling of queues. The prices and their sources are in tests/Shop.Benchmarks/Costs/AzurePrices.cs.");
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
