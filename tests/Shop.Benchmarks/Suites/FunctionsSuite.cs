using Azure.Data.Tables;
using Shop.Benchmarks.Children;
using Shop.Benchmarks.Load;
using Shop.Emulator.Storage;
using static Shop.Benchmarks.BenchmarkReport;

namespace Shop.Benchmarks.Suites;

/// <summary>What the host adds to a plain endpoint, and what storage gives by itself.</summary>
internal static class FunctionsSuite
{
    public static async Task Run(BenchmarkOptions options, BenchmarkReport report)
    {
        report.Section("A trivial function, 32 connections", "", "requests/s", "p50 / p95 / p99 ms", "beside the plain endpoint", "floor");
        await using Child plain = await PlainEndpoint.Start();
        await using Child app = await FunctionApp.Start();
        await using Child shop = await ShopChild.Start();
        using (var client = new ShopApi(plain.Address)) await client.Put("/answers/trivial", TrivialFunctions.Answer);

        Measured beside = await RawHttp.Run(plain.Address, [RawHttp.Get(plain.Address, "/answers/trivial")], options.Window);
        Measured function = await RawHttp.Run(app.Address, [RawHttp.Get(app.Address, "/trivial")], options.Window);
        Measured health = await RawHttp.Run(shop.Address, [RawHttp.Get(shop.Address, "/health")], options.Window);
        report.Row("plain ASP.NET Core endpoint, the same bytes", Rate(beside.PerSecond), Percentiles(beside), "", "");
        report.Row("trivial function", Rate(function.PerSecond), Percentiles(function), Ratio(function.PerSecond / beside.PerSecond), "0.70×");
        report.Row("`/health` of the shop, with its middleware", Rate(health.PerSecond), Percentiles(health), Ratio(health.PerSecond / beside.PerSecond), "");

        report.Section("Azurite, raw", "", "operations/s", "p50 / p95 / p99 ms");
        await using Azurite azurite = await Azurite.StartInMemory(Console.Error.WriteLine, CancellationToken.None);
        (Measured single, Measured many) = await Writes(azurite, options.Window);
        report.Row("table writes, one after the other", Rate(single.PerSecond), Percentiles(single));
        report.Row("table writes, 32 in flight", Rate(many.PerSecond), Percentiles(many));
    }

    /// <summary>Inserts of rows as large as an order's.</summary>
    public static async Task<(Measured Single, Measured Many)> Writes(Azurite azurite, TimeSpan window)
    {
        TableClient table = new TableServiceClient(azurite.ConnectionString).GetTableClient("raw");
        await table.CreateIfNotExistsAsync();
        byte[] json = new byte[2048];
        string run = "a";
        ValueTask Insert(int worker, int turn) => new(table.AddEntityAsync(new TableEntity($"{run}-{turn}", $"{run}-{turn}|row") { ["Json"] = json }));
        Measured single = await ClosedLoop.Run(1, window, Insert);
        run = "b";
        return (single, await ClosedLoop.Run(32, window, Insert));
    }
}
