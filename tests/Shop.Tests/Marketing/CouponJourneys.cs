using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Tests.Journeys;

namespace Shop.Tests.Marketing;

public sealed class CouponJourneys
{
    [Fact]
    public async Task A_coupon_makes_the_order_cheaper_and_is_free_again_when_the_order_is_cancelled()
    {
        await using ShopHost shop = await ShopHost.Start();
        await Create(shop, "HEMAT10", new { name = "Hemat", percentOff = 10, limit = 1 });
        var first = new Shopper(shop);
        await first.Fill((await shop.PhysicalSku(), 2));
        JsonElement cart = await Put(shop, first, "hemat10");
        JsonElement totals = cart.GetProperty("totals");
        Assert.Equal(["HEMAT10"], cart.GetProperty("coupons").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal(Amount(totals, "items") - Amount(totals, "discount"), Amount(cart.GetProperty("lines")[0], "total"));
        Assert.True(Amount(totals, "discount") > 0);

        await first.Prepare();
        JsonElement order = await first.Checkout();
        Assert.Equal(Amount(totals, "discount"), Amount(order.GetProperty("totals"), "discount"));
        Assert.Equal(["HEMAT10"], order.GetProperty("coupons").EnumerateArray().Select(c => c.GetString()));

        var second = new Shopper(shop);
        await second.Fill((await shop.PhysicalSku(), 1));
        Assert.Equal("coupon.used-up", await Refused(await TryPut(shop, second, "HEMAT10")));

        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        await first.OrderUntil("cancelled");
        await Until.True(async () => (await TryPut(shop, second, "HEMAT10")).StatusCode == HttpStatusCode.OK, "the coupon to be free again");
    }

    [Fact]
    public async Task What_a_coupon_pays_wholly_is_bought_without_paying()
    {
        await using ShopHost shop = await ShopHost.Start();
        await Create(shop, "GRATIS", new { name = "Gratis", percentOff = 100 });
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.DigitalSku(), 1));
        Assert.Equal(0, Amount((await Put(shop, shopper, "GRATIS")).GetProperty("totals"), "total"));
        await shopper.Prepare(shipped: false);
        await shopper.Checkout();
        await shopper.OrderUntil("completed");
        Assert.NotEmpty((await shopper.Order()).GetProperty("downloads").EnumerateArray());
    }

    [Fact]
    public async Task A_paid_order_keeps_its_coupon_and_charges_the_lower_total()
    {
        await using ShopHost shop = await ShopHost.Start();
        await Create(shop, "DISKON", new { name = "Diskon", amountOff = new { amount = 1_000_000, currency = "IDR" }, limitPerCustomer = 1 });
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await Put(shop, shopper, "DISKON");
        await shopper.Prepare();
        JsonElement order = await shopper.Checkout();
        await shopper.Pay();
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");
        JsonElement intent = await shop.Client.Stripe($"/emulator/stripe/v1/payment_intents/{shopper.Intent}");
        Assert.Equal(Amount(order.GetProperty("totals"), "total"), intent.GetProperty("amount_received").GetInt64());
        Assert.Equal(1_000_000, Amount(order.GetProperty("totals"), "discount"));

        // The same customer again: limits are counted when an order is placed.
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await Put(shop, shopper, "DISKON");
        await shopper.Prepare();
        Assert.Equal("coupon.used-up-by-customer", await Refused(await shopper.TryCheckout()));
        Assert.Equal("open", (await shop.Get($"/v1/store/carts/{shopper.CartId}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_paid_order_that_is_cancelled_before_it_is_sent_gives_its_coupon_back()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Checkout:SendAfterMinutes"] = "60");
        await Create(shop, "SEKALI", new { name = "Sekali", percentOff = 10, limit = 1 });
        var first = new Shopper(shop);
        await first.Fill((await shop.PhysicalSku(), 1));
        await Put(shop, first, "SEKALI");
        await first.Prepare();
        await first.Checkout();
        await first.Pay();
        await first.OrderUntil("paid");
        var second = new Shopper(shop);
        await second.Fill((await shop.PhysicalSku(), 1));
        Assert.Equal("coupon.used-up", await Refused(await TryPut(shop, second, "SEKALI")));

        await Until.True(async () => (await shop.Send(HttpMethod.Post, $"/v1/store/orders/{first.OrderId}/cancel?token={first.Token}", null, ("Idempotency-Key", Guid.NewGuid().ToString()))).StatusCode == HttpStatusCode.Accepted, "the cancellation");
        await first.OrderUntil("cancelled");
        await Until.True(async () => (await TryPut(shop, second, "SEKALI")).StatusCode == HttpStatusCode.OK, "the coupon to be free again");
    }

    [Fact]
    public async Task A_coupon_that_was_changed_is_shown_before_it_is_charged()
    {
        await using ShopHost shop = await ShopHost.Start();
        HttpResponseMessage made = await Create(shop, "GANTI", new { name = "Ganti", percentOff = 50 });
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await Put(shop, shopper, "GANTI");
        await shopper.Prepare();
        (string, string) staff = await shop.StaffToken();
        HttpResponseMessage changed = await shop.Send(HttpMethod.Put, "/v1/admin/coupons/GANTI", new { name = "Ganti", percentOff = 5 }, staff, ("If-Match", made.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);

        Assert.Equal("cart.changed", await Refused(await shopper.TryCheckout()));
        JsonElement totals = (await shop.Get($"/v1/store/carts/{shopper.CartId}")).GetProperty("totals");
        Assert.InRange(Amount(totals, "discount") * 20, Amount(totals, "items") - 2_000, Amount(totals, "items") + 2_000);
        await shopper.Checkout();
    }

    [Fact]
    public async Task What_is_no_coupon_or_helps_nothing_is_refused_with_the_reason()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Carts:CouponCodesPerClientAddress"] = "5");
        DateTimeOffset now = shop.Clock.GetUtcNow();
        await Create(shop, "NANTI", new { name = "n", percentOff = 10, startsAt = now.AddDays(1) });
        await Create(shop, "LEWAT", new { name = "l", percentOff = 10, endsAt = now });
        await Create(shop, "BESAR", new { name = "b", percentOff = 10, minimumSpend = new { amount = 900_000_000_00L, currency = "IDR" } });
        await Create(shop, "MATI", new { name = "m", percentOff = 10, isActive = false });
        await Create(shop, "HIDUP", new { name = "h", percentOff = 10 });
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));

        string[] codes = ["NANTI", "LEWAT", "BESAR", "MATI", "TIDAK-ADA", "../x"];
        List<string> reasons = [];
        foreach (string code in codes) reasons.Add(await Refused(await TryPut(shop, shopper, code)));
        Assert.Equal(["coupon.not-started", "coupon.ended", "coupon.below-minimum", "coupon.unknown", "coupon.unknown", "coupon.unknown"], reasons);
        await Put(shop, shopper, "HIDUP");
        await Create(shop, "LAIN", new { name = "h", percentOff = 10 });
        Assert.Equal("coupon.another-in-cart", await Refused(await TryPut(shop, shopper, "LAIN")));
        JsonElement without = await ShopClient.Json(await shop.Send(HttpMethod.Delete, $"/v1/store/carts/{shopper.CartId}/coupons/hidup"));
        Assert.Equal(0, Amount(without.GetProperty("totals"), "discount"));

        // Wrong codes are not tried for long by one client, and then right ones neither.
        foreach (string guess in (string[])["A1", "A2"]) Assert.Equal("coupon.unknown", await Refused(await TryPut(shop, shopper, guess)));
        HttpResponseMessage locked = await TryPut(shop, shopper, "HIDUP");
        Assert.Equal((HttpStatusCode.TooManyRequests, "coupon.too-many-guesses"), (locked.StatusCode, await Refused(locked)));
        Assert.InRange(locked.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
        shop.Clock.Advance(TimeSpan.FromMinutes(16));

        // Gift cards are money and no goods: they fill no minimum, neither when the coupon is put in nor when it is charged.
        Catalog.StaffProducts staff = await Catalog.StaffProducts.Of(shop);
        JsonObject card = Catalog.StaffProducts.Draft("kartu", 100_000);
        card["kind"] = "digital";
        card["variants"]![0]!["digital"] = new JsonObject { ["giftCard"] = true };
        await staff.Make(card);
        await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/lines", new { sku = "KARTU", quantity = 20 });
        JsonElement filled = await shop.Get($"/v1/store/carts/{shopper.CartId}");
        await Create(shop, "BARANG", new { name = "b", percentOff = 10, minimumSpend = new { amount = Amount(filled.GetProperty("totals"), "items"), currency = "IDR" } });
        Assert.Equal("coupon.below-minimum", await Refused(await TryPut(shop, shopper, "BARANG")));
    }

    [Fact]
    public async Task Staff_lists_coupons_and_is_refused_terms_that_make_none()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        (string, string) staff = await shop.StaffToken();
        foreach (string code in (string[])["AAA", "BBB", "CCC"]) await Create(shop, code, new { name = code, percentOff = 10 });
        JsonElement first = await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/coupons?limit=2", null, staff));
        JsonElement rest = await ShopClient.Json(await shop.Send(HttpMethod.Get, $"/v1/admin/coupons?limit=2&cursor={first.GetProperty("nextCursor").GetString()}", null, staff));
        Assert.Equal(["AAA", "BBB", "CCC"], first.GetProperty("data").EnumerateArray().Concat(rest.GetProperty("data").EnumerateArray()).Select(c => c.GetProperty("code").GetString()));

        Assert.Equal("coupon.code-taken", await Refused(await shop.Send(HttpMethod.Post, "/v1/admin/coupons", new { code = "aaa", coupon = new { name = "a", percentOff = 1 } }, staff)));
        HttpResponseMessage both = await shop.Send(HttpMethod.Post, "/v1/admin/coupons", new { code = "DDD", coupon = new { name = "a", percentOff = 1, amountOff = new { amount = 150, currency = "IDR" } } }, staff);
        JsonElement problem = JsonDocument.Parse(await both.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(["/coupon/percentOff", "/coupon/amountOff"], problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("pointer").GetString()));
    }

    internal static async Task<HttpResponseMessage> Create(ShopHost shop, string code, object coupon)
    {
        HttpResponseMessage made = await shop.Send(HttpMethod.Post, "/v1/admin/coupons", new { code, coupon }, await shop.StaffToken());
        await ShopClient.Json(made);
        return made;
    }

    private static async Task<JsonElement> Put(ShopHost shop, Shopper shopper, string code) => await ShopClient.Json(await TryPut(shop, shopper, code));

    private static Task<HttpResponseMessage> TryPut(ShopHost shop, Shopper shopper, string code) => shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/coupons", new { code });

    private static async Task<string> Refused(HttpResponseMessage response)
    {
        Assert.False(response.IsSuccessStatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("code").GetString()!;
    }

    private static long Amount(JsonElement of, string name) => of.GetProperty(name).GetProperty("amount").GetInt64();
}
