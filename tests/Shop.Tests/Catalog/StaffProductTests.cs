using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Tests.Journeys;

namespace Shop.Tests.Catalog;

public sealed class StaffProductTests
{
    [Fact]
    public async Task Staff_makes_changes_and_archives_a_product_and_shoppers_see_it_at_once()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        JsonObject draft = StaffProducts.Draft("kopi-gayo");
        (string id, string etag) = await staff.Make(draft);
        Assert.Equal(8_500_000, Price(await shop.Get("/v1/store/products/kopi-gayo")));

        draft["variants"]![0]!["prices"]![0]!["amount"] = StaffProducts.Idr(90_000);
        draft["texts"]!["id"]!["slug"] = "kopi-arabika-gayo";
        Assert.Equal("request.precondition-required", await StaffProducts.Refused(await staff.Put(id, draft, null), HttpStatusCode.PreconditionRequired));
        HttpResponseMessage changed = await staff.Put(id, draft, etag);
        Assert.Equal(2, (await ShopClient.Json(changed)).GetProperty("version").GetInt64());
        Assert.Equal("request.precondition-failed", await StaffProducts.Refused(await staff.Put(id, draft, etag), HttpStatusCode.PreconditionFailed));
        Assert.Equal(9_000_000, Price(await shop.Get("/v1/store/products/kopi-arabika-gayo")));
        Assert.Equal(HttpStatusCode.MovedPermanently, (await shop.Send(HttpMethod.Get, "/v1/store/products/kopi-gayo")).StatusCode);

        string newer = changed.Headers.ETag!.ToString();
        Assert.Equal("request.precondition-required", await StaffProducts.Refused(await staff.Delete(id, null), HttpStatusCode.PreconditionRequired));
        Assert.Equal("archived", (await ShopClient.Json(await staff.Delete(id, newer))).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Send(HttpMethod.Get, "/v1/store/products/kopi-arabika-gayo")).StatusCode);
        Assert.Equal("archived", (await staff.Read($"/v1/admin/products/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_same_again_is_no_change()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        (string id, string etag) = await staff.Make(StaffProducts.Draft("kopi"));
        HttpResponseMessage same = await staff.Put(id, StaffProducts.Draft("kopi"), etag);
        Assert.Equal((1, etag), ((await ShopClient.Json(same)).GetProperty("version").GetInt64(), same.Headers.ETag!.ToString()));
    }

    [Fact]
    public async Task Handles_slugs_and_SKUs_of_other_products_are_refused_by_pointer_and_leave_nothing_behind()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        await staff.Make(StaffProducts.Draft("kopi"));
        Assert.StartsWith("catalog.name-taken /handle", await StaffProducts.Refused(await staff.Post(StaffProducts.Draft("kopi")), HttpStatusCode.Conflict), StringComparison.Ordinal);

        JsonObject tea = StaffProducts.Draft("teh");
        tea["texts"]!["en"]!["slug"] = "kopi";
        tea["variants"]![0]!["sku"] = "KOPI";
        Assert.Equal("catalog.name-taken /texts/en/slug /variants/0/sku", await StaffProducts.Refused(await staff.Post(tea), HttpStatusCode.Conflict));

        JsonObject other = StaffProducts.Draft("teh-lain");
        other["texts"]!["id"]!["slug"] = "teh";
        await staff.Make(other);
    }

    [Fact]
    public async Task The_rules_of_files_are_the_rules_of_staff()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        Assert.Equal("/handle", await Mistake(d => d["handle"] = "Kopi Gayo"));
        Assert.Equal("/texts/id/title", await Mistake(d => d["texts"]!["id"]!["title"] = "Kopi\ngayo"));
        Assert.Equal("/texts/id/title", await Mistake(d => d["texts"]!["id"]!["title"] = "Kopi\uFFFE"));
        Assert.Equal("/attributes/Asal", await Mistake(d => d["attributes"] = new JsonObject { ["Asal"] = "Aceh\uFFFF" }));
        Assert.Equal("/texts/fr", await Mistake(d => d["texts"]!["fr"] = StaffProducts.Text("cafe", "Café")));
        Assert.Equal("/category/0/slug", await Mistake(d => d["category"]![0]!["slug"] = "teh"));
        Assert.Equal("/variants/0/prices/0/amount", await Mistake(d => d["variants"]![0]!["prices"]![0]!["amount"]!["amount"] = 150));
        Assert.Equal("/variants/0/prices", await Mistake(d => d["variants"]![0]!["prices"] = new JsonArray()));
        Assert.Equal("/variants/0/weightGrams", await Mistake(d => d["variants"]![0]!["weightGrams"] = 0));
        Assert.Equal("/variants/0/downloadFile", await Mistake(d => d["variants"]![0]!["downloadFile"] = "buku.pdf"));
        Assert.Equal("/variants/0/choices", await Mistake(d => d["variants"]![0]!["choices"] = new JsonArray(0)));
        Assert.Equal("/variants/1/sku /variants/1/choices", await Mistake(d => d["variants"]!.AsArray().Add(d["variants"]![0]!.DeepClone())));
        Assert.Equal("/options/0/values /variants/0/choices", await Mistake(d => d["options"] = JsonNode.Parse("""[{"name":{"id":"Ukuran"},"values":[{"id":"S"}]}]""")));
        Assert.Equal("/images/0/url", await Mistake(d => d["images"] = JsonNode.Parse("""[{"url":"javascript:alert(1)","width":0,"height":0,"alt":{}}]""")));
        Assert.Equal("/variants/0/quantity/min", await Mistake(d => d["variants"]![0]!["quantity"] = JsonNode.Parse("""{"min":5,"step":6}""")));
        Assert.Equal("/variants/0/barcode", await Mistake(d => d["variants"]![0]!["barcode"] = "x y"));
        Assert.Equal("/publishAt", await Mistake(d => d["status"] = "scheduled"));
        Assert.Equal("/unpublishAt", await Mistake(d => (d["status"], d["publishAt"], d["unpublishAt"]) = ("scheduled", "2027-01-02T00:00:00Z", "2027-01-01T00:00:00Z")));

        async Task<string> Mistake(Action<JsonObject> spoil)
        {
            JsonObject draft = StaffProducts.Draft("kopi");
            spoil(draft);
            string refused = await StaffProducts.Refused(await staff.Post(draft), HttpStatusCode.UnprocessableEntity);
            Assert.StartsWith("catalog.product-invalid ", refused, StringComparison.Ordinal);
            return refused["catalog.product-invalid ".Length..];
        }
    }

    [Fact]
    public async Task Staff_lists_products_of_every_status_page_by_page_from_memory()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        string[] statuses = ["active", "draft", "active", "archived", "draft"];
        for (int i = 0; i < statuses.Length; i++)
        {
            await staff.Make(StaffProducts.Draft($"kopi-{i}", status: statuses[i]));
            shop.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        List<string> handles = [];
        string? cursor = null;
        do
        {
            HttpResponseMessage answer = await staff.Send(HttpMethod.Get, $"/v1/admin/products?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}");
            // At most the look at whether the session still holds.
            Assert.Contains(answer.Headers.GetValues("X-Storage-Operations").Single(), (string[])["0", "1"]);
            JsonElement page = await ShopClient.Json(answer);
            handles.AddRange(page.GetProperty("data").EnumerateArray().Select(p => p.GetProperty("handle").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.Equal(["kopi-4", "kopi-3", "kopi-2", "kopi-1", "kopi-0"], handles);
        Assert.Equal(2, (await staff.Read("/v1/admin/products?status=draft")).GetProperty("data").GetArrayLength());
        Assert.Equal("kopi-2", Assert.Single((await staff.Read("/v1/admin/products?q=KOPI-2")).GetProperty("data").EnumerateArray()).GetProperty("handle").GetString());
    }

    [Fact]
    public async Task A_scheduled_product_comes_and_goes_by_the_clock()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        DateTimeOffset now = shop.Clock.GetUtcNow();
        JsonObject draft = StaffProducts.Draft("kopi-lebaran", status: "scheduled");
        (draft["publishAt"], draft["unpublishAt"]) = (now.AddHours(1), now.AddHours(2));
        (string id, _) = await staff.Make(draft);
        JsonObject sample = StaffProducts.Draft("kopi-contoh", status: "draft");
        await staff.Make(sample);

        Assert.Equal((HttpStatusCode.NotFound, 0, 0), await Seen());
        shop.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal((HttpStatusCode.OK, 1, 1), await Seen());
        shop.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((HttpStatusCode.NotFound, 0, 0), await Seen());
        Assert.Equal("scheduled", (await (await StaffProducts.Of(shop)).Read($"/v1/admin/products/{id}")).GetProperty("status").GetString());

        async Task<(HttpStatusCode, int, int)> Seen() => (
            (await shop.Send(HttpMethod.Get, "/v1/store/products/kopi-lebaran")).StatusCode,
            (await shop.Get("/v1/store/products")).GetProperty("data").GetArrayLength(),
            (await shop.Get("/v1/store/products?q=kopi")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Every_change_is_written_down_with_who_when_and_what()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        JsonObject draft = StaffProducts.Draft("kopi");
        (string id, string etag) = await staff.Make(draft);
        draft["texts"]!["id"]!["title"] = "Kopi Gayo";
        draft["variants"]![0]!["prices"]![0]!["amount"] = StaffProducts.Idr(90_000);
        etag = (await staff.Put(id, draft, etag)).Headers.ETag!.ToString();
        await ShopClient.Json(await staff.Delete(id, etag));

        JsonElement first = await staff.Read($"/v1/admin/products/{id}/changes?limit=2");
        JsonElement[] changes = [.. first.GetProperty("data").EnumerateArray(),
            .. (await staff.Read($"/v1/admin/products/{id}/changes?limit=2&cursor={first.GetProperty("nextCursor").GetString()}")).GetProperty("data").EnumerateArray()];
        Assert.Equal(["3 archived", "2 changed", "1 created"], changes.Select(c => $"{c.GetProperty("version").GetInt64()} {c.GetProperty("kind").GetString()}"));
        Assert.All(changes, c => Assert.StartsWith("staff:stf_", c.GetProperty("actor").GetString(), StringComparison.Ordinal));
        JsonElement[] fields = [.. changes[1].GetProperty("fields").EnumerateArray()];
        Assert.Equal(["/texts/id/title", "/variants/KOPI/prices"], fields.Select(f => f.GetProperty("pointer").GetString()));
        Assert.Equal(("Judul kopi", "Kopi Gayo"), (fields[0].GetProperty("before").GetString(), fields[0].GetProperty("after").GetString()));
        JsonElement status = Assert.Single(changes[0].GetProperty("fields").EnumerateArray());
        Assert.Equal(("/status", "active", "archived"), (status.GetProperty("pointer").GetString(), status.GetProperty("before").GetString(), status.GetProperty("after").GetString()));
    }

    private static long Price(JsonElement product) => product.GetProperty("price").GetProperty("amount").GetInt64();
}
