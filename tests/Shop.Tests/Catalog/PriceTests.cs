using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Tests.Journeys;

namespace Shop.Tests.Catalog;

/// <summary>Prices that depend on the moment and on how many; all articles are digital, so that stock plays no part.</summary>
public sealed class PriceTests
{
    [Fact]
    public async Task A_sale_price_holds_between_its_moments_in_lists_details_and_carts()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        DateTimeOffset now = shop.Clock.GetUtcNow();
        JsonObject book = Book("buku", 90_000);
        book["variants"]![0]!["prices"]![0]!["sale"] = new JsonObject { ["amount"] = StaffProducts.Idr(60_000), ["from"] = now.AddHours(1), ["until"] = now.AddHours(2) };
        await staff.Make(book);
        await staff.Make(Book("murah", 70_000));
        var shopper = new Shopper(shop);
        await shopper.Fill(("BUKU", 1));

        Assert.Equal(("murah", 90_000, null, 90_000, ""), await Seen());
        shop.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(("buku", 60_000, 90_000, 60_000, "line.price-changed"), await Seen());
        shop.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("murah", 90_000, null, 90_000, ""), await Seen());

        async Task<(string Cheapest, long Price, long? CompareAt, long InCart, string Notices)> Seen()
        {
            JsonElement product = await shop.Get("/v1/store/products/buku"), cart = await shop.Get($"/v1/store/carts/{shopper.CartId}");
            JsonElement compareAt = product.GetProperty("compareAtPrice");
            return (
                (await shop.Get("/v1/store/products?sort=price&limit=1")).GetProperty("data")[0].GetProperty("slug").GetString()!,
                Rupiah(product.GetProperty("price")),
                compareAt.ValueKind == JsonValueKind.Null ? null : Rupiah(compareAt),
                Rupiah(cart.GetProperty("totals").GetProperty("total")),
                string.Join(' ', cart.GetProperty("notices").EnumerateArray().Select(n => n.GetProperty("code").GetString())));
        }
    }

    [Fact]
    public async Task Who_buys_more_pays_less_for_each()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        JsonObject book = Book("buku", 90_000);
        book["variants"]![0]!["prices"]![0]!["tiers"] = new JsonArray(Tier(3, 80_000), Tier(10, 70_000));
        await staff.Make(book);
        Assert.Equal([3, 10], (await shop.Get("/v1/store/products/buku")).GetProperty("variants")[0].GetProperty("tiers").EnumerateArray().Select(t => t.GetProperty("from").GetInt32()));

        var shopper = new Shopper(shop);
        Assert.Equal((90_000, 180_000), Line(await shopper.Fill(("BUKU", 2))));
        Assert.Equal((80_000, 240_000), Line(await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/lines", new { sku = "BUKU", quantity = 1 }))));
        JsonElement ten = await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}/lines/BUKU", new { quantity = 10 }));
        Assert.Equal((70_000, 700_000), Line(ten));
        Assert.Equal(0, ten.GetProperty("notices").GetArrayLength());
        Assert.Equal(0, (await shop.Get($"/v1/store/carts/{shopper.CartId}")).GetProperty("notices").GetArrayLength());

        static (long Each, long Total) Line(JsonElement cart) => (Rupiah(cart.GetProperty("lines")[0].GetProperty("unitPrice")), Rupiah(cart.GetProperty("lines")[0].GetProperty("total")));
    }

    [Fact]
    public async Task During_a_sale_nothing_is_shown_for_many_that_costs_more_than_one_and_what_is_shown_is_charged()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        JsonObject book = Book("buku", 90_000);
        JsonNode price = book["variants"]![0]!["prices"]![0]!;
        DateTimeOffset now = shop.Clock.GetUtcNow();
        price["tiers"] = new JsonArray(Tier(3, 80_000), Tier(5, 70_000), Tier(10, 50_000));
        price["sale"] = new JsonObject { ["amount"] = StaffProducts.Idr(70_000), ["from"] = now.AddHours(-1), ["until"] = now.AddHours(1) };
        price["groups"] = new JsonArray(new JsonObject { ["group"] = "grosir", ["amount"] = StaffProducts.Idr(75_000), ["tiers"] = new JsonArray(Tier(4, 72_000), Tier(6, 60_000)) });
        await staff.Make(book);

        var shopper = new Shopper(shop);
        Assert.Equal("1=70000 10=50000", await Shown());
        await shopper.Fill(("BUKU", 1));
        foreach ((int quantity, long each) in ((int, long)[])[(1, 70_000), (5, 70_000), (10, 50_000)]) Assert.Equal(each, await Charged(quantity));
        shop.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal("1=90000 3=80000 5=70000 10=50000", await Shown());
        Assert.Equal(80_000, await Charged(3));

        // Those who have a price of their own get the lowest of all, and see no other.
        Shop.Catalog.Price sold = shop.Service<Shop.Catalog.CatalogIndex>().Find(Shop.Common.Sku.Parse("BUKU"))!.Variant.Prices[0].At(now).For(Shop.Common.GroupSet.Of(["grosir"]));
        Assert.Equal("1=7000000 6=6000000 10=5000000", $"1={sold.Amount.Amount} {string.Join(' ', sold.Tiers!.Select(t => $"{t.From}={t.Amount.Amount}"))}");

        async Task<string> Shown()
        {
            JsonElement variant = (await shop.Get("/v1/store/products/buku")).GetProperty("variants")[0];
            return string.Join(' ', variant.GetProperty("tiers").EnumerateArray().Select(t => $"{t.GetProperty("from")}={Rupiah(t.GetProperty("amount"))}").Prepend($"1={Rupiah(variant.GetProperty("price"))}"));
        }

        async Task<long> Charged(int quantity) =>
            Rupiah((await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}/lines/BUKU", new { quantity }))).GetProperty("lines")[0].GetProperty("unitPrice"));
    }

    [Fact]
    public async Task What_comes_by_the_half_dozen_is_sold_so_and_a_cart_that_breaks_a_new_rule_says_so()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        JsonObject book = Book("buku", 90_000);
        book["variants"]![0]!["quantity"] = JsonNode.Parse("""{"min":6,"max":24,"step":6}""");
        (string id, string etag) = await staff.Make(book);
        var shopper = new Shopper(shop);
        await shopper.Fill();
        string lines = $"/v1/store/carts/{shopper.CartId}/lines";
        foreach (int quantity in (int[])[1, 7, 30])
            Assert.Equal("cart.quantity-not-sold /quantity", await StaffProducts.Refused(await shop.Send(HttpMethod.Post, lines, new { sku = "BUKU", quantity }), HttpStatusCode.UnprocessableEntity));
        await ShopClient.Json(await shop.Send(HttpMethod.Post, lines, new { sku = "BUKU", quantity = 6 }));
        Assert.Equal("cart.quantity-not-sold /quantity", await StaffProducts.Refused(await shop.Send(HttpMethod.Patch, lines + "/BUKU", new { quantity = 5 }), HttpStatusCode.UnprocessableEntity));

        book["variants"]![0]!["quantity"] = JsonNode.Parse("""{"min":12,"step":12}""");
        await ShopClient.Json(await staff.Put(id, book, etag));
        await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}", new { email = shopper.Email, paymentMethod = "card" }));
        JsonElement notice = Assert.Single((await shop.Get($"/v1/store/carts/{shopper.CartId}")).GetProperty("notices").EnumerateArray());
        Assert.Equal(("line.quantity-not-sold", "/lines/0/quantity"), (notice.GetProperty("code").GetString(), notice.GetProperty("pointer").GetString()));
        Assert.Equal("cart.changed /lines/0/quantity", await StaffProducts.Refused(await shopper.TryCheckout(), HttpStatusCode.Conflict));
        await ShopClient.Json(await shop.Send(HttpMethod.Delete, lines + "/BUKU"));
    }

    private static JsonObject Book(string handle, long rupiah)
    {
        JsonObject draft = StaffProducts.Draft(handle, rupiah);
        draft["kind"] = "digital";
        (draft["variants"]![0]!["downloadFile"], draft["variants"]![0]!["weightGrams"]) = ($"{handle}.pdf", 0);
        return draft;
    }

    private static JsonObject Tier(int from, long rupiah) => new() { ["from"] = from, ["amount"] = StaffProducts.Idr(rupiah) };

    private static long Rupiah(JsonElement money) => money.GetProperty("amount").GetInt64() / 100;
}
