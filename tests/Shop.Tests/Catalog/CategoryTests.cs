using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Catalog;
using Shop.Storage;
using Shop.Tests.Journeys;

namespace Shop.Tests.Catalog;

/// <summary>What staff says of categories, as shoppers, files and other instances see it.</summary>
public sealed class CategoryTests
{
    private const string Route = "/v1/admin/categories";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_name_slug_and_description_show_at_once_and_no_product_is_touched()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        (string product, string productTag) = await staff.Make(StaffProducts.Draft("gayo"));
        (string id, string etag) = await Make(staff, Draft("kopi", "Kopi"));
        string listBefore = (await shop.Send(HttpMethod.Get, "/v1/store/products")).Headers.ETag!.ToString();

        JsonObject renamed = Draft("kopi-pilihan", "Kopi Pilihan", "Dari kebun kecil.");
        renamed["texts"]!["en"] = Text("fine-coffee", "Fine coffee", "From small farms.");
        HttpResponseMessage changed = await staff.Change($"{Route}/{id}", renamed, etag);
        JsonElement stored = await ShopClient.Json(changed);
        Assert.Equal((2, "kopi"), (stored.GetProperty("version").GetInt32(), stored.GetProperty("path").GetString()));
        Assert.StartsWith("staff:stf_", stored.GetProperty("actor").GetString(), StringComparison.Ordinal);

        JsonElement node = Assert.Single((await shop.Get("/v1/store/categories")).GetProperty("data").EnumerateArray());
        Assert.Equal("kopi-pilihan Kopi Pilihan Dari kebun kecil. 1", $"{node.GetProperty("slug")} {node.GetProperty("name")} {node.GetProperty("description")} {node.GetProperty("products")}");
        HttpResponseMessage list = await shop.Send(HttpMethod.Get, "/v1/store/products?category=fine-coffee");
        Assert.Equal("0", list.Headers.GetValues("X-Storage-Operations").Single());
        Assert.Equal("kopi-pilihan Kopi Pilihan 1", Facets(await ShopClient.Json(list)));
        Assert.NotEqual(listBefore, (await shop.Send(HttpMethod.Get, "/v1/store/products")).Headers.ETag!.ToString());
        JsonElement page = await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/store/products/gayo-en", null, ("Accept-Language", "en")));
        Assert.Equal("fine-coffee", page.GetProperty("categories")[0].GetProperty("slug").GetString());
        JsonElement crumb = page.GetProperty("seo").GetProperty("jsonLd")[1].GetProperty("itemListElement")[0];
        Assert.Equal(("Fine coffee", true), (crumb.GetProperty("name").GetString(), crumb.GetProperty("item").GetString()!.EndsWith("/en/categories/fine-coffee", StringComparison.Ordinal)));
        string sitemap = await shop.Http.GetStringAsync("/sitemap.xml", Stop);
        Assert.Contains("/id/categories/kopi-pilihan", sitemap, StringComparison.Ordinal);
        Assert.Contains("/en/categories/fine-coffee", sitemap, StringComparison.Ordinal);

        foreach (string words in (string[])["pilihan", "fine coffee"]) Assert.Equal(1, (await shop.Get($"/v1/store/products?q={words}")).GetProperty("data").GetArrayLength());
        HttpResponseMessage untouched = await staff.Send(HttpMethod.Get, $"/v1/admin/products/{product}");
        Assert.Equal((productTag, 1), (untouched.Headers.ETag!.ToString(), (await ShopClient.Json(untouched)).GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task Every_change_is_written_down_with_who_when_and_what()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        (string id, string etag) = await Make(staff, Draft("kopi", "Kopi"));
        etag = (await staff.Change($"{Route}/{id}", Draft("kopi", "Kopi Pilihan"), etag)).Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NoContent, (await shop.Send(HttpMethod.Delete, $"{Route}/{id}", null, await shop.StaffToken(), ("If-Match", etag))).StatusCode);

        JsonElement page = await staff.Read("/v1/admin/category-changes?limit=2");
        JsonElement[] changes = [.. page.GetProperty("data").EnumerateArray(), .. (await staff.Read($"/v1/admin/category-changes?limit=2&cursor={page.GetProperty("nextCursor").GetString()}")).GetProperty("data").EnumerateArray()];
        Assert.Equal([3, 2, 1], changes.Select(c => c.GetProperty("version").GetInt32()));
        Assert.All(changes, c => Assert.StartsWith("staff:stf_", c.GetProperty("actor").GetString(), StringComparison.Ordinal));
        Assert.True(changes[0].GetProperty("at").GetDateTimeOffset() > changes[2].GetProperty("at").GetDateTimeOffset());
        JsonElement[] fields = [.. changes.Select(c => Assert.Single(c.GetProperty("fields").EnumerateArray()))];
        Assert.Equal([$"/{id}", $"/{id}/texts/id/name", $"/{id}"], fields.Select(f => f.GetProperty("pointer").GetString()));
        Assert.Equal(("Kopi", "Kopi Pilihan"), (fields[1].GetProperty("before").GetString(), fields[1].GetProperty("after").GetString()));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (fields[0].GetProperty("after").ValueKind, fields[2].GetProperty("before").ValueKind));
    }

    [Fact]
    public async Task An_old_slug_redirects_to_the_page_and_filters_like_the_new_one_also_below_what_was_renamed()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        await staff.Make(In("gayo", "Minuman", "Kopi"));
        (string drinks, string etag) = await Make(staff, Draft("minuman", "Minuman"));
        (string coffee, _) = await Make(staff, With(Draft("kopi", "Kopi"), ("parentId", drinks)));
        etag = (await staff.Change($"{Route}/{drinks}", Draft("minum-lama", "Minum"), etag)).Headers.ETag!.ToString();
        await staff.Change($"{Route}/{drinks}", Draft("minum", "Minum"), etag);

        Assert.Equal(HttpStatusCode.MovedPermanently, (await shop.Send(HttpMethod.Get, "/v1/store/category?slug=minum-lama/kopi")).StatusCode);
        HttpResponseMessage moved = await shop.Send(HttpMethod.Get, "/v1/store/category?slug=minuman/kopi");
        Assert.Contains("Accept-Language", moved.Headers.Vary);
        Assert.Equal((HttpStatusCode.MovedPermanently, "/v1/store/category?slug=minum%2Fkopi"), (moved.StatusCode, moved.Headers.Location!.ToString()));
        JsonElement page = await shop.Get(moved.Headers.Location.ToString());
        Assert.Equal(("minum/kopi", "Minum", 1), (page.GetProperty("slug").GetString(), page.GetProperty("parents")[0].GetProperty("name").GetString(), page.GetProperty("products").GetInt32()));
        Assert.EndsWith("/id/categories/minum/kopi", page.GetProperty("seo").GetProperty("canonical").GetString(), StringComparison.Ordinal);
        Assert.Equal(["id", "en", "x-default"], page.GetProperty("seo").GetProperty("links").EnumerateArray().Select(l => l.GetProperty("hreflang").GetString()).OrderByDescending(l => l == "id").ThenBy(l => l, StringComparer.Ordinal));
        foreach (string slug in (string[])["minuman", "minuman/kopi", "minum-lama", "minum-lama/kopi", "minum", "minum/kopi"])
            Assert.Equal(1, (await shop.Get($"/v1/store/products?category={slug}")).GetProperty("data").GetArrayLength());
        Assert.Equal("catalog.category-unknown", await StaffProducts.Refused(await shop.Send(HttpMethod.Get, "/v1/store/category?slug=kopi"), HttpStatusCode.NotFound));
        // Nobody else gets the old address.
        Assert.Equal("catalog.category-taken /texts/id/slug /path", await StaffProducts.Refused(await staff.Send(HttpMethod.Post, Route, Draft("minuman", "Minuman")), HttpStatusCode.Conflict));
        JsonElement below = await staff.Read($"{Route}/{coffee}");
        Assert.Equal((2, "minum-lama/kopi"), (below.GetProperty("version").GetInt32(), below.GetProperty("formerSlugs")[0].GetString()));
    }

    [Fact]
    public async Task Categories_stand_in_the_order_that_staff_gave_them_wherever_they_were_moved()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        foreach (string name in (string[])["Kopi", "Air", "Teh"]) await staff.Make(In($"produk-{name.ToLowerInvariant()}", name));
        (string tea, string teaTag) = await Make(staff, With(Draft("teh", "Teh"), ("order", -1)));
        (string coffee, string coffeeTag) = await Make(staff, Draft("kopi", "Kopi"));
        Assert.Equal("Teh Air Kopi", Names((await shop.Get("/v1/store/categories")).GetProperty("data")));
        Assert.Equal("teh Teh 1, air Air 1, kopi Kopi 1", Facets(await shop.Get("/v1/store/products")));

        Assert.Equal(HttpStatusCode.OK, (await staff.Change($"{Route}/{coffee}", With(Draft("kopi", "Kopi"), ("parentId", tea)), coffeeTag)).StatusCode);
        Assert.Equal("teh Teh 2, teh/kopi Kopi 1, air Air 1", Facets(await shop.Get("/v1/store/products")));
        Assert.Equal("catalog.category-invalid /parentId", await StaffProducts.Refused(await staff.Change($"{Route}/{tea}", With(Draft("teh", "Teh"), ("parentId", coffee)), teaTag), HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task An_empty_category_is_shown_where_staff_says_so()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        await Make(staff, Draft("kopi", "Kopi"));
        await Make(staff, With(Draft("segera", "Segera"), ("showEmpty", true)));
        JsonElement only = Assert.Single((await shop.Get("/v1/store/categories")).GetProperty("data").EnumerateArray());
        Assert.Equal(("Segera", 0), (only.GetProperty("name").GetString(), only.GetProperty("products").GetInt32()));
        Assert.Equal(0, (await shop.Get("/v1/store/products?category=segera")).GetProperty("data").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Send(HttpMethod.Get, "/v1/store/category?slug=kopi")).StatusCode);
        Assert.Contains("/id/categories/segera", await shop.Http.GetStringAsync("/sitemap.xml", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_something_stands_in_is_not_taken_away_and_a_stale_version_changes_nothing()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        (string product, string productTag) = await staff.Make(In("gayo", "Minuman", "Kopi"));
        (string drinks, string drinksTag) = await Make(staff, Draft("minuman", "Minuman"));
        (string coffee, string coffeeTag) = await Make(staff, With(Draft("kopi", "Kopi"), ("parentId", drinks)));
        Assert.Equal("catalog.category-in-use", await StaffProducts.Refused(await Delete(drinks, drinksTag), HttpStatusCode.Conflict));
        Assert.Equal("catalog.category-in-use", await StaffProducts.Refused(await Delete(coffee, coffeeTag), HttpStatusCode.Conflict));

        string newer = (await staff.Change($"{Route}/{coffee}", With(Draft("kopi", "Kopi Enak"), ("parentId", drinks)), coffeeTag)).Headers.ETag!.ToString();
        // Of the one beside it nothing has changed.
        Assert.Equal(HttpStatusCode.OK, (await staff.Change($"{Route}/{drinks}", Draft("minuman", "Minuman"), drinksTag)).StatusCode);
        Assert.Equal("request.precondition-failed", await StaffProducts.Refused(await staff.Change($"{Route}/{coffee}", Draft("kopi", "Kopi Lain"), coffeeTag), HttpStatusCode.PreconditionFailed));
        Assert.Equal("request.precondition-failed", await StaffProducts.Refused(await Delete(coffee, coffeeTag), HttpStatusCode.PreconditionFailed));
        Assert.Equal("request.precondition-required", await StaffProducts.Refused(await staff.Send(HttpMethod.Put, $"{Route}/{coffee}", Draft("kopi", "Kopi Lain")), HttpStatusCode.PreconditionRequired));
        Assert.Equal(newer, (await staff.Send(HttpMethod.Get, $"{Route}/{coffee}")).Headers.ETag!.ToString());

        await staff.Delete(product, productTag);
        Assert.Equal(HttpStatusCode.NoContent, (await Delete(coffee, newer)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await Delete(drinks, drinksTag)).StatusCode);
        Assert.Equal("catalog.category-unknown", await StaffProducts.Refused(await staff.Send(HttpMethod.Get, $"{Route}/{drinks}"), HttpStatusCode.NotFound));

        async Task<HttpResponseMessage> Delete(string id, string etag) => await shop.Send(HttpMethod.Delete, $"{Route}/{id}", null, await shop.StaffToken(), ("If-Match", etag));
    }

    [Fact]
    public async Task Categories_are_for_staff_and_mistakes_are_told_by_pointer()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.Send(HttpMethod.Post, Route, Draft("kopi", "Kopi"))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.Send(HttpMethod.Get, Route)).StatusCode);
        Assert.Equal("/texts/id/name", await Mistake(d => d["texts"] = new JsonObject { ["en"] = Text("coffee", "Coffee") }));
        Assert.Equal("/texts/fr", await Mistake(d => d["texts"]!["fr"] = Text("cafe", "Café")));
        Assert.Equal("/texts/id/slug", await Mistake(d => d["texts"]!["id"]!["slug"] = "Kopi Enak"));
        Assert.Equal("/texts/id/description", await Mistake(d => d["texts"]!["id"]!["description"] = new string('x', 2001)));
        Assert.Equal("/path", await Mistake(d => d["path"] = "a/b/c/d/e/f"));
        Assert.Equal("/path", await Mistake(d => d["texts"]!["id"]!["name"] = "…"));
        Assert.Equal("/parentId", await Mistake(d => d["parentId"] = "cat_01kar0000000000000000000aa"));
        foreach (string name in (string[])["Teh", "Air", "Kopi"]) await Make(staff, Draft(name.ToLowerInvariant(), name));
        JsonElement first = await staff.Read($"{Route}?limit=2");
        JsonElement second = await staff.Read($"{Route}?limit=2&cursor={first.GetProperty("nextCursor").GetString()}");
        Assert.Equal(["air", "kopi", "teh"], first.GetProperty("data").EnumerateArray().Concat(second.GetProperty("data").EnumerateArray()).Select(c => c.GetProperty("path").GetString()));

        async Task<string> Mistake(Action<JsonObject> spoil)
        {
            JsonObject draft = Draft("kopi", "Kopi");
            spoil(draft);
            string refused = await StaffProducts.Refused(await staff.Send(HttpMethod.Post, Route, draft), HttpStatusCode.UnprocessableEntity);
            Assert.StartsWith("catalog.category-invalid ", refused, StringComparison.Ordinal);
            return refused["catalog.category-invalid ".Length..];
        }
    }

    [Fact]
    public async Task A_file_makes_the_categories_that_it_names_once_and_leaves_those_alone_that_are_there()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        byte[] file = Csv.Of(Csv.Row("gayo", "GAYO"), Csv.Row("luwak", "LUWAK"), Csv.Row("salah", "SALAH", ("category_id", "Teh"), ("category_en", "Tea"), ("price_idr", "gratis")));
        await staff.Completed(await staff.Import(file, "text/csv"));
        JsonElement[] made = [.. (await staff.Read(Route)).GetProperty("data").EnumerateArray()];
        Assert.Equal(["minuman Drinks", "minuman/kopi Coffee"], made.Select(c => $"{c.GetProperty("path")} {c.GetProperty("texts").GetProperty("en").GetProperty("name")}"));
        Assert.Equal(made[0].GetProperty("id").GetString(), made[1].GetProperty("parentId").GetString());

        HttpResponseMessage read = await staff.Send(HttpMethod.Get, $"{Route}/{made[1].GetProperty("id")}");
        JsonObject renamed = With(Draft("kopi-pilihan", "Kopi Pilihan"), ("parentId", made[0].GetProperty("id").GetString()));
        await ShopClient.Json(await staff.Change($"{Route}/{made[1].GetProperty("id")}", renamed, read.Headers.ETag!.ToString()));
        // A file of before, and one that names it as it is called now.
        await staff.Completed(await staff.Import(file, "text/csv"));
        await staff.Completed(await staff.Import(Csv.Of(Csv.Row("toraja", "TORAJA", ("category_id", "Minuman > Kopi Pilihan"), ("category_en", "Drinks > Coffee"))), "text/csv"));
        Assert.Equal(2, (await staff.Read(Route)).GetProperty("data").GetArrayLength());
        Assert.Equal("minuman Minuman 3, minuman/kopi-pilihan Kopi Pilihan 3", Facets(await shop.Get("/v1/store/products")));
    }

    [Fact]
    public async Task A_product_of_staff_may_name_a_path_that_nobody_described()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        (string drinks, _) = await Make(staff, Draft("minum", "Minuman"));
        await staff.Make(In("gayo", "Minuman", "Kopi"));
        Assert.Equal("minum Minuman 1, minum/kopi Kopi 1", Facets(await shop.Get("/v1/store/products")));
        await Make(staff, With(With(Draft("kopi", "Kopi Kita"), ("parentId", drinks)), ("path", "minuman/kopi")));
        Assert.Equal("minum Minuman 1, minum/kopi Kopi Kita 1", Facets(await shop.Get("/v1/store/products")));
    }

    [Fact]
    public async Task Another_instance_a_snapshot_and_a_rebuild_know_the_categories()
    {
        CatalogRoom one = await CatalogRoom.New();
        CatalogRoom other = await one.Another();
        await one.Save.Run([Products.Write(Products.Simple("gayo"))], Stop);
        Assert.True((await one.EditCategories.Create(New("minuman", "Minum"), "staff:stf_1", Stop)).Ok);
        await other.Follower.CatchUp(Stop);
        Assert.Equal("Minum", Root(other));
        Assert.True(await one.Fold.Run(Stop, foldAtBytes: 1));
        Assert.Equal("Minum", Root(await one.Another()));

        // The new snapshot is of the tables and of what is stored, and begins a log of its own: nothing comes from what was there before.
        CatalogRebuild asked = await one.Rebuild.Start("staff:stf_1", Stop);
        await one.Rebuild.Run(asked.Id, Stop);
        foreach (CatalogRoom room in (CatalogRoom[])[one, other, await one.Another()])
        {
            await room.Follower.CatchUp(Stop);
            Assert.Equal((1, "Minum"), (room.Index.Generation, Root(room)));
        }
    }

    [Fact]
    public async Task A_change_at_one_instance_is_seen_at_another_within_three_seconds()
    {
        await using ShopHost one = await ShopHost.Start(demo: false);
        await using ShopHost other = await ShopHost.Start(one.Prefix, demo: false);
        await Make(await StaffProducts.Of(one), With(Draft("segera", "Segera"), ("showEmpty", true)));
        await Until.True(async () => (await other.Get("/v1/store/categories")).GetProperty("data").GetArrayLength() == 1, "the category at the other instance", TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_crash_between_the_document_and_the_log_loses_nothing()
    {
        CatalogRoom room = await CatalogRoom.New();
        await room.Save.Run([Products.Write(Products.Simple("gayo"))], Stop);
        CatalogRoom dying = await room.Dying();
        await Assert.ThrowsAnyAsync<Exception>(() => dying.EditCategories.Create(New("minuman", "Minum"), "staff:stf_1", Stop));
        Assert.Single((await room.Categories.Read(Stop)).Value.Categories);
        // The note that it left, hidden for a while yet.
        Assert.Equal(1, (await room.Storage.Queue("catalog-changes").GetPropertiesAsync(Stop)).Value.ApproximateMessagesCount);

        CatalogRoom next = await room.Another();
        Assert.Equal("Minuman", Root(next));
        await next.Append.Run([AppendChange.Categories], Stop);
        await next.Append.Run([AppendChange.Categories], Stop);
        await room.Follower.CatchUp(Stop);
        Assert.Equal(("Minum", "Minum"), (Root(next), Root(room)));
    }

    [Fact]
    public async Task A_page_of_an_import_that_is_done_again_makes_no_category_twice_and_known_ones_cost_nothing()
    {
        CatalogRoom room = await CatalogRoom.New();
        CategoryStep[] path = [new("minuman", Products.Text("Minuman", "Drinks")), new("kopi", Products.Text("Kopi", "Coffee"))];
        await room.EditCategories.Ensure([path, path], "staff:stf_1", Stop);
        using (StorageMeter.Scope meter = StorageMeter.Begin())
        {
            await room.EditCategories.Ensure([path], "staff:stf_1", Stop);
            Assert.Equal(0, meter.Total);
        }
        // An instance that has not heard of them yet finds them stored.
        var behind = new CatalogRoom(room.Storage);
        await behind.EditCategories.Ensure([path, [path[0]]], "staff:stf_1", Stop);
        Stored<CategoryRecords> stored = await room.Categories.Read(Stop);
        Assert.Equal((1L, 2), (stored.Value.Version, stored.Value.Categories.Count));
    }

    [Fact]
    public void A_change_of_a_category_makes_only_the_tree_anew_and_a_new_name_what_is_found_by_it()
    {
        var index = new CatalogIndex(Products.Shop);
        index.Apply(Enumerable.Range(0, 50).Select(i => new CatalogLogLine { Product = Products.Simple($"kopi-{i}") }));
        CatalogView before = index.View;
        int[] byTitle = before.Numbers(ProductSort.Title, 0);
        AnswerCache answers = index.Answers;
        int indexed = 0;
        index.Changed += entries => indexed += entries.Count;
        index.Apply([new CatalogLogLine { Categories = new CategoryRecords(1, [Record("minuman", "Minum")], null, null) }]);
        Assert.Equal("Minum", index.View.Categories.In("id").Single().Name);
        Assert.Same(before.Blocks, index.View.Blocks);
        Assert.Same(byTitle, index.View.Numbers(ProductSort.Title, 0));
        Assert.NotSame(answers, index.Answers);
        Assert.Equal(50, indexed);
        index.Apply([new CatalogLogLine { Categories = new CategoryRecords(2, [Record("minuman", "Minum") with { Version = 2, Order = 3 }], null, null) }]);
        Assert.Equal(50, indexed);
        // An older one that comes late changes nothing.
        index.Apply([new CatalogLogLine { Categories = CategoryRecords.None }]);
        Assert.Equal("Minum", index.View.Categories.In("id").Single().Name);
    }

    private static string Root(CatalogRoom room) => Assert.Single(room.Index.View.Categories.In("id")).Name;

    private static NewCategory New(string path, string name) => new() { Path = path, Texts = new(StringComparer.Ordinal) { ["id"] = new CategoryText(path, name) } };

    private static Category Record(string path, string name) => new()
    {
        Id = "cat_1", Path = path, Version = 1, Texts = new(StringComparer.Ordinal) { ["id"] = new CategoryText(path, name) }, CreatedAt = Products.Now, UpdatedAt = Products.Now, Actor = "staff:stf_1",
    };

    private static JsonObject Draft(string slug, string name, string description = "") => new() { ["texts"] = new JsonObject { ["id"] = Text(slug, name, description) } };

    private static JsonObject Text(string slug, string name, string description = "") => new() { ["slug"] = slug, ["name"] = name, ["description"] = description };

    private static JsonObject With(JsonObject draft, (string Field, JsonNode? Value) field)
    {
        draft[field.Field] = field.Value;
        return draft;
    }

    private static JsonObject In(string handle, params string[] category)
    {
        JsonObject draft = StaffProducts.Draft(handle);
        draft["category"] = new JsonArray([.. category.Select(JsonNode (name) => new JsonObject { ["slug"] = name.ToLowerInvariant(), ["name"] = new JsonObject { ["id"] = name } })]);
        return draft;
    }

    private static async Task<(string Id, string ETag)> Make(StaffProducts staff, JsonObject draft)
    {
        HttpResponseMessage made = await staff.Send(HttpMethod.Post, Route, draft);
        JsonElement category = await ShopClient.Json(made);
        Assert.True(made.StatusCode == HttpStatusCode.Created, category.ToString());
        Assert.Equal($"{Route}/{category.GetProperty("id")}", made.Headers.Location!.ToString());
        return (category.GetProperty("id").GetString()!, made.Headers.ETag!.ToString());
    }

    private static string Names(JsonElement categories) => string.Join(' ', categories.EnumerateArray().Select(c => c.GetProperty("name").GetString()));

    private static string Facets(JsonElement list) =>
        string.Join(", ", list.GetProperty("facets").GetProperty("categories").EnumerateArray().Select(c => $"{c.GetProperty("slug")} {c.GetProperty("name")} {c.GetProperty("count")}"));
}
