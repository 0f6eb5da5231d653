using System.Diagnostics;
using Shop.Benchmarks.Children;
using Shop.Benchmarks.Load;
using static Shop.Benchmarks.BenchmarkReport;

namespace Shop.Benchmarks.Suites;

/// <summary>From the start of the process to the first products, on data that was there before.</summary>
internal static class StartSuite
{
    private const int Starts = 3;

    public static async Task Run(BenchmarkOptions options, BenchmarkReport report)
    {
        report.Section($"Start to the first product response, 1,000 products, median of {Starts}", "", "ms", "of them until it listens", "goal");
        string folder = Directory.CreateTempSubdirectory("shop-benchmark-").FullName;
        try
        {
            // The emulator keeps its data beside host.json.
            File.Copy(Path.Combine(AppContext.BaseDirectory, "host.json"), Path.Combine(folder, "host.json"));
            await Fill(folder);
            _ = await Measure(folder, orderly: false); // The machine reads every file once.
            await Row("the shop, its Azurite running", orderly: false, "1,500");
            _ = await Measure(folder, orderly: true);
            await Row("the shop and its Azurite", orderly: true, "");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        async Task Row(string what, bool orderly, string goal)
        {
            List<(TimeSpan Answered, TimeSpan Listening)> times = [];
            for (int i = 0; i < Starts; i++) times.Add(await Measure(folder, orderly));
            (TimeSpan answered, TimeSpan listening) = times.OrderBy(t => t.Answered).ElementAt(Starts / 2);
            report.Row(what, Milliseconds(answered), Milliseconds(listening), goal);
        }
    }

    private static async Task Fill(string folder)
    {
        await using Child shop = await ShopChild.Start(folder);
        using var client = new ShopApi(shop.Address);
        await client.Import(CatalogueSuite.Products);
        await client.Send(HttpMethod.Post, "/emulator/clock", new { advance = "PT2M" }); // The log is folded every minute.
        await Task.Delay(TimeSpan.FromSeconds(7), TimeProvider.System); // Azurite saves every five seconds.
        await shop.Kill();
    }

    /// <param name="folder">Where its data is.</param>
    /// <param name="orderly">Whether it stops in order, and its Azurite with it; killed, it leaves Azurite running.</param>
    private static async Task<(TimeSpan Answered, TimeSpan Listening)> Measure(string folder, bool orderly)
    {
        long begun = Stopwatch.GetTimestamp();
        await using Child shop = await ShopChild.Start(folder);
        using var client = new ShopApi(shop.Address);
        await ShopApi.Until(() => client.Answers("/v1/store/products?limit=20"), pauseMilliseconds: 2);
        TimeSpan answered = Stopwatch.GetElapsedTime(begun);
        if (orderly) await shop.Stop();
        else await shop.Kill();
        return (answered, shop.Started);
    }
}
