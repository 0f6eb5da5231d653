using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Shop.Catalog;
using Shop.Common;
using Shop.Http;
using Shop.Storage;
using Shop.Tests.Http;

namespace Shop.Tests.Catalog;

/// <summary>What a shopper reads, over the sample catalogue in memory.</summary>
public sealed class BrowseTests
{
    private static readonly CatalogIndex Index = SampleIndex().GetAwaiter().GetResult();
    private static readonly ProductSearch Search = new(Index, Microsoft.Extensions.Logging.Abstractions.NullLogger<ProductSearch>.Instance);
    private static readonly CatalogEndpoints Endpoints = new(Index, new BrowseProducts(Index, Search), new Cursors(HttpTesting.Signing));

    [Fact]
    public async Task A_list_has_cards_facets_and_an_ETag()
    {
        Answered answer = await List("?limit=5");
        Assert.Equal(200, answer.Status);
        Assert.Equal(5, answer.Json.GetProperty("data").GetArrayLength());
        JsonElement card = answer.Json.GetProperty("data")[0];
        Assert.Equal(["id", "slug", "title", "imageUrl", "price", "compareAtPrice", "available"], card.EnumerateObject().Select(p => p.Name));
        Assert.StartsWith("\"", answer.Headers.ETag.ToString(), StringComparison.Ordinal);
        Assert.True(answer.Json.GetProperty("facets").GetProperty("inStock").GetInt32() > 60);
    }

    [Fact]
    public async Task Who_has_the_answer_already_gets_304()
    {
        HttpRequest request = HttpTesting.Get("/v1/store/products?limit=5");
        request.Headers.IfNoneMatch = (await List("?limit=5")).Headers.ETag;
        Answered answer = await (await Endpoints.List(request)).Execute(request);
        Assert.Equal((304, ""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repeat()
    {
        List<string> ids = [];
        string? cursor = null;
        do
        {
            JsonElement page = (await List($"?limit=17&sort=price{(cursor is null ? "" : $"&cursor={cursor}")}")).Json;
            ids.AddRange(page.GetProperty("data").EnumerateArray().Select(p => p.GetProperty("id").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.Equal(Index.Count, ids.Count);
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        string cursor = (await List("?limit=5")).Json.GetProperty("nextCursor").GetString()!;
        Answered answer = await List($"?limit=5&sort=title&cursor={cursor}");
        Assert.Equal((400, "?cursor"), (answer.Status, answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString()));
    }

    [Theory]
    [InlineData("price", true)]
    [InlineData("-price", false)]
    public async Task Prices_sort_either_way(string sort, bool rising)
    {
        long[] prices = [.. (await List($"?limit=100&sort={sort}")).Json.GetProperty("data").EnumerateArray().Select(p => p.GetProperty("price").GetProperty("amount").GetInt64())];
        Assert.Equal(rising ? prices.Order() : prices.OrderDescending(), prices);
    }

    [Theory]
    [InlineData("gayo", "kopi-gayo")]
    [InlineData("arabika gay", "kopi-gayo")]
    [InlineData("coffee gayo", "kopi-gayo")]
    [InlineData("batk parang", "kemeja-batik-parang-kusumo")]
    [InlineData("bukuu rempah", "sejarah-rempah-maluku")]
    [InlineData("puppets", "wayang-kulit-arjuna", "wayang-golek-cepot")]
    [InlineData("BTK-LASEM-SRG", "sarung-batik-lasem")]
    [InlineData("teh dan tubruk slawi", "teh-melati-slawi")]
    public async Task Words_are_found_in_both_languages_unfinished_and_misspelt(string text, params string[] expected)
    {
        string[] found = [.. (await List($"?q={Uri.EscapeDataString(text)}")).Json.GetProperty("data").EnumerateArray().Select(p => p.GetProperty("slug").GetString()!)];
        Assert.Empty(expected.Except(found, StringComparer.Ordinal));
        Assert.Contains(found[0], expected);
    }

    [Theory]
    [InlineData("?q=%22%29+%5E~+%28*")]
    [InlineData("?q=zzzzqqqq")]
    [InlineData("?q=%F0%9F%8D%B5")]
    [InlineData("?category=tidak-ada")]
    [InlineData("?option.Ukuran=tidak-ada")]
    [InlineData("?option.TidakAda=x")]
    public async Task What_nothing_matches_is_an_empty_list(string query)
    {
        Answered answer = await List(query);
        Assert.Equal((200, 0), (answer.Status, answer.Json.GetProperty("data").GetArrayLength()));
    }

    [Theory]
    [InlineData("?limit=0", "?limit")]
    [InlineData("?limit=101", "?limit")]
    [InlineData("?sort=name", "?sort")]
    [InlineData("?inStock=yes", "?inStock")]
    [InlineData("?colour=red", "?colour")]
    [InlineData("?cursor=abc", "?cursor")]
    public async Task A_bad_or_unknown_query_value_is_refused_by_name(string query, string pointer)
    {
        Answered answer = await List(query);
        Assert.Equal((400, pointer), (answer.Status, answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString()));
    }

    [Fact]
    public async Task An_option_narrows_the_list_in_any_language_and_its_facet_still_shows_the_other_values()
    {
        JsonElement page = (await List("?option.Size=M&category=busana/kaos")).Json;
        Assert.Equal(2, page.GetProperty("data").GetArrayLength());
        Assert.Equal(page.GetProperty("data").ToString(), (await List("?option.Ukuran=M&category=busana/kaos")).Json.GetProperty("data").ToString());
        JsonElement sizes = page.GetProperty("facets").GetProperty("options").EnumerateArray().Single(o => o.GetProperty("name").GetString() == "Ukuran");
        Assert.Equal(["S", "M", "L", "XL"], sizes.GetProperty("values").EnumerateArray().Select(v => v.GetProperty("value").GetString()).Order(SizeOrder));
    }

    [Fact]
    public async Task A_product_matches_only_with_a_variant_that_has_all_that_is_asked_for()
    {
        // The shirt comes in XL and in indigo, but the indigo XL is sold out.
        const string Both = "?option.Ukuran=XL&option.Warna=Indigo";
        Assert.Equal(1, (await List(Both)).Json.GetProperty("data").GetArrayLength());
        Assert.Equal(0, (await List(Both + "&inStock=true")).Json.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_category_holds_what_is_below_it()
    {
        JsonElement tree = (await Endpoints.Categories(HttpTesting.Get("/v1/store/categories")).Execute()).Json.GetProperty("data");
        JsonElement digital = tree.EnumerateArray().Single(c => c.GetProperty("slug").GetString() == "digital");
        int products = digital.GetProperty("products").GetInt32();
        Assert.Equal(products, digital.GetProperty("children").EnumerateArray().Sum(c => c.GetProperty("products").GetInt32()));
        Assert.Equal(products, (await List("?category=digital&limit=100")).Json.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_product_is_shown_in_the_language_that_is_asked_for()
    {
        HttpRequest request = HttpTesting.Get("/v1/store/products/kopi-gayo");
        request.Headers.AcceptLanguage = "en-GB,en;q=0.9";
        Answered answer = await Endpoints.Get(request, "kopi-gayo").Execute(request);
        Assert.Equal(("Gayo Arabica Coffee", "gayo-coffee", "en"), (answer.Json.GetProperty("title").GetString(), answer.Json.GetProperty("slug").GetString(), answer.Headers.ContentLanguage.ToString()));
        JsonElement variant = answer.Json.GetProperty("variants")[0];
        Assert.Equal("Whole bean", variant.GetProperty("options").GetProperty("Grind").GetString());
        Assert.Equal(["food", "coffee"], answer.Json.GetProperty("categories").EnumerateArray().Select(c => c.GetProperty("name").GetString()!.Split(' ')[0].ToLowerInvariant()));
    }

    [Fact]
    public async Task An_unknown_slug_is_a_problem()
    {
        Answered answer = await Endpoints.Get(HttpTesting.Get("/v1/store/products/tidak-ada"), "tidak-ada").Execute();
        Assert.Equal((404, "catalog.product-unknown"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task An_old_slug_redirects_and_an_archived_product_is_gone()
    {
        CatalogIndex index = new(Products.Shop);
        Product old = Products.Simple("lama");
        index.Apply([
            new CatalogLogLine { Product = old with { FormerSlugs = ["dahulu"] } },
            new CatalogLogLine { Product = Products.Simple("arsip") with { Status = ProductStatus.Archived } }]);
        var endpoints = new CatalogEndpoints(index, new BrowseProducts(index, Search), new Cursors(HttpTesting.Signing));
        Answered moved = await endpoints.Get(HttpTesting.Get("/"), "dahulu").Execute();
        Assert.Equal((301, "/v1/store/products/lama"), (moved.Status, moved.Headers.Location.ToString()));
        Assert.Equal(404, (await endpoints.Get(HttpTesting.Get("/"), "arsip").Execute()).Status);
        Assert.Null(index.Find(Sku.Parse("ARSIP")));
    }

    [Fact]
    public async Task Availability_shows_at_once_and_changes_the_ETag()
    {
        CatalogIndex index = new(Products.Shop);
        index.Apply([new CatalogLogLine { Product = Products.Simple("kopi", skus: "KOPI") }, Stock(2, 1)]);
        var endpoints = new CatalogEndpoints(index, new BrowseProducts(index, Search), new Cursors(HttpTesting.Signing));
        Answered before = await endpoints.Get(HttpTesting.Get("/"), "kopi").Execute();
        Answered listed = await (await endpoints.List(HttpTesting.Get("/v1/store/products"))).Execute();
        index.Apply([Stock(0, 2)]);
        Answered after = await endpoints.Get(HttpTesting.Get("/"), "kopi").Execute();
        Assert.Equal((2, 0), (Available(before), Available(after)));
        Assert.NotEqual(before.Headers.ETag, after.Headers.ETag);
        Answered relisted = await (await endpoints.List(HttpTesting.Get("/v1/store/products"))).Execute();
        Assert.Equal((true, false), (listed.Json.GetProperty("data")[0].GetProperty("available").GetBoolean(), relisted.Json.GetProperty("data")[0].GetProperty("available").GetBoolean()));

        static CatalogLogLine Stock(int available, long version) => new() { Stock = [new AvailabilityFigure(Sku.Parse("KOPI"), available, version)] };
        static int Available(Answered product) => product.Json.GetProperty("variants")[0].GetProperty("available").GetInt32();
    }

    [Fact]
    public async Task A_page_shows_what_staff_chose_beside_it_then_the_newest_of_its_category()
    {
        CatalogIndex index = new(Products.Shop);
        Product coffee = Products.Simple("kopi") with { Related = ["cangkir", "belum-ada", "arsip"] };
        Product cup = Products.Simple("cangkir") with { Category = [new CategoryStep("rumah", Products.Text("Rumah", "Home"))] };
        index.Apply([.. new[]
        {
            coffee, cup, Products.Simple("arsip") with { Status = ProductStatus.Archived },
            Products.Simple("luwak") with { CreatedAt = Products.Now.AddDays(1) }, Products.Simple("toraja") with { CreatedAt = Products.Now.AddDays(2) },
        }.Select(p => new CatalogLogLine { Product = p })]);
        var endpoints = new CatalogEndpoints(index, new BrowseProducts(index, Search), new Cursors(HttpTesting.Signing));
        Assert.Equal(["cangkir 75000", "toraja 75000", "luwak 75000"], await Related());

        // Their prices and whether they are sold stay true beside it.
        index.Apply([new CatalogLogLine { Product = cup with { Version = 2, Variants = [Products.Variant("CANGKIR", 60_000, [])] } }]);
        Assert.Equal("cangkir 60000", (await Related())[0]);

        async Task<string[]> Related() => [.. (await endpoints.Get(HttpTesting.Get("/"), "kopi").Execute()).Json.GetProperty("related").EnumerateArray()
            .Select(c => $"{c.GetProperty("slug").GetString()} {c.GetProperty("price").GetProperty("amount").GetInt64() / 100}")];
    }

    private static Comparer<string?> SizeOrder { get; } = Comparer<string?>.Create((a, b) => Array.IndexOf(["S", "M", "L", "XL"], a).CompareTo(Array.IndexOf(["S", "M", "L", "XL"], b)));

    private static async Task<Answered> List(string query)
    {
        HttpRequest request = HttpTesting.Get("/v1/store/products" + query);
        return await (await Endpoints.List(request)).Execute(request);
    }

    private static async Task<CatalogIndex> SampleIndex()
    {
        var index = new CatalogIndex(Products.Shop);
        IReadOnlyList<ImportProduct> products = await Csv.Read(Csv.Sample);
        index.Apply(products.Select((p, i) => new CatalogLogLine
        {
            Product = p.Product! with { Id = Ids.New("prd", TimeProvider.System), Version = 1, CreatedAt = Products.Now.AddSeconds(-i), UpdatedAt = Products.Now },
        }));
        index.Apply([new CatalogLogLine { Stock = [.. products.SelectMany(p => p.Rows).Where(r => r.Stock is not null).Select(r => new AvailabilityFigure(Sku.Parse(r.Sku), r.Stock!.Value, 1))] }]);
        return index;
    }
}
