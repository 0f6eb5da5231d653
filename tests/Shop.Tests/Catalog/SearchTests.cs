using Microsoft.Extensions.Logging.Abstractions;
using Shop.Catalog;
using Shop.Common;
using Shop.Http;
using Shop.Storage;
using Shop.Tests.Journeys;

namespace Shop.Tests.Catalog;

public sealed class SearchTests
{
    private static readonly PriceList Guests = PriceList.In(Currency.Idr);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kopi", "kopi-gayo kopi-luwak")]
    [InlineData("koip", "kopi-gayo kopi-luwak")]
    [InlineData("okpi", "kopi-gayo kopi-luwak")]
    [InlineData("topi gayo", "kopi-gayo")]
    [InlineData("kopi gyao", "kopi-gayo")]
    [InlineData("selendnag", "selendang-batik")]
    [InlineData("zelendang sutra", "selendang-batik")]
    [InlineData("SELENDANG", "selendang-batik")]
    [InlineData("selen", "selendang-batik")]
    public async Task Letters_that_changed_places_or_are_wrong_are_forgiven_where_nothing_matches(string text, string expected)
    {
        using ProductSearch search = new(Shop(out CatalogIndex index), NullLogger<ProductSearch>.Instance);
        Assert.Equal(expected.Split(' '), (await Find(index, search, text)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Where_products_have_each_word_but_none_has_both_the_words_are_suggested()
    {
        using ProductSearch search = new(Shop(out CatalogIndex index), NullLogger<ProductSearch>.Instance);
        SearchResult found = await search.Find("luwak sutra qqqqqq", Guests, Stop);
        Assert.Empty(found.Numbers);
        Assert.Equal(["luwak", "sutra"], found.Suggestions);
        Assert.Empty((await search.Find("qqqqqq", Guests, Stop)).Suggestions);
    }

    [Theory]
    [InlineData("coffee luwak", "kopi-luwak")]
    [InlineData("kain leher", "selendang-batik")]
    [InlineData("kain leher sutra", "selendang-batik")]
    [InlineData("pashmina", "selendang-batik")]
    public async Task Words_that_mean_the_same_find_the_same(string text, string expected)
    {
        using ProductSearch search = new(Shop(out CatalogIndex index), NullLogger<ProductSearch>.Instance);
        Assert.Empty(await Find(index, search, "pashmina"));
        index.Apply([new CatalogLogLine { Synonyms = new SynonymList(1, [["kopi", "coffee"], ["selendang", "pashmina", "Kain Leher"]], null, null) }]);
        Assert.Equal([expected], await Find(index, search, text));
    }

    [Fact]
    public async Task Synonyms_reach_every_instance_through_the_log_and_the_snapshot_without_an_operation_of_a_search()
    {
        CatalogRoom one = await CatalogRoom.New();
        CatalogRoom other = await one.Another();
        await one.Save.Run([Products.Write(Products.Simple("ponsel"))], Stop);
        Assert.True((await one.ChangeSynonyms.Run(new SynonymDraft([["ponsel", "handphone"]]), default, "staff:stf_1", Stop)).Ok);
        await other.Follower.CatchUp(Stop);
        using (StorageMeter.Scope meter = StorageMeter.Begin())
        {
            Assert.Single((await other.Search.Find("handphone", Guests, Stop)).Numbers);
            Assert.Equal(0, meter.Total);
        }
        Assert.True(await one.Fold.Run(Stop, foldAtBytes: 1));
        Assert.Single((await (await one.Another()).Search.Find("handphone", Guests, Stop)).Numbers);
    }

    [Fact]
    public async Task Synonyms_that_a_crash_kept_from_the_log_are_appended_by_the_worker()
    {
        CatalogRoom crashed = await CatalogRoom.New();
        Stored<SynonymList> none = await crashed.Synonyms.Read(Stop);
        await crashed.Synonyms.TryWrite(new SynonymList(1, [["a", "b"]], null, null), none.ETag, Stop);
        CatalogRoom next = await crashed.Another();
        Assert.Empty(next.Index.Synonyms.Groups);
        await next.Append.Run([AppendChange.Synonyms], Stop);
        Assert.Single(next.Index.Synonyms.Groups);
    }

    [Fact]
    public async Task Staff_changes_synonyms_with_the_version_that_was_read()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        await staff.Make(StaffProducts.Draft("ponsel"));
        const string Path = "/v1/admin/search/synonyms";
        string etag = (await staff.Send(HttpMethod.Get, Path)).Headers.ETag!.ToString();
        object groups = new { groups = (string[][])[["judul", "handphone"]] };
        Assert.Equal("request.precondition-required", await StaffProducts.Refused(await staff.Send(HttpMethod.Put, Path, groups), System.Net.HttpStatusCode.PreconditionRequired));
        HttpResponseMessage changed = await staff.Change(Path, groups, etag);
        Assert.Equal(1, (await ShopClient.Json(changed)).GetProperty("version").GetInt32());
        Assert.Equal("request.precondition-failed", await StaffProducts.Refused(await staff.Change(Path, groups, etag), System.Net.HttpStatusCode.PreconditionFailed));
        Assert.Equal("catalog.synonyms-invalid /groups/0 /groups/1/1", await StaffProducts.Refused(
            await staff.Change(Path, new { groups = (string[][])[["satu"], ["dua", "?"]] }, changed.Headers.ETag!.ToString()), System.Net.HttpStatusCode.UnprocessableEntity));
        Assert.Equal(1, (await shop.Get("/v1/store/products?q=handphone")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task While_everything_is_indexed_anew_searches_find_what_they_found_before()
    {
        using ProductSearch search = new(Shop(out CatalogIndex index), NullLogger<ProductSearch>.Instance);
        await search.Find("kopi", Guests, Stop);
        index.Apply([.. Enumerable.Range(0, 5000).Select(i => new CatalogLogLine { Product = Products.Simple($"anyaman-{i}") })]);
        Assert.Equal(["kopi-gayo", "kopi-luwak"], (await Find(index, search, "kopi")).Order(StringComparer.Ordinal));
        // Titles stand in for what is not indexed yet.
        Assert.NotEmpty((await search.Find("anyaman", Guests, Stop)).Numbers);
        await Until.True(async () => (await search.Find("anyaman", Guests, Stop)) is { IsComplete: true, Numbers.Count: 5000 }, "all to be indexed");
    }

    private static CatalogIndex Shop(out CatalogIndex index)
    {
        index = new CatalogIndex(Products.Shop);
        index.Apply([.. ((string[])["kopi-gayo", "kopi-luwak", "teh-slawi"]).Select(h => Products.Simple(h)).Append(Products.Simple("selendang-batik") with { Tags = ["sutra"] })
            .Select(p => new CatalogLogLine { Product = p with { Texts = new(StringComparer.Ordinal) { ["id"] = p.Texts["id"] }, Category = [new CategoryStep("barang", Products.Text("Barang", "Goods"))] } })]);
        return index;
    }

    private static async Task<IEnumerable<string>> Find(CatalogIndex index, ProductSearch search, string text) =>
        [.. (await search.Find(text, Guests, Stop)).Numbers.Select(n => index.View.Entry(n).Product.Handle)];
}
