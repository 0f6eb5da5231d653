using Shop.Benchmarks.Children;
using Shop.Benchmarks.Load;
using static Shop.Benchmarks.BenchmarkReport;

namespace Shop.Benchmarks.Suites;

/// <summary>Carts with two lines: made, and each line added by a request of its own.</summary>
internal static class CartsSuite
{
    public static async Task Run(BenchmarkOptions options, BenchmarkReport report)
    {
        report.Section("Carts with two lines (three requests each)", "shoppers", "carts/s", "p50 / p95 / p99 ms");
        await using Child shop = await ShopChild.Start();
        using var client = new ShopApi(shop.Address);
        await client.Import(CatalogueSuite.Products);
        await ClosedLoop.Warm(8, async (_, turn) => await new Buyer(client, turn, CatalogueSuite.Products).FillCart());
        foreach (int shoppers in (int[])[1, 8, 32])
        {
            Measured measured = await ClosedLoop.Run(shoppers, options.Window, async (_, turn) => await new Buyer(client, turn, CatalogueSuite.Products).FillCart());
            report.Row($"{shoppers}", Rate(measured.PerSecond), Percentiles(measured));
        }
    }
}
