using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Catalog;
using Shop.Storage;
using Shop.Tests.Journeys;
using SkiaSharp;

namespace Shop.Tests.Catalog.Media;

public sealed class ImageTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_photograph_is_uploaded_past_the_shop_and_served_in_every_size_without_where_it_was_taken()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        using Uploads uploads = await Uploads.Of(shop);
        (string id, _) = await uploads.Staff.Make(StaffProducts.Draft("kopi"));

        JsonElement upload = await uploads.Upload(id, Pictures.Photographed(Pictures.Jpeg(1500, 900), 6), new { alt = new { id = "Sekantong kopi", en = "A bag of coffee" } });

        Assert.Equal("ready", upload.GetProperty("status").GetString());
        JsonElement product = await uploads.Page("kopi"), image = Assert.Single(product.GetProperty("images").EnumerateArray());
        Assert.Equal(("Sekantong kopi", 900, 1500), (image.GetProperty("alt").GetString(), image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        Assert.Equal("A bag of coffee", (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/store/products/kopi", null, ("Accept-Language", "en")))).GetProperty("images")[0].GetProperty("alt").GetString());
        JsonElement[] sources = [.. image.GetProperty("sources").EnumerateArray()];
        Assert.Equal(["320 image/webp", "640 image/webp", "900 image/webp", "320 image/jpeg", "640 image/jpeg", "900 image/jpeg"], sources.Select(s => $"{s.GetProperty("width").GetInt32()} {s.GetProperty("type").GetString()}"));
        foreach (JsonElement source in sources)
        {
            HttpResponseMessage answer = await uploads.Storage.GetAsync(source.GetProperty("url").GetString(), Cancel);
            byte[] file = await answer.Content.ReadAsByteArrayAsync(Cancel);
            Assert.Equal("public, max-age=31536000, immutable", answer.Headers.GetValues("Cache-Control").Single());
            Assert.Equal(source.GetProperty("type").GetString(), answer.Content.Headers.ContentType!.MediaType);
            using SKBitmap bitmap = SKBitmap.Decode(file);
            Assert.Equal((source.GetProperty("width").GetInt32(), (int)Math.Round(source.GetProperty("width").GetInt32() * 5 / 3.0)), (bitmap.Width, bitmap.Height));
            Assert.DoesNotContain("GPS", Encoding.Latin1.GetString(file), StringComparison.Ordinal);
        }
        Assert.EndsWith("-640.webp", product.GetProperty("imageUrl").GetString(), StringComparison.Ordinal);
        Assert.Equal(product.GetProperty("imageUrl").GetString(), (await shop.Get("/v1/store/products")).GetProperty("data")[0].GetProperty("imageUrl").GetString());
        string largest = sources[^1].GetProperty("url").GetString()!;
        Assert.Equal(largest, product.GetProperty("seo").GetProperty("jsonLd")[0].GetProperty("image")[0].GetString());
        Assert.Contains($"<g:image_link>{largest}</g:image_link>", await shop.Http.GetStringAsync("/feeds/google.xml", Cancel), StringComparison.Ordinal);
        Assert.Empty(await Blobs(shop, "uploads"));

        JsonElement change = (await uploads.Staff.Read($"/v1/admin/products/{id}/changes")).GetProperty("data")[0];
        Assert.StartsWith("staff:stf_", change.GetProperty("actor").GetString(), StringComparison.Ordinal);
        Assert.Equal("/images", change.GetProperty("fields")[0].GetProperty("pointer").GetString());
        JsonElement seen = await uploads.Staff.Read($"/v1/admin/products/{id}/images");
        Assert.Equal((6, "ready"), (seen.GetProperty("images")[0].GetProperty("sources").GetArrayLength(), seen.GetProperty("uploads")[0].GetProperty("status").GetString()));
    }

    [Fact]
    public async Task What_is_uploaded_is_judged_by_its_content()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false, configure: b => b.Configuration["Media:MostBytes"] = "100000");
        using Uploads uploads = await Uploads.Of(shop);
        (string id, _) = await uploads.Staff.Make(StaffProducts.Draft("kopi"));
        byte[] jpeg = Pictures.Jpeg(400, 300);

        Assert.Equal("noPicture", await Refusal(Pictures.Html()));
        Assert.Equal("noPicture", await Refusal(Pictures.Svg()));
        Assert.Equal("damaged", await Refusal(jpeg[..(jpeg.Length / 2)]));
        Assert.Equal("tooManyPixels", await Refusal(Pictures.Claiming(jpeg, 60_000, 60_000)));
        Assert.Equal("tooLarge", await Refusal(new byte[100_001]));
        (JsonObject draft, _) = await uploads.DraftOf(id);
        Assert.Empty(draft["images"]!.AsArray());
        Assert.Empty(await Blobs(shop, "uploads"));
        Assert.Empty(await Blobs(shop, "media"));

        async Task<string?> Refusal(byte[] file) => (await uploads.Upload(id, file)).GetProperty("refusal").GetString();
    }

    [Fact]
    public async Task An_upload_is_refused_where_it_makes_no_sense()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        using Uploads uploads = await Uploads.Of(shop);
        (string id, _) = await uploads.Staff.Make(StaffProducts.Draft("kopi"));

        Assert.Equal("catalog.product-unknown", await StaffProducts.Refused(await Ask("prd_00000000000000000000000000", new { alt = new { id = "a" } }), HttpStatusCode.NotFound));
        Assert.Equal("catalog.product-invalid /alt/id", await StaffProducts.Refused(await Ask(id, new { alt = new { en = "a" } }), HttpStatusCode.UnprocessableEntity));
        Assert.Equal("catalog.product-invalid /skus", await StaffProducts.Refused(await Ask(id, new { alt = new { id = "a" }, skus = (string[])["TEH"] }), HttpStatusCode.UnprocessableEntity));
        JsonElement offer = await uploads.Offer(id);
        Assert.Equal("catalog.image-missing", await StaffProducts.Refused(await uploads.Complete(id, offer), HttpStatusCode.Conflict));
        Assert.Equal("waiting", (await uploads.Read(id, offer)).GetProperty("status").GetString());
        (JsonObject draft, string etag) = await uploads.DraftOf(id);
        draft["images"] = new JsonArray([.. Enumerable.Range(0, 20).Select(JsonNode (i) => new JsonObject { ["url"] = $"/{i}.jpg", ["width"] = 0, ["height"] = 0, ["alt"] = new JsonObject() })]);
        Assert.Equal(HttpStatusCode.OK, (await uploads.Staff.Put(id, draft, etag)).StatusCode);
        Assert.Equal("catalog.images-full", await StaffProducts.Refused(await Ask(id, new { alt = new { id = "a" } }), HttpStatusCode.Conflict));
        await uploads.Put(offer, Pictures.Gif());
        await uploads.Complete(id, offer);
        Assert.Equal("productFull", (await uploads.Ended(id, offer)).GetProperty("refusal").GetString());

        Task<HttpResponseMessage> Ask(string productId, object image) => uploads.Staff.Send(HttpMethod.Post, $"/v1/admin/products/{productId}/images", image);
    }

    [Fact]
    public async Task What_nobody_says_is_complete_is_looked_at_when_its_address_has_expired()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false, configure: b => b.Configuration["Media:UploadSeconds"] = "1");
        using Uploads uploads = await Uploads.Of(shop);
        (string id, _) = await uploads.Staff.Make(StaffProducts.Draft("kopi"));

        JsonElement come = await uploads.Offer(id), never = await uploads.Offer(id);
        Assert.Equal(HttpStatusCode.Created, (await uploads.Put(come, Pictures.Png(400, 300))).StatusCode);

        await Until.True(async () => (await uploads.Put(never, Pictures.Png(400, 300))).StatusCode == HttpStatusCode.Forbidden, "the address to expire");
        Assert.Equal("ready", (await uploads.Ended(id, come)).GetProperty("status").GetString());
        await uploads.Ended(id, never);
        Assert.Equal("neverCame", (await uploads.Ended(id, await uploads.Offer(id))).GetProperty("refusal").GetString());
        await Until.True(async () => (await Blobs(shop, "uploads")).Count == 0, "the uploads to be gone");
    }

    [Fact]
    public async Task The_same_file_twice_shares_its_derivatives_and_a_message_twice_changes_nothing()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        using Uploads uploads = await Uploads.Of(shop);
        (string coffee, _) = await uploads.Staff.Make(StaffProducts.Draft("kopi"));
        (string tea, _) = await uploads.Staff.Make(StaffProducts.Draft("teh"));
        byte[] file = Pictures.Jpeg(400, 300);
        JsonElement first = await uploads.Offer(coffee);
        await uploads.Put(first, file);
        await uploads.Complete(coffee, first);
        string? url = (await uploads.Ended(coffee, first)).GetProperty("url").GetString();
        IReadOnlyList<string> blobs = await Blobs(shop, "media");
        Assert.Equal(4, blobs.Count);

        Assert.Equal(url, (await uploads.Upload(tea, file)).GetProperty("url").GetString());
        Assert.Equal(url, (await uploads.Upload(tea, file)).GetProperty("url").GetString());
        Assert.Equal(blobs, await Blobs(shop, "media"));
        Assert.Equal(2, (await uploads.Staff.Read($"/v1/admin/products/{tea}")).GetProperty("version").GetInt32());

        // Again after it was done, and again as if the process had died before it could say so.
        string imageId = first.GetProperty("id").GetString()!;
        await shop.Service<ProcessUpload>().Run(coffee, imageId, isLast: true, Cancel);
        MediaStore store = shop.Service<MediaStore>();
        Stored<ImageUpload> ready = (await store.FindUpload(coffee, imageId, Cancel))!;
        await store.TryReplace(ready.Value with { Status = ImageUploadStatus.Waiting, Url = null }, ready.ETag, Cancel);
        await uploads.Put(first, file);
        await shop.Service<ProcessUpload>().Run(coffee, imageId, isLast: false, Cancel);
        Assert.Equal(("ready", url), ((await uploads.Read(coffee, first)).GetProperty("status").GetString(), (await uploads.Read(coffee, first)).GetProperty("url").GetString()));
        Assert.Equal(2, (await uploads.Staff.Read($"/v1/admin/products/{coffee}")).GetProperty("version").GetInt32());
        Assert.Equal(blobs, await Blobs(shop, "media"));
    }

    [Fact]
    public async Task A_file_that_stops_the_work_again_and_again_is_given_up()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        using Uploads uploads = await Uploads.Of(shop);
        (string id, _) = await uploads.Staff.Make(StaffProducts.Draft("kopi"));
        JsonElement offer = await uploads.Offer(id);
        MediaStore store = shop.Service<MediaStore>();
        Stored<ImageUpload> waiting = (await store.FindUpload(id, offer.GetProperty("id").GetString()!, Cancel))!;
        await store.TryReplace(waiting.Value with { Attempts = ProcessUpload.MostAttempts }, waiting.ETag, Cancel);

        await uploads.Put(offer, Pictures.Gif());
        await uploads.Complete(id, offer);

        Assert.Equal("gaveUp", (await uploads.Ended(id, offer)).GetProperty("refusal").GetString());
    }

    [Fact]
    public async Task Pictures_that_come_while_the_product_is_edited_lose_nothing()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        using Uploads uploads = await Uploads.Of(shop);
        (string id, _) = await uploads.Staff.Make(StaffProducts.Draft("kopi"));

        Task<JsonElement>[] coming = [.. Enumerable.Range(0, 4).Select(i => uploads.Upload(id, Pictures.Png(200 + i, 100)))];
        int edits = 0;
        while (!coming.All(c => c.IsCompleted) || edits == 0)
        {
            (JsonObject draft, string etag) = await uploads.DraftOf(id);
            draft["texts"]!["id"]!["title"] = $"Kopi {edits + 1}";
            if ((await uploads.Staff.Put(id, draft, etag)).StatusCode == HttpStatusCode.OK) edits++;
        }

        Assert.All(await Task.WhenAll(coming), upload => Assert.Equal("ready", upload.GetProperty("status").GetString()));
        JsonElement product = await uploads.Staff.Read($"/v1/admin/products/{id}");
        Assert.Equal((4, $"Kopi {edits}"), (product.GetProperty("images").GetArrayLength(), product.GetProperty("texts").GetProperty("id").GetProperty("title").GetString()));
        Assert.Equal(1 + 4 + edits, product.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Staff_reorders_says_anew_and_takes_away_but_cannot_make_up_a_picture()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        using Uploads uploads = await Uploads.Of(shop);
        JsonObject shirt = StaffProducts.Draft("kemeja");
        shirt["options"] = JsonNode.Parse("""[{"name":{"id":"Warna"},"values":[{"id":"Merah"},{"id":"Biru"}]}]""");
        JsonNode blue = shirt["variants"]![0]!.DeepClone();
        (shirt["variants"]![0]!["choices"], blue["choices"], blue["sku"]) = (new JsonArray(0), new JsonArray(1), "KEMEJA-BIRU");
        shirt["variants"]!.AsArray().Add(blue);
        (string id, _) = await uploads.Staff.Make(shirt);
        string red = (await uploads.Upload(id, Pictures.Png(200, 100))).GetProperty("url").GetString()!;
        string blueUrl = (await uploads.Upload(id, Pictures.Png(201, 100), new { alt = new { id = "Biru" }, position = 0, skus = (string[])["KEMEJA-BIRU"] })).GetProperty("url").GetString()!;
        (JsonObject draft, string etag) = await uploads.DraftOf(id);
        Assert.Equal([blueUrl, red], draft["images"]!.AsArray().Select(i => i!["url"]!.GetValue<string>()));
        JsonElement group = (await uploads.Page("kemeja")).GetProperty("seo").GetProperty("jsonLd")[0];
        string[] shown = [.. group.GetProperty("hasVariant").EnumerateArray().Select(v => v.GetProperty("image").GetString()!)];
        Assert.Equal([red[6..], blueUrl[6..]], shown.Select(url => url.Split('/')[^1].Split('-')[0]));

        JsonNode last = draft["images"]![1]!.DeepClone();
        (last["alt"], last["widths"], last["width"]) = (new JsonObject { ["id"] = "Merah" }, new JsonArray(5000), 5000);
        draft["images"] = new JsonArray(last, JsonNode.Parse("""{"url":"https://cdn.test/a.jpg","width":10,"height":10,"alt":{},"widths":[99]}"""));
        HttpResponseMessage changed = await uploads.Staff.Put(id, draft, etag);
        Assert.Equal("""[{"url":"RED","width":200,"height":100,"alt":{"id":"Merah"},"widths":[200],"skus":null},{"url":"https://cdn.test/a.jpg","width":10,"height":10,"alt":{},"widths":null,"skus":null}]""".Replace("RED", red, StringComparison.Ordinal),
            (await ShopClient.Json(changed)).GetProperty("images").GetRawText());

        draft["images"]![1]!["url"] = "media:00000000000000000000000000000000";
        Assert.Equal("catalog.product-invalid /images/1/url", await StaffProducts.Refused(await uploads.Staff.Put(id, draft, changed.Headers.ETag!.ToString()), HttpStatusCode.UnprocessableEntity));
        draft["images"]![1]!["url"] = "media:../../etc";
        Assert.Equal("catalog.product-invalid /images/1/url", await StaffProducts.Refused(await uploads.Staff.Put(id, draft, changed.Headers.ETag!.ToString()), HttpStatusCode.UnprocessableEntity));
        JsonObject other = StaffProducts.Draft("lain");
        other["images"] = new JsonArray(new JsonObject { ["url"] = blueUrl, ["width"] = 0, ["height"] = 0, ["alt"] = new JsonObject() });
        await uploads.Staff.Make(other);
        Assert.Equal(201, (await uploads.Page("lain")).GetProperty("images")[0].GetProperty("width").GetInt32());
    }

    [Fact]
    public async Task Pictures_that_no_product_names_go_after_a_while_and_those_that_one_names_again_stay()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        using Uploads uploads = await Uploads.Of(shop);
        (string id, _) = await uploads.Staff.Make(StaffProducts.Draft("kopi"));
        string gone = (await uploads.Upload(id, Pictures.Png(200, 100))).GetProperty("url").GetString()!, back = (await uploads.Upload(id, Pictures.Png(201, 100))).GetProperty("url").GetString()!;
        (JsonObject draft, string etag) = await uploads.DraftOf(id);
        JsonNode kept = draft["images"]![1]!.DeepClone();
        draft["images"] = new JsonArray();
        etag = (await uploads.Staff.Put(id, draft, etag)).Headers.ETag!.ToString();
        MediaStore store = shop.Service<MediaStore>();

        await shop.Service<SweepMedia>().Run(null, Cancel);
        Assert.NotNull((await store.FindPicture(gone[6..], Cancel))!.Value.UnusedSince);
        draft["images"] = new JsonArray(kept);
        Assert.Equal(HttpStatusCode.OK, (await uploads.Staff.Put(id, draft, etag)).StatusCode);
        Assert.Null((await store.FindPicture(back[6..], Cancel))!.Value.UnusedSince);
        shop.Clock.Advance(TimeSpan.FromDays(31));
        await shop.Service<SweepMedia>().Run(null, Cancel);

        await Until.True(async () => await store.FindPicture(gone[6..], Cancel) is null, "the picture to be gone");
        Assert.All(await Blobs(shop, "media"), name => Assert.StartsWith(back[6..], name, StringComparison.Ordinal));
        Assert.Equal(2, (await Blobs(shop, "media")).Count);
        Assert.Empty(await store.ListUploads(id, 10, Cancel));

        using Uploads later = await Uploads.Of(shop);
        Assert.Equal(gone, (await later.Upload(id, Pictures.Png(200, 100))).GetProperty("url").GetString());
        Assert.Equal(4, (await Blobs(shop, "media")).Count);
    }

    [Fact]
    public async Task A_CDN_in_front_of_the_container_is_a_setting()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false, configure: b => (b.Configuration["Media:PublicUrl"], b.Configuration["Media:PublicAccess"]) = ("https://cdn.toko.test/foto/", "false"));
        using Uploads uploads = await Uploads.Of(shop);
        (string id, _) = await uploads.Staff.Make(StaffProducts.Draft("kopi"));
        string hash = (await uploads.Upload(id, Pictures.Png(200, 100))).GetProperty("url").GetString()![6..];

        Assert.Equal($"https://cdn.toko.test/foto/{hash}-200.jpg", (await uploads.Page("kopi")).GetProperty("images")[0].GetProperty("url").GetString());
        Assert.False((await uploads.Storage.GetAsync($"{shop.Service<ShopStorage>().Container("media").Uri}/{hash}-200.jpg", Cancel)).IsSuccessStatusCode);
    }

    [Fact]
    public void The_keys_of_media_are_these()
    {
        Assert.Equal("prd_1|upload|ibf_x", MediaStore.UploadKey("prd_1", "img_2"));
        Assert.Equal("3f9a|picture", MediaStore.PictureKey("3f9a"));
    }

    private static async Task<IReadOnlyList<string>> Blobs(ShopHost shop, string container)
    {
        List<string> names = [];
        await foreach (var blob in shop.Service<ShopStorage>().Container(container).GetBlobsAsync(cancellationToken: Cancel)) names.Add(blob.Name);
        return names;
    }
}
