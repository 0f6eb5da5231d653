using System.Text.Json;
using Shop.Benchmarks.Children;
using Shop.Benchmarks.Load;
using static Shop.Benchmarks.BenchmarkReport;

namespace Shop.Benchmarks.Suites;

/// <summary>What shoppers read, with 1,000 products of three variants; the plain endpoint answers the very same bytes.</summary>
internal static class CatalogueSuite
{
    public const int Products = 1_000;

    /// <summary>More questions than answers are kept: these are answered anew each time.</summary>
    private const int NewQuestions = 50_000;

    public static async Task Run(BenchmarkOptions options, BenchmarkReport report)
    {
        report.Section("Catalogue, 1,000 products, 32 connections", "", "requests/s", "p50 / p95 / p99 ms", "plain endpoint, the same bytes", "beside it", "floor", "storage operations");
        await using Child shop = await ShopChild.Start();
        await using Child plain = await PlainEndpoint.Start();
        using var client = new ShopApi(shop.Address);
        using var beside = new ShopApi(plain.Address);
        await client.Import(Products);

        string[] lists = await Lists(client);
        string[] searches = [.. SampleCatalogue.Words.SelectMany(w => (string[])[$"/v1/store/products?q={w}", $"/v1/store/products?q={w}+bali&limit=10"])];
        string[] details = [.. Enumerable.Range(0, Products).Select(p => $"/v1/store/products/{SampleCatalogue.Slug(p)}")];
        await Measure("list: 60 pages in several orders", lists, "0.50×");
        await Measure("detail: all products", details, "0.50×");
        await Measure("search: 40 questions, asked before", searches, "");
        await MeasureNew("list: every question new", n => $"/v1/store/products?limit=20&minPrice={n}");
        await MeasureNew("search: every question new", n => $"/v1/store/products?q={SampleCatalogue.Words[n % SampleCatalogue.Words.Count]}&minPrice={n}");
        report.Note("\"Every question new\" is the work itself: filters, facets, search index and rendering, of which the other rows have the answer ready.");

        async Task Measure(string what, string[] paths, string floor)
        {
            for (int i = 0; i < paths.Length; i++) await beside.Put($"/answers/{i}", await client.Bytes(paths[i]));
            Measured measured = await RawHttp.Run(shop.Address, [.. paths.Select(p => RawHttp.Get(shop.Address, p))], options.Window);
            Measured against = await RawHttp.Run(plain.Address, [.. paths.Select((_, i) => RawHttp.Get(plain.Address, $"/answers/{i}"))], options.Window);
            int? operations = (await client.Send(HttpMethod.Get, paths[0])).Operations;
            report.Row(what, Rate(measured.PerSecond), Percentiles(measured), Rate(against.PerSecond), Ratio(measured.PerSecond / against.PerSecond), floor, $"{operations}");
        }

        async Task MeasureNew(string what, Func<int, string> path)
        {
            Measured measured = await RawHttp.Run(shop.Address, [.. Enumerable.Range(0, NewQuestions).Select(n => RawHttp.Get(shop.Address, path(n)))], options.Window);
            report.Row(what, Rate(measured.PerSecond), Percentiles(measured), "", "", "", $"{(await client.Send(HttpMethod.Get, path(NewQuestions))).Operations}");
        }
    }

    /// <summary>The first twenty pages in three orders.</summary>
    private static async Task<string[]> Lists(ShopApi client)
    {
        List<string> paths = [];
        foreach (string sort in (string[])["newest", "price", "title"])
        {
            string? cursor = null;
            for (int page = 0; page < 20; page++)
            {
                string path = $"/v1/store/products?limit=20&sort={sort}{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}";
                paths.Add(path);
                JsonElement answer = await client.Get(path);
                cursor = answer.GetProperty("nextCursor").GetString();
            }
        }
        return [.. paths];
    }
}
