using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;

namespace Shop.Tests.Carts;

public sealed class CartNoticesTests
{
    [Fact]
    public async Task What_became_scarce_late_or_unsold_since_it_was_put_in_is_told_and_what_cannot_be_had_is_not_sold()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        (string Id, string ETag) gone = await staff.Make(StaffProducts.Draft("teh"));
        foreach (string handle in (string[])["kopi", "gula"]) await staff.Make(StaffProducts.Draft(handle));
        foreach (string sku in (string[])["KOPI", "GULA", "TEH"]) await Count(shop, sku, 5);
        await Until.True(async () => (await shop.Get("/v1/store/products?inStock=true")).GetProperty("data").GetArrayLength() == 3, "the articles");
        var shopper = new Shopper(shop);
        JsonElement cart = await shopper.Fill(("KOPI", 3), ("GULA", 3), ("TEH", 1));
        Assert.Empty(cart.GetProperty("notices").EnumerateArray());
        await shopper.Prepare();

        await Count(shop, "KOPI", 2);
        await Count(shop, "GULA", 1);
        string policy = (await staff.Send(HttpMethod.Get, "/v1/admin/stock/GULA/settings")).Headers.ETag!.Tag;
        Assert.Equal(HttpStatusCode.OK, (await staff.Change("/v1/admin/stock/GULA/settings/policy", new { kind = "backorder", limit = 10 }, policy)).StatusCode);
        JsonObject draft = StaffProducts.Draft("teh", status: "archived");
        Assert.Equal(HttpStatusCode.OK, (await staff.Put(gone.Id, draft, gone.ETag)).StatusCode);

        await Until.True(async () => Notices(await Cart()).Length == 3, "three notices");
        Assert.Equal(["line.back-ordered /lines/1/quantity", "line.insufficient /lines/0/quantity", "line.unavailable /lines/2"], Notices(await Cart()));
        Assert.Equal("cart.changed /lines/2", await StaffProducts.Refused(await shopper.TryCheckout(), HttpStatusCode.Conflict));

        Assert.True((await shop.Send(HttpMethod.Delete, $"/v1/store/carts/{shopper.CartId}/lines/TEH")).IsSuccessStatusCode);
        Assert.Equal("stock.insufficient /lines/0/quantity", await StaffProducts.Refused(await shopper.TryCheckout(), HttpStatusCode.Conflict));
        await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}/lines/KOPI", new { quantity = 2 }));
        Assert.Equal(["line.back-ordered"], Notices(await Cart()).Select(n => n.Split(' ')[0]));
        await shopper.Checkout();
        Assert.Equal(0, await shop.AvailableOf("KOPI"));

        Task<JsonElement> Cart() => shop.Get($"/v1/store/carts/{shopper.CartId}");
    }

    private static string[] Notices(JsonElement cart) =>
        [.. cart.GetProperty("notices").EnumerateArray().Select(n => $"{n.GetProperty("code").GetString()} {n.GetProperty("pointer").GetString()}").Order(StringComparer.Ordinal)];

    private static async Task Count(ShopHost shop, string sku, int counted) => await ShopClient.Json(await shop.Send(
        HttpMethod.Post, $"/v1/admin/stock/{sku}/counts", new { counted, reference = $"so-{Guid.NewGuid():n}" }, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString())));
}
