using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Common;
using Shop.Tests.Catalog;
using Shop.Tests.Customers;
using Shop.Tests.Journeys;

namespace Shop.Tests.Carts;

/// <summary>The dearest article there is, a thousand times, is just within what JSON readers keep exact.</summary>
public sealed class CartTotalTests
{
    private const long Dearest = Money.MaxAmount / 1000 / 100;

    [Fact]
    public async Task A_cart_never_costs_more_than_can_be_told_whoever_makes_it_dearer()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        foreach (string handle in (string[])["satu", "dua"]) await staff.Make(Draft(handle, Dearest));
        (string id, string etag) = await staff.Make(Draft("tiga", 1_000));
        JsonElement cart = await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = "SATU", quantity = 999 } } }));
        string path = $"/v1/store/carts/{cart.GetProperty("id").GetString()}";

        Assert.Equal("cart.total-too-large", await Refused(await shop.Send(HttpMethod.Post, $"{path}/lines", new { sku = "DUA", quantity = 2 })));
        Assert.Equal(1, (await shop.Get(path)).GetProperty("lines").GetArrayLength());
        cart = await ShopClient.Json(await shop.Send(HttpMethod.Post, $"{path}/lines", new { sku = "DUA", quantity = 1 }));
        Assert.Equal(Dearest * 1000 * 100, Total(cart));
        Assert.Equal("cart.total-too-large", await Refused(await shop.Send(HttpMethod.Patch, $"{path}/lines/DUA", new { quantity = 2 })));
        Assert.Equal("cart.total-too-large", await Refused(await shop.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = "SATU", quantity = 999 }, new { sku = "DUA", quantity = 2 } } })));

        // Staff makes an article dearer that lies in the cart already.
        await ShopClient.Json(await shop.Send(HttpMethod.Delete, $"{path}/lines/DUA"));
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"{path}/lines", new { sku = "TIGA", quantity = 999 }));
        Assert.Equal(HttpStatusCode.OK, (await staff.Put(id, Draft("tiga", Dearest), etag)).StatusCode);
        await Until.True(async () => Codes(await shop.Get(path)).Contains("line.beyond-total"), "the new price");
        cart = await shop.Get(path);
        Assert.Equal((999 * Dearest * 100, "/lines/1/quantity"), (Total(cart), cart.GetProperty("notices")[0].GetProperty("pointer").GetString()));
        await ShopClient.Json(await shop.Send(HttpMethod.Patch, path, new { email = "ayu@example.test", paymentMethod = "card" }));
        Assert.Equal("cart.total-too-large", await Refused(await shop.Send(HttpMethod.Post, $"{path}/lines", new { sku = "DUA", quantity = 2 })));
        Assert.Equal("cart.changed", await Refused(await shop.Send(HttpMethod.Post, $"{path}/checkout", new { }, ("Idempotency-Key", "dear"))));

        // Fewer of it, and it is counted.
        cart = await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"{path}/lines/TIGA", new { quantity = 1 }));
        Assert.Equal(Dearest * 1000 * 100, Total(cart));
        Assert.Empty(Codes(cart));
    }

    [Fact]
    public async Task Two_carts_that_cost_too_much_together_stay_two()
    {
        await using ShopHost shop = await OpenShop.Start(demo: false);
        StaffProducts staff = await StaffProducts.Of(shop);
        foreach (string handle in (string[])["satu", "dua"]) await staff.Make(Draft(handle, Dearest));
        Member member = await Member.Join(shop);
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = "SATU", quantity = 999 } } }));
        JsonElement guests = await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = "DUA", quantity = 2 } } }));
        string path = $"/v1/store/carts/{guests.GetProperty("id").GetString()}";

        Assert.Equal("cart.total-too-large", await Refused(await member.Send(HttpMethod.Post, $"{path}/claim")));

        Assert.Equal("open", (await shop.Get(path)).GetProperty("status").GetString());
        Assert.Equal(999, (await member.Get("/v1/store/me/cart")).GetProperty("lines")[0].GetProperty("quantity").GetInt32());
    }

    /// <summary>Neither stocked nor sent.</summary>
    private static JsonObject Draft(string handle, long rupiah)
    {
        JsonObject draft = StaffProducts.Draft(handle, rupiah);
        draft["kind"] = "digital";
        draft["variants"]![0]!["digital"] = new JsonObject { ["giftCard"] = true };
        return draft;
    }

    private static long Total(JsonElement cart) => cart.GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt64();

    private static string[] Codes(JsonElement cart) => [.. cart.GetProperty("notices").EnumerateArray().Select(n => n.GetProperty("code").GetString()!)];

    private static async Task<string> Refused(HttpResponseMessage answer)
    {
        Assert.False(answer.IsSuccessStatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("code").GetString()!;
    }
}
