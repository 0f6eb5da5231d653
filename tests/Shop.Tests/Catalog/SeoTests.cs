using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Shop.Catalog;
using Shop.Common;
using Shop.Tests.Journeys;

namespace Shop.Tests.Catalog;

public sealed class SeoTests
{
    private static readonly XNamespace Sitemap = "http://www.sitemaps.org/schemas/sitemap/0.9", Xhtml = "http://www.w3.org/1999/xhtml", Google = "http://base.google.com/ns/1.0";

    [Fact]
    public void A_product_tells_machines_its_price_and_availability_of_this_moment()
    {
        CatalogIndex index = Index(Products.Simple("kopi-gayo"));
        Assert.Equal("https://schema.org/OutOfStock", Offer(index)["availability"]!.GetValue<string>());
        foreach ((PromiseKind kind, string told, int version) in ((PromiseKind, string, int)[])[(PromiseKind.Backorder, "BackOrder", 1), (PromiseKind.Preorder, "PreOrder", 2)])
        {
            index.Apply([new CatalogLogLine { Stock = [new AvailabilityFigure(Sku.Parse("KOPI-GAYO"), 0, version) { Promise = new SalesPromise(kind, 5, null) }] }]);
            Assert.Equal($"https://schema.org/{told}", Offer(index)["availability"]!.GetValue<string>());
        }

        index.Apply([new CatalogLogLine { Stock = [new AvailabilityFigure(Sku.Parse("KOPI-GAYO"), 3, 3)] }]);

        JsonNode offer = Offer(index);
        Assert.Equal(("https://schema.org/InStock", "75000.00", "IDR"), (offer["availability"]!.GetValue<string>(), offer["price"]!.GetValue<string>(), offer["priceCurrency"]!.GetValue<string>()));

        static JsonNode Offer(CatalogIndex index) => Seo(index).JsonLd.Single(o => o!["@type"]!.GetValue<string>() == "Product")!["offers"]!;
    }

    [Fact]
    public void A_product_of_several_variants_is_a_group_with_an_offer_each()
    {
        JsonNode group = Seo(Index(Products.Simple("kopi-gayo", skus: ["A", "B"]))).JsonLd[0]!;

        Assert.Equal("ProductGroup", group["@type"]!.GetValue<string>());
        Assert.Equal(["A", "B"], group["hasVariant"]!.AsArray().Select(v => v!["sku"]!.GetValue<string>()));
        Assert.Equal(["75000.00", "76000.00"], group["hasVariant"]!.AsArray().Select(v => v!["offers"]!["price"]!.GetValue<string>()));
    }

    [Fact]
    public void Breadcrumbs_lead_from_the_root_to_the_page_itself()
    {
        SeoResource seo = Seo(Index(Products.Simple("kopi-gayo")));
        JsonArray steps = seo.JsonLd.Single(o => o!["@type"]!.GetValue<string>() == "BreadcrumbList")!["itemListElement"]!.AsArray();

        Assert.Equal(["Minuman", "Kopi", "kopi gayo"], steps.Select(s => s!["name"]!.GetValue<string>()));
        Assert.Equal("https://toko.test/id/categories/minuman/kopi", steps[1]!["item"]!.GetValue<string>());
        Assert.Equal(seo.Canonical, steps[2]!["item"]!.GetValue<string>());
    }

    [Fact]
    public void A_page_names_itself_and_its_other_languages()
    {
        SeoResource seo = Seo(Index(Products.Simple("kopi-gayo")));

        Assert.Equal("https://toko.test/id/products/kopi-gayo", seo.Canonical);
        Assert.Equal(
            [new("id", "https://toko.test/id/products/kopi-gayo"), new("en", "https://toko.test/en/products/kopi-gayo-en"), new("x-default", "https://toko.test/id/products/kopi-gayo")],
            seo.Links.OrderByDescending(l => l.Hreflang == "id").ThenBy(l => l.Hreflang, StringComparer.Ordinal));
    }

    [Fact]
    public void What_does_not_fit_into_one_sitemap_is_an_index_with_parts()
    {
        ShopOptions shop = Shop(urls: 7);
        CatalogIndex index = Index([.. Enumerable.Range(0, 5).Select(i => Products.Simple($"kopi-{i}"))]);
        var sitemaps = new Sitemaps(index, shop);

        string[] parts = [.. Parse(sitemaps.Root()).Elements(Sitemap + "sitemap").Select(s => s.Element(Sitemap + "loc")!.Value)];
        Assert.Equal(["https://toko.test/sitemaps/1.xml", "https://toko.test/sitemaps/2.xml"], parts); // 5 products and 2 categories in 2 languages: 14 pages
        XElement[] urls = [.. Enumerable.Range(1, 2).SelectMany(part => Parse(sitemaps.Part(part)!).Elements(Sitemap + "url"))];
        Assert.Equal(14, urls.Select(u => u.Element(Sitemap + "loc")!.Value).Distinct().Count());
        Assert.All(urls.Where(u => u.Element(Sitemap + "loc")!.Value.Contains("/products/", StringComparison.Ordinal)), u => Assert.Equal(3, u.Elements(Xhtml + "link").Count()));
        Assert.Null(sitemaps.Part(3));

        index.Apply([new CatalogLogLine { Product = Products.Simple("teh") }]);
        Assert.Equal(3, Parse(sitemaps.Root()).Elements().Count());
    }

    [Fact]
    public async Task Files_for_machines_are_served_and_hostile_titles_stay_text()
    {
        await using ShopHost shop = await ShopHost.Start();
        XElement sitemap = XDocument.Parse(await shop.Http.GetStringAsync("/sitemap.xml", Cancel)).Root!;
        Assert.Equal(Sitemap + "urlset", sitemap.Name);
        Assert.Equal(18, sitemap.Elements().Count()); // 3 products and 6 categories in 2 languages
        Assert.Contains($"Sitemap: {shop.BaseUrl}/sitemap.xml", await shop.Http.GetStringAsync("/robots.txt", Cancel), StringComparison.Ordinal);
        Assert.Equal("rss", XDocument.Parse(await shop.Http.GetStringAsync("/feeds/google.xml", Cancel)).Root!.Name);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Send(HttpMethod.Get, "/sitemaps/2.xml")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Send(HttpMethod.Get, "/sitemaps/x")).StatusCode);
    }

    [Fact]
    public async Task The_merchant_feed_has_every_physical_variant_with_a_picture()
    {
        Product shirt = Products.Simple("kemeja", 100_000, skus: ["A", "B"]) with { Images = [new ProductImage("https://cdn.test/kemeja.webp", 0, 0, [])] };
        shirt = shirt with { Texts = new(StringComparer.Ordinal) { ["id"] = new ProductText("kemeja", "Kemeja <b>\"batik\"</b> & co", "…") } };
        CatalogIndex index = Index(shirt, Products.Simple("tanpa-gambar"), Products.Simple("buku", kind: ProductKind.Digital));
        using var output = new MemoryStream();

        await new MerchantFeed(index, Shop()).Write(output, "id");

        XElement[] items = [.. Parse(output.ToArray()).Descendants("item")];
        Assert.Equal(["A", "B"], items.Select(i => i.Element(Google + "id")!.Value));
        Assert.StartsWith("Kemeja <b>\"batik\"</b> & co", items[0].Element(Google + "title")!.Value, StringComparison.Ordinal);
        Assert.Equal("100000.00 IDR", items[0].Element(Google + "price")!.Value);
    }

    [Fact]
    public async Task What_XML_cannot_hold_does_not_break_off_the_merchant_feed()
    {
        Product shirt = Products.Simple("kemeja") with { Images = [new ProductImage("https://cdn.test/kemeja.webp", 0, 0, [])] };
        // From before the rule that refuses it.
        shirt = shirt with { Texts = new(StringComparer.Ordinal) { ["id"] = new ProductText("kemeja", "Kemeja\uFFFE 👕", "Batik\uD83D\u0001") } };
        using var output = new MemoryStream();
        await new MerchantFeed(Index(shirt), Shop()).Write(output, "id");
        Assert.Equal("Kemeja 👕", Parse(output.ToArray()).Descendants("item").Single().Element(Google + "title")!.Value);
    }

    [Fact]
    public async Task Machines_are_told_the_trade_number_how_long_a_price_holds_and_where_pictures_are_from_the_root_of_the_web()
    {
        Product coffee = Products.Simple("kopi") with { Images = [new ProductImage("/foto/kopi.jpg", 0, 0, [])] };
        var sale = new SalePrice(new Money(5_000_000, Currency.Idr), DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 7, 0, 0, TimeSpan.FromHours(7)));
        Variant variant = coffee.Variants[0] with { Barcode = "4006381333931", Prices = [coffee.Variants[0].Prices[0] with { Sale = sale }] };
        CatalogIndex index = Index(coffee with { Variants = [variant] });

        JsonNode product = Seo(index).JsonLd[0]!;
        Assert.Equal(("4006381333931", "2100-01-01T00:00:00Z"), (product["gtin"]!.GetValue<string>(), product["offers"]!["priceValidUntil"]!.GetValue<string>()));
        Assert.Equal("https://toko.test/foto/kopi.jpg", product["image"]![0]!.GetValue<string>());
        using var output = new MemoryStream();
        await new MerchantFeed(index, Shop()).Write(output, "id");
        XElement item = Parse(output.ToArray()).Descendants("item").Single();
        Assert.Equal(("4006381333931", "https://toko.test/foto/kopi.jpg"), (item.Element(Google + "gtin")!.Value, item.Element(Google + "image_link")!.Value));
        Assert.Null(item.Element(Google + "identifier_exists"));
    }

    [Theory]
    [InlineData("96385074", true), InlineData("036000291452", true), InlineData("4006381333931", true), InlineData("10614141000415", true)]
    [InlineData("4006381333932", false), InlineData("400638133393", false), InlineData("0000000000000", false), InlineData("KOPI-0012345", false), InlineData(null, false)]
    public void A_bar_code_is_a_trade_number_when_its_check_digit_is_right(string? barcode, bool isGtin) => Assert.Equal(isGtin ? barcode : null, Gtin.Of(barcode));

    [Fact]
    public async Task What_everybody_may_see_is_compressed_and_what_carries_tokens_is_not()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Cors:Origins"] = "https://toko.test");
        HttpResponseMessage list = await shop.Send(HttpMethod.Get, "/sitemap.xml", null, ("Accept-Encoding", "br"));
        Assert.Equal(["br"], list.Content.Headers.ContentEncoding);
        await using var plain = new BrotliStream(await list.Content.ReadAsStreamAsync(Cancel), CompressionMode.Decompress);
        Assert.Equal("urlset", (await XDocument.LoadAsync(plain, LoadOptions.None, Cancel)).Root!.Name.LocalName);

        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(shop.BaseUrl) };
        foreach (string path in (string[])["/v1/store/products", "/v1/store/category?slug=makanan-minuman", "/sitemap.xml", "/feeds/google.xml"])
        {
            // Each coding has a tag of its own, and who holds either need not be sent anything.
            HttpResponseMessage packed = await Get(path, ("Accept-Encoding", "br"), ("Origin", "https://toko.test")), same = await Get(path, ("Origin", "https://toko.test"));
            Assert.Equal(["br"], packed.Content.Headers.ContentEncoding);
            Assert.Empty(same.Content.Headers.ContentEncoding);
            Assert.NotEqual(same.Headers.ETag!.Tag, packed.Headers.ETag!.Tag);
            Assert.False(packed.Headers.ETag.IsWeak || same.Headers.ETag.IsWeak);
            foreach (string held in (string[])[packed.Headers.ETag.Tag, same.Headers.ETag.Tag])
            {
                HttpResponseMessage fresh = await Get(path, ("Accept-Encoding", "br"), ("If-None-Match", $"\"other\", W/{held}"));
                Assert.Equal((HttpStatusCode.NotModified, held), (fresh.StatusCode, fresh.Headers.ETag!.Tag));
                Assert.Contains("Accept-Encoding", fresh.Headers.Vary);
            }
            Assert.All([packed, same], answer => Assert.Equal(["Accept-Encoding", "Accept-Language", "Origin"], answer.Headers.Vary.Intersect(["Origin", "Accept-Encoding", "Accept-Language"]).Order(StringComparer.Ordinal)));
            Assert.Equal("https://toko.test", packed.Headers.GetValues("Access-Control-Allow-Origin").Single());
        }

        HttpResponseMessage cart = await shop.Send(HttpMethod.Post, "/v1/store/carts", null, ("Accept-Encoding", "br"));
        Assert.Empty(cart.Content.Headers.ContentEncoding);
        Assert.Equal("open", JsonDocument.Parse(await cart.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("status").GetString());

        // Past the handler that looks at bodies: it reads none that is compressed.
        Task<HttpResponseMessage> Get(string path, params (string Name, string Value)[] headers) => new ShopClient(client).Send(HttpMethod.Get, path, null, headers);
    }

    [Fact]
    public async Task A_CDN_keeps_what_everybody_may_see_for_a_while_and_nothing_of_one_shopper()
    {
        await using ShopHost shop = await ShopHost.Start();
        string slug = (await shop.Get("/v1/store/products?limit=1")).GetProperty("data")[0].GetProperty("slug").GetString()!;
        foreach ((string path, string kept) in ((string, string)[])[
            ("/v1/store/products", "public, max-age=60, stale-while-revalidate=600"), ($"/v1/store/products/{slug}", "public, max-age=60, stale-while-revalidate=600"),
            ("/v1/store/category?slug=makanan-minuman", "public, max-age=60, stale-while-revalidate=600"),
            ("/sitemap.xml", "public, max-age=3600"), ("/robots.txt", "public, max-age=3600"), ("/feeds/google.xml", "public, max-age=900")])
        {
            HttpResponseMessage answer = await shop.Send(HttpMethod.Get, path);
            Assert.Equal($"{path} {kept}", $"{path} {string.Join(", ", answer.Headers.GetValues("Cache-Control"))}");
            HttpResponseMessage again = await shop.Send(HttpMethod.Get, path, null, ("If-None-Match", answer.Headers.ETag!.Tag));
            Assert.Equal((HttpStatusCode.NotModified, kept), (again.StatusCode, string.Join(", ", again.Headers.GetValues("Cache-Control"))));
        }
        foreach (HttpResponseMessage own in (HttpResponseMessage[])[await shop.Send(HttpMethod.Post, "/v1/store/carts"), await shop.Send(HttpMethod.Get, "/v1/store/orders/ord_1")])
            Assert.Equal("no-store", own.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_day_that_has_passed_is_promised_to_nobody()
    {
        var clock = new MovedClock(new DateTimeOffset(2026, 11, 28, 3, 0, 0, TimeSpan.Zero));
        var index = new CatalogIndex(Shop(), clock);
        var feed = new MerchantFeed(index, Shop());
        Product coffee = Products.Simple("kopi") with { Images = [new ProductImage("/foto/kopi.jpg", 0, 0, [])] };
        AvailabilityFigure Figure(int version, DateOnly? day) => new(Sku.Parse("KOPI"), 0, version) { Promise = new SalesPromise(PromiseKind.Backorder, 5, day) };
        index.Apply([new CatalogLogLine { Product = coffee }, new CatalogLogLine { Stock = [Figure(1, new DateOnly(2026, 11, 29))] }]);
        Assert.Equal(("backorder", new DateOnly(2026, 11, 29)), await Seen());

        // The day itself, in Jakarta, is still to come; its morrow is over.
        clock.Now = new DateTimeOffset(2026, 11, 29, 16, 59, 0, TimeSpan.Zero);
        Assert.Equal(("backorder", new DateOnly(2026, 11, 29)), await Seen());
        AnswerCache answers = index.Answers;
        clock.Now = clock.Now.AddMinutes(1);
        Assert.Equal(("out_of_stock", (DateOnly?)null), await Seen());
        Assert.NotSame(answers, index.Answers);

        // Another day counts again, a passed one that is told anew does not, and neither does a product that comes after its figure.
        index.Apply([new CatalogLogLine { Stock = [Figure(2, new DateOnly(2026, 12, 24))] }]);
        Assert.Equal(("backorder", new DateOnly(2026, 12, 24)), await Seen());
        index.Apply([new CatalogLogLine { Stock = [Figure(3, new DateOnly(2026, 11, 1))] }]);
        Assert.Equal(("out_of_stock", (DateOnly?)null), await Seen());
        index.Apply([new CatalogLogLine { Product = coffee with { Version = 2 } }]);
        Assert.Equal(("out_of_stock", (DateOnly?)null), await Seen());
        Assert.Equal(5, index.Find(Sku.Parse("KOPI"))!.Promise!.Quantity);

        async Task<(string, DateOnly?)> Seen()
        {
            using var output = new MemoryStream();
            await feed.Write(output, "id");
            return (Parse(output.ToArray()).Descendants("item").Single().Element(Google + "availability")!.Value, index.Find(Sku.Parse("KOPI"))!.Promise!.AvailableFrom);
        }
    }

    private sealed class MovedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ShopOptions Shop(int urls = 50_000) => new() { PublicUrl = new Uri("https://shop.test"), StorefrontUrl = new Uri("https://toko.test/"), UrlsPerSitemap = urls };

    private static CatalogIndex Index(params Product[] products)
    {
        var index = new CatalogIndex(Shop());
        index.Apply(products.Select(p => new CatalogLogLine { Product = p }));
        return index;
    }

    private static SeoResource Seo(CatalogIndex index) => Seo(index, index.View.Order(ProductSort.Newest, 0).First());

    private static SeoResource Seo(CatalogIndex index, ProductEntry entry) => ProductResource.From(entry, "id", PriceList.In(index.Currency), index.View.Categories.Of(entry), []).Seo;

    private static XElement Parse(byte[] xml) => XDocument.Load(new MemoryStream(xml)).Root!;
}
