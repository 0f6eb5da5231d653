using System.Net;
using System.Text.Json;

namespace Shop.Tests.Journeys;

public sealed class ShippingJourneys
{
    [Fact]
    public async Task Staff_say_what_it_costs_to_send_something_where()
    {
        await using ShopHost shop = await ShopHost.Start();
        HttpResponseMessage added = await Staff(shop, HttpMethod.Post, "/v1/admin/shipping-zones", new { id = "bandung", name = "Bandung", area = new { country = "ID", city = "Bandung" }, source = "table", rates = new object[] { Rate("kurir-toko", 30_000_00), Pickup } });
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.StartsWith("staff:", (await ShopClient.Json(added)).GetProperty("updatedBy").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await Staff(shop, HttpMethod.Post, "/v1/admin/shipping-zones", new { id = "bandung", name = "Bandung", area = new { country = "ID" }, rates = Array.Empty<object>() })).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Staff(shop, HttpMethod.Post, "/v1/admin/shipping-zones", new { id = "half", name = "Half", area = new { country = "ID" }, rates = new[] { new { id = "x", name = "X", estimatedDays = new { min = 1, max = 2 } } } })).StatusCode);

        Shopper shopper = await Filled(shop);
        JsonElement options = await shop.Get($"/v1/store/carts/{shopper.CartId}/shipping-options");
        Assert.Equal(["kurir-toko", "toko-braga"], options.GetProperty("data").EnumerateArray().Select(o => o.GetProperty("id").GetString()));

        JsonElement cart = await Patch(shop, shopper, new { shippingOption = "kurir-toko" });
        Assert.Equal(30_000_00, Shipping(cart));
        JsonElement insured = await Patch(shop, shopper, new { shippingInsurance = true });
        Assert.Equal((32_500_00, true), (Shipping(insured), insured.GetProperty("shippingInsurance").GetBoolean()));

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Replace(shop, "\"other\"")).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await Staff(shop, HttpMethod.Put, "/v1/admin/shipping-zones/bandung", Draft)).StatusCode);
        HttpResponseMessage replaced = await Replace(shop, added.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.Equal(0, Shipping(await Patch(shop, shopper, new { shippingInsurance = false })));

        Assert.Equal(HttpStatusCode.NoContent, (await Staff(shop, HttpMethod.Delete, "/v1/admin/shipping-zones/bandung", null, ("If-Match", replaced.Headers.ETag!.Tag))).StatusCode);
        Assert.Contains((await shop.Get($"/v1/store/carts/{shopper.CartId}")).GetProperty("notices").EnumerateArray(), n => n.GetProperty("code").GetString() == "shipping.unavailable");
    }

    [Fact]
    public async Task Where_no_courier_takes_cash_nothing_is_paid_at_the_door()
    {
        await using ShopHost shop = await ShopHost.Start();
        await Staff(shop, HttpMethod.Post, "/v1/admin/shipping-zones", new { id = "indonesia", name = "Indonesia", area = new { country = "ID" }, source = "table", rates = new[] { Rate("no-cash", 20_000_00), Rate("cash", 22_000_00, cash: true) } });
        Shopper shopper = await Filled(shop);

        await Patch(shop, shopper, new { shippingOption = "cash", paymentMethod = "cash-on-delivery" });
        Assert.Contains("cash-on-delivery", await Methods(shop, shopper), StringComparison.Ordinal);
        await Patch(shop, shopper, new { shippingOption = "no-cash" });
        Assert.DoesNotContain("cash-on-delivery", await Methods(shop, shopper), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await shopper.TryCheckout()).StatusCode);

        await Patch(shop, shopper, new { paymentMethod = "card" });
        await shopper.Checkout();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await shopper.TryPayBy("cash-on-delivery")).StatusCode);
    }

    [Fact]
    public async Task A_zones_rates_answer_when_the_courier_does_not_and_large_parcels_cost_more()
    {
        await using ShopHost shop = await ShopHost.Start();
        await Staff(shop, HttpMethod.Post, "/v1/admin/shipping-zones", new { id = "coblong", name = "Coblong", area = new { country = "ID", district = "coblong" }, rates = new[] { Rate("jne-reg", 77_000_00) } });
        Shopper shopper = await Filled(shop);
        JsonElement live = await shop.Get($"/v1/store/carts/{shopper.CartId}/shipping-options");
        Assert.True(live.GetProperty("data").GetArrayLength() > 3);
        Assert.False(Option(live, "jne-reg").GetProperty("cashOnDelivery").GetBoolean());

        await shop.Send(HttpMethod.Post, "/emulator/couriers/misbehave", new { fail = 1 });
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/lines", new { sku = await shop.PhysicalSku(), quantity = 1 }));
        JsonElement table = await shop.Get($"/v1/store/carts/{shopper.CartId}/shipping-options");
        Assert.Equal(77_000_00, Option(table, "jne-reg").GetProperty("price").GetProperty("amount").GetInt64());
        Assert.Equal(1, table.GetProperty("data").GetArrayLength());
    }

    private static object Draft => new { name = "Bandung", area = new { country = "ID", city = "Bandung" }, source = "table", rates = new[] { Rate("kurir-toko", 30_000_00, freeFrom: 1_00) } };

    private static object Pickup => new { id = "toko-braga", name = "Ambil di toko", kind = "pickup", place = "Jl. Braga 1, Bandung", estimatedDays = new { min = 0, max = 1 } };

    private static object Rate(string id, long price, bool cash = false, long freeFrom = 900_000_000_00) => new
    {
        id, name = id, courier = "jne", service = "jne-reg", estimatedDays = new { min = 1, max = 2 }, steps = new[] { new { upToGrams = 50_000, price = Idr(price) } }, freeFrom = Idr(freeFrom), cashOnDelivery = cash, insurance = new { perTenThousand = 1, minimum = Idr(2_500_00) },
    };

    private static object Idr(long amount) => new { amount, currency = "IDR" };

    private static Task<HttpResponseMessage> Replace(ShopHost shop, string etag) => Staff(shop, HttpMethod.Put, "/v1/admin/shipping-zones/bandung", Draft, ("If-Match", etag));

    private static async Task<Shopper> Filled(ShopHost shop)
    {
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await Patch(shop, shopper, new { email = shopper.Email, paymentMethod = "card", shippingAddress = Shopper.Address });
        return shopper;
    }

    private static async Task<JsonElement> Patch(ShopHost shop, Shopper shopper, object patch) => await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}", patch));

    private static long Shipping(JsonElement cart) => cart.GetProperty("totals").GetProperty("shipping").GetProperty("amount").GetInt64();

    private static JsonElement Option(JsonElement options, string id) => options.GetProperty("data").EnumerateArray().Single(o => o.GetProperty("id").GetString() == id);

    private static async Task<string> Methods(ShopHost shop, Shopper shopper) => (await shop.Get($"/v1/store/carts/{shopper.CartId}/payment-methods")).ToString();

    private static async Task<HttpResponseMessage> Staff(ShopHost shop, HttpMethod method, string path, object? body, params (string, string)[] headers) =>
        await shop.Send(method, path, body, [await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()), .. headers]);
}
