using System.Globalization;
using Shop.Benchmarks.Children;
using Shop.Benchmarks.Load;
using Shop.Emulator.Storage;
using static Shop.Benchmarks.BenchmarkReport;

namespace Shop.Benchmarks.Suites;

/// <summary>Orchestrations of five activities, one after the other and 32 at a time.</summary>
internal static class DurableSuite
{
    private const int Hops = 5;

    public static async Task Run(BenchmarkOptions options, BenchmarkReport report)
    {
        report.Section("Orchestrations of five activities", "", "a second", "p50 / p95 / p99 ms", "ms a hop", "beside one Azurite write", "floor");
        Measured write;
        await using (Azurite azurite = await Azurite.StartInMemory(Console.Error.WriteLine, CancellationToken.None)) (write, _) = await FunctionsSuite.Writes(azurite, options.Window);

        await using Child app = await FunctionApp.Start();
        using var client = new ShopApi(app.Address);
        byte[][] five = [RawHttp.Get(app.Address, "/five")];
        _ = await RawHttp.Run(app.Address, five, TimeSpan.FromSeconds(8)); // Until the compiler is done with it.
        Measured single = await RawHttp.Run(app.Address, five, options.Window, connections: 1);
        TimeSpan hop = single.Percentile(50) / Hops;
        report.Row("one Azurite write", Rate(write.PerSecond), Percentiles(write), "", "", "");
        report.Row("one at a time", Rate(single.PerSecond), Percentiles(single), Milliseconds(hop), Ratio(hop / write.Percentile(50)), "at most 10×");

        Measured many = await RawHttp.Run(app.Address, five, options.Window);
        report.Row("32 in flight", Rate(many.PerSecond), Percentiles(many), "", "", "60 a second");

        long before = (await client.Meter()).Engine;
        const int Counted = 20;
        for (int i = 0; i < Counted; i++) await client.Get("/five");
        await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System); // Finished instances are delisted together, a second later.
        double operations = ((await client.Meter()).Engine - before) / (double)Counted;
        report.Note($"Storage operations of the engine for each: {operations.ToString("0.0", CultureInfo.InvariantCulture)}, a transaction being one.");
    }
}
