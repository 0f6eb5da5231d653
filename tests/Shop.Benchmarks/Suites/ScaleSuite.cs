using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Shop.Benchmarks.Children;
using Shop.Benchmarks.Load;
using Shop.Catalog;
using Shop.Common;
using Shop.Emulator.Storage;
using Shop.Storage;
using static Shop.Benchmarks.BenchmarkReport;

namespace Shop.Benchmarks.Suites;

/// <summary>The same shop with 1,000, 10,000 and 100,000 products of three variants.</summary>
internal static class ScaleSuite
{
    private const int NewQuestions = 50_000;
    private const int Changes = 51;
    private const int Imported = 1_000;

    public static async Task Run(BenchmarkOptions options, BenchmarkReport report)
    {
        List<string[]> starts = [], requests = [], works = [];
        foreach (int products in options.Sizes)
        {
            string folder = Directory.CreateTempSubdirectory("shop-benchmark-").FullName;
            try
            {
                long snapshotBytes = await Fill(folder, products, works);
                await Measure(folder, products, snapshotBytes, options, starts, requests);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        report.Section("Size: start and memory", "products", "snapshot MB", "until it listens ms", "first list ms", "all searchable s", "memory then MB", "after the requests MB", "import, rows/s");
        foreach (string[] row in starts) report.Row(row);
        report.Note($"A start on a folded log, its Azurite running. Lists and pages are served when it listens; until all is searchable, searches look through titles. The import is of {Imported * SampleCatalogue.Variants} rows, {Imported} new products with their stock, into a shop of that size.");
        report.Section("Size: work in memory", "products", "the index MB", "search index s", "first list of an order ms", "a product changes ms", "stock of a SKU changes µs", "sitemap ms", "of which parts", "product feed ms", "of it MB");
        foreach (string[] row in works) report.Row(row);
        report.Note($"In a process of its own, medians of {Changes} changes; no more than one of them at a time holds up others, and no reader waits for it. The feed is written while it is read.");
        report.Section("Size: requests, 32 connections", "products", "", "requests/s", "p50 / p95 / p99 ms", "storage operations");
        foreach (string[] row in requests) report.Row(row);
        report.Note("Each question is asked once, so that none of the answers is there already; pages of products are asked for in turn.");
    }

    /// <summary>Writes the snapshot that an import of so many would have left. Their rows are not needed to be read.</summary>
    /// <returns>The size of the snapshot.</returns>
    private static async Task<long> Fill(string folder, int products, List<string[]> works)
    {
        // The emulator keeps its data beside host.json.
        File.Copy(Path.Combine(AppContext.BaseDirectory, "host.json"), Path.Combine(folder, "host.json"));
        await using Azurite azurite = await Azurite.AttachOrStart(Path.Combine(folder, ".azurite"), Console.Error.WriteLine, CancellationToken.None);
        var storage = new ShopStorage(new StorageOptions { NamePrefix = "shop", ConnectionString = azurite.ConnectionString });
        var log = new CatalogLog(storage);
        await new StorageSetup(storage, [log]).StartingAsync(CancellationToken.None);
        long empty = GC.GetTotalMemory(forceFullCollection: true);
        var index = new CatalogIndex(Shop);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await foreach (ImportGroup[] groups in new ImportReader(Currency.Idr, "id").Read(new MemoryStream(SampleCatalogue.Csv(products)), CancellationToken.None).Chunk(5_000))
        {
            ImportProduct[] read = [.. groups.Select(g => g.Read())];
            index.Apply([
                .. read.Select((p, i) => new CatalogLogLine { Product = p.Product!.First(Ids.New("prd", TimeProvider.System), now.AddTicks(-i)) with { Images = [Picture] } }),
                new CatalogLogLine { Stock = [.. read.SelectMany(p => p.Rows).Select(r => new AvailabilityFigure(Sku.Parse(r.Sku), r.Stock!.Value, 1))] }]);
        }
        long filled = GC.GetTotalMemory(forceFullCollection: true);
        var snapshots = new CatalogSnapshots(storage, log);
        await log.End(await log.Oldest(CancellationToken.None), CancellationToken.None);
        await snapshots.Save(index, new LogPosition(2, 0), CancellationToken.None);
        works.Add([Count(products), Megabytes(filled - empty), .. await Work(index)]);
        return await snapshots.NewestBytes(CancellationToken.None);
    }

    /// <summary>What the index does beside its requests.</summary>
    private static async Task<IEnumerable<string>> Work(CatalogIndex index)
    {
        long begun = Stopwatch.GetTimestamp();
        using var search = new ProductSearch(index, NullLogger<ProductSearch>.Instance);
        while (!(await search.Find("pilihan", PriceList.In(index.Currency), CancellationToken.None)).IsComplete) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        TimeSpan indexed = Stopwatch.GetElapsedTime(begun);
        TimeSpan sorted = Time(() => index.View.Numbers(ProductSort.Title, 0));
        // The orders that shoppers ask for follow each change.
        foreach (ProductSort sort in Enum.GetValues<ProductSort>()) _ = index.View.Numbers(sort, 0);

        Product[] changed = [.. Enumerable.Range(1, Changes).Select(n => index.View.Entry(index.Count / (Changes + 1) * n).Product)];
        TimeSpan edit = Median(changed, p => index.Apply([new CatalogLogLine { Product = p with { Version = p.Version + 1 } }]));
        TimeSpan restock = Median(changed, p => index.Apply([new CatalogLogLine { Stock = [new AvailabilityFigure(p.Variants[0].Sku, 0, 2)] }]));

        int parts = 0;
        TimeSpan mapped = Time(() =>
        {
            var sitemaps = new Sitemaps(index, Shop);
            _ = sitemaps.Root();
            while (sitemaps.Part(parts + 1) is not null) parts++;
        });
        var feed = new CountingStream();
        TimeSpan fed = Time(() => new MerchantFeed(index, Shop).Write(feed, "id").GetAwaiter().GetResult());
        return [
            indexed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture), Milliseconds(sorted), Milliseconds(edit), restock.TotalMicroseconds.ToString("0", CultureInfo.InvariantCulture),
            Milliseconds(mapped), $"{parts}", Milliseconds(fed), Megabytes(feed.Length)];
    }

    private static TimeSpan Time(Action work)
    {
        long begun = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(begun);
    }

    private static TimeSpan Median(IEnumerable<Product> products, Action<Product> change) => products.Select(p => Time(() => change(p))).Order().ElementAt(Changes / 2);

    private static async Task Measure(string folder, int products, long snapshotBytes, BenchmarkOptions options, List<string[]> starts, List<string[]> requests)
    {
        (string size, string first) = (Count(products), "/v1/store/products?limit=20");
        // The first start makes tables, and lets the machine read every file once.
        await using (Child warm = await ShopChild.Start(folder)) await warm.Kill();

        long begun = Stopwatch.GetTimestamp();
        await using Child shop = await ShopChild.Start(folder);
        using var client = new ShopApi(shop.Address);
        await ShopApi.Until(() => client.Answers(first), pauseMilliseconds: 2);
        TimeSpan listed = Stopwatch.GetElapsedTime(begun) - shop.Started;
        // A word of descriptions, which nothing but the search index knows.
        await ShopApi.Until(() => client.Answers("/v1/store/products?q=pilihan"));
        TimeSpan searchable = Stopwatch.GetElapsedTime(begun);
        long memory = shop.Memory;

        await Ask("detail", n => $"/v1/store/products/{SampleCatalogue.Slug(n * 7 % products)}");
        await Ask("list", n => $"/v1/store/products?limit=20&minPrice={n}");
        await Ask("list by title, page by page of what a filter leaves", n => $"/v1/store/products?sort=title&option.Ukuran={"SML"[n % 3]}&minPrice={n}");
        await Ask("facets: a category, two attributes and a price", n => $"/v1/store/products?limit=1&category=rumah&attribute.Asal=Bali&attribute.Bahan={SampleCatalogue.Words[n % 20]}&maxPrice={n + 10_000_000}");
        await Ask("search", n => $"/v1/store/products?q={SampleCatalogue.Words[n % SampleCatalogue.Words.Count]}+{n % products:d5}");
        await Ask("search: a word that one product in ten has", n => $"/v1/store/products?q={SampleCatalogue.Words[n % SampleCatalogue.Words.Count]}&minPrice={n}");
        await Ask("search: a word with a wrong letter", n => $"/v1/store/products?q=x{SampleCatalogue.Words[n % SampleCatalogue.Words.Count]}&minPrice={n}");

        int operations = 0;
        string[] carts = new string[32];
        for (int i = 0; i < carts.Length; i++) carts[i] = (await client.Send(HttpMethod.Post, "/v1/store/carts")).Json.GetProperty("id").GetString()!;
        Measured added = await ClosedLoop.Run(carts.Length, options.Window, async (worker, turn) =>
        {
            // The same few lines in each cart: their quantity grows.
            object line = new { sku = SampleCatalogue.Sku((worker * 10 + turn % 10) % products, 0), quantity = 1 };
            operations = (await client.Send(HttpMethod.Post, $"/v1/store/carts/{carts[worker]}/lines", line)).Operations ?? 0;
        });
        requests.Add([size, "cart, add a line", Rate(added.PerSecond), Percentiles(added), $"{operations}"]);
        long after = shop.Memory;
        TimeSpan imported = await client.Import(Imported, products);
        starts.Add([
            size, Megabytes(snapshotBytes), Milliseconds(shop.Started), Milliseconds(listed),
            searchable.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture), Megabytes(memory), Megabytes(after), Rate(Imported * SampleCatalogue.Variants / imported.TotalSeconds)]);
        await shop.Stop();

        async Task Ask(string what, Func<int, string> path)
        {
            Measured measured = await RawHttp.Run(shop.Address, [.. Enumerable.Range(0, NewQuestions).Select(n => RawHttp.Get(shop.Address, path(n)))], options.Window);
            requests.Add([size, what, Rate(measured.PerSecond), Percentiles(measured), $"{(await client.Send(HttpMethod.Get, path(NewQuestions))).Operations}"]);
        }
    }

    private static ShopOptions Shop { get; } = new() { PublicUrl = new Uri("https://shop.test") };

    private static ProductImage Picture { get; } = new("https://pictures.test/sample.jpg", 1200, 1200, new LocalText { ["id"] = "Contoh" });

    private static string Count(int products) => products.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Keeps nothing: what is written to it costs no memory.</summary>
    private sealed class CountingStream : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _length += count;
    }
}
