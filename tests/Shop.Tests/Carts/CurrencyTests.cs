using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker.Builder;
using Shop.Tests.Catalog;
using Shop.Tests.Customers;
using Shop.Tests.Journeys;

namespace Shop.Tests.Carts;

/// <summary>A shop at home in rupiah that sells in dollars, yen and dinars too.</summary>
public sealed class CurrencyTests(CurrencyTests.WorldShop world) : IClassFixture<CurrencyTests.WorldShop>
{
    private readonly ShopHost _shop = world.Shop;

    [Fact]
    public async Task Lists_and_pages_are_priced_sorted_and_filtered_in_the_currency_that_is_asked_for()
    {
        StaffProducts staff = await StaffProducts.Of(_shop);
        await staff.Make(Article("daftar-satu", 10_000, ("USD", 900)));
        await staff.Make(Article("daftar-dua", 20_000, ("USD", 800)));
        await staff.Make(Article("daftar-tiga", 30_000));
        async Task<string> Slugs(string query) => string.Join(' ', (await _shop.Get("/v1/store/products?sort=price&q=daftar" + query)).GetProperty("data").EnumerateArray().Select(c => c.GetProperty("slug").GetString()));

        Assert.Equal("daftar-satu daftar-dua daftar-tiga", await Slugs(""));
        Assert.Equal("daftar-dua daftar-satu", await Slugs("&currency=USD"));
        Assert.Equal("daftar-dua", await Slugs("&currency=USD&maxPrice=850"));
        HttpResponseMessage dollars = await _shop.Send(HttpMethod.Get, "/v1/store/products?currency=USD&q=daftar");
        JsonElement band = Assert.Single((await ShopClient.Json(dollars)).GetProperty("facets").GetProperty("prices").EnumerateArray());
        Assert.Equal(((500, "USD"), JsonValueKind.Null, 2), (Money(band.GetProperty("min")), band.GetProperty("max").ValueKind, band.GetProperty("count").GetInt32()));
        Assert.Equal("0", string.Join(',', dollars.Headers.GetValues("X-Storage-Operations")));
        Assert.Equal((800, "USD"), Money((await _shop.Get("/v1/store/products/daftar-dua?currency=USD")).GetProperty("price")));
        Assert.Equal((2_000_000, "IDR"), Money((await _shop.Get("/v1/store/products/daftar-dua")).GetProperty("price")));
        Assert.Equal("request.invalid ?currency", await StaffProducts.Refused(await _shop.Send(HttpMethod.Get, "/v1/store/products?currency=EUR"), HttpStatusCode.BadRequest));
        Assert.Equal("request.invalid ?currency", await StaffProducts.Refused(await _shop.Send(HttpMethod.Get, "/v1/store/products/daftar-dua?currency=usd"), HttpStatusCode.BadRequest));
        Assert.Equal("catalog.product-unknown", await StaffProducts.Refused(await _shop.Send(HttpMethod.Get, "/v1/store/products/daftar-tiga?currency=USD"), HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_cart_takes_only_what_has_a_price_in_its_currency()
    {
        StaffProducts staff = await StaffProducts.Of(_shop);
        await staff.Make(Article("isi-dolar", 10_000, ("USD", 900)));
        await staff.Make(Article("isi-rupiah", 30_000));
        string cart = await Cart("USD", ("ISI-DOLAR", 2));

        Assert.Equal("cart.not-sold-in-currency /sku", await StaffProducts.Refused(await _shop.Send(HttpMethod.Post, cart + "/lines", new { sku = "ISI-RUPIAH", quantity = 1 }), HttpStatusCode.UnprocessableEntity));
        Assert.Equal("cart.currency-unsupported /currency", await StaffProducts.Refused(await _shop.Send(HttpMethod.Post, "/v1/store/carts", new { currency = "EUR" }), HttpStatusCode.UnprocessableEntity));
        Assert.Equal((1_800, "USD"), Total(await _shop.Get(cart)));
    }

    [Theory]
    [InlineData("USD", 1_099, "USD 21.98")]
    [InlineData("JPY", 1_500, "JPY 3,000")]
    [InlineData("KWD", 3_250, "KWD 6.500")]
    public async Task What_is_charged_booked_and_reported_is_what_was_shown(string currency, long amount, string mailed)
    {
        StaffProducts staff = await StaffProducts.Of(_shop);
        string handle = $"jual-{currency.ToLowerInvariant()}";
        await staff.Make(Article(handle, 150_000, (currency, amount)));
        var shopper = new Shopper(_shop);
        string cart = await Cart(currency, (handle.ToUpperInvariant(), 2));
        await ShopClient.Json(await _shop.Send(HttpMethod.Patch, cart, new { email = shopper.Email, paymentMethod = "card" }));
        shopper.Placed(await ShopClient.Json(await _shop.Send(HttpMethod.Post, cart + "/checkout", new { }, ("Idempotency-Key", Guid.NewGuid().ToString()), ("Prefer", "wait=20"))));
        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);
        await shopper.OrderUntil("completed");

        JsonElement order = await shopper.Order(), intent = await _shop.Client.Stripe($"/emulator/stripe/v1/payment_intents/{shopper.Intent}");
        JsonElement entry = (await Until.Found(() => Booked(staff, order.GetProperty("number").GetString()!), "the booking"))[0];

        Assert.Equal((2 * amount, currency), Total(order));
        Assert.Equal((2 * amount, currency.ToLowerInvariant()), (intent.GetProperty("amount_received").GetInt64(), intent.GetProperty("currency").GetString()));
        Assert.All(entry.GetProperty("lines").EnumerateArray().SelectMany(l => (JsonElement[])[l.GetProperty("debit"), l.GetProperty("credit")]), m => Assert.Equal(currency, m.GetProperty("currency").GetString()));
        Assert.Equal(2 * amount, entry.GetProperty("lines").EnumerateArray().Sum(l => l.GetProperty("debit").GetProperty("amount").GetInt64()));
        Assert.Contains(mailed, (await shopper.Mails(1))[0].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goods_are_sent_for_a_currency_only_where_the_shop_says_what_that_costs()
    {
        StaffProducts staff = await StaffProducts.Of(_shop);
        JsonObject goods = Article("kirim", 50_000, ("USD", 500), ("JPY", 700));
        (goods["kind"], goods["variants"]![0]!["weightGrams"]) = ("physical", 1_500);
        goods["variants"]![0]!.AsObject().Remove("downloadFile");
        await staff.Make(goods);
        await ShopClient.Json(await _shop.Send(HttpMethod.Post, "/v1/admin/stock/KIRIM/receipts", new { quantity = 10, reference = "SJ-1" }, await _shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString())));

        async Task<JsonElement[]> Options(string currency)
        {
            string cart = await Cart(currency, ("KIRIM", 1));
            await ShopClient.Json(await _shop.Send(HttpMethod.Patch, cart, new { shippingAddress = Shopper.Address }));
            return [.. (await _shop.Get(cart + "/shipping-options")).GetProperty("data").EnumerateArray()];
        }

        JsonElement dollars = Assert.Single(await Options("USD"));
        Assert.Equal((900, "USD"), Money(dollars.GetProperty("price")));
        Assert.Empty(await Options("JPY"));
        Assert.All(await Options("IDR"), option => Assert.Equal("IDR", Money(option.GetProperty("price")).Currency));
    }

    [Fact]
    public async Task A_coupon_for_another_currency_does_not_apply_and_says_so()
    {
        StaffProducts staff = await StaffProducts.Of(_shop);
        await staff.Make(Article("kupon", 100_000, ("USD", 1_000)));
        await ShopClient.Json(await staff.Send(HttpMethod.Post, "/v1/admin/coupons", new { code = "RUPIAH", coupon = new { name = "Rupiah", amountOff = StaffProducts.Idr(10_000) } }));
        await ShopClient.Json(await staff.Send(HttpMethod.Post, "/v1/admin/coupons", new { code = "PERSEN", coupon = new { name = "Persen", percentOff = 10 } }));
        string cart = await Cart("USD", ("KUPON", 1));

        Assert.Equal("coupon.other-currency", await StaffProducts.Refused(await _shop.Send(HttpMethod.Post, cart + "/coupons", new { code = "RUPIAH" }), HttpStatusCode.UnprocessableEntity));
        Assert.Equal((900, "USD"), Total(await ShopClient.Json(await _shop.Send(HttpMethod.Post, cart + "/coupons", new { code = "PERSEN" }))));
    }

    [Fact]
    public async Task A_guests_cart_in_another_currency_is_priced_in_the_customers_and_says_what_changed()
    {
        StaffProducts staff = await StaffProducts.Of(_shop);
        await staff.Make(Article("gabung-satu", 100_000, ("USD", 1_000)));
        await staff.Make(Article("gabung-dua", 50_000));
        Member member = await Member.Join(_shop);
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = "GABUNG-DUA", quantity = 1 } } }));
        string guest = await Cart("USD", ("GABUNG-SATU", 1));

        JsonElement merged = await ShopClient.Json(await member.Send(HttpMethod.Post, guest + "/claim"));

        Assert.Equal((15_000_000, "IDR"), Total(merged));
        Assert.Equal("line.price-changed", Assert.Single(merged.GetProperty("notices").EnumerateArray()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_customers_carts_are_in_the_currency_they_like()
    {
        Member member = await Member.Join(_shop);
        await ShopClient.Json(await member.Send(HttpMethod.Patch, "/v1/store/me", new { currency = "JPY" }));

        Assert.Equal("JPY", (await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts"))).GetProperty("currency").GetString());
        Assert.Equal("USD", (await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { currency = "USD" }))).GetProperty("currency").GetString());
        Assert.Equal("JPY", (await member.Get("/v1/store/me")).GetProperty("currency").GetString());
    }

    private async Task<string> Cart(string currency, params (string Sku, int Quantity)[] lines) => "/v1/store/carts/" +
        (await ShopClient.Json(await _shop.Send(HttpMethod.Post, "/v1/store/carts", new { currency, lines = lines.Select(l => new { sku = l.Sku, quantity = l.Quantity }) }))).GetProperty("id").GetString();

    private static JsonObject Article(string handle, long rupiah, params (string Currency, long Amount)[] prices)
    {
        JsonObject draft = StaffProducts.Draft(handle, rupiah);
        draft["kind"] = "digital";
        JsonNode variant = draft["variants"]![0]!;
        (variant["downloadFile"], variant["weightGrams"]) = ("berkas.pdf", 0);
        foreach ((string currency, long amount) in prices) variant["prices"]!.AsArray().Add(new JsonObject { ["amount"] = new JsonObject { ["amount"] = amount, ["currency"] = currency } });
        return draft;
    }

    private static async Task<JsonElement[]?> Booked(StaffProducts staff, string number) =>
        (await staff.Read("/v1/admin/journal?limit=100")).GetProperty("data").EnumerateArray().Where(e => e.GetProperty("reference").GetString() == number).ToArray() is { Length: > 0 } found ? found : null;

    private static (long Amount, string Currency) Money(JsonElement money) => (money.GetProperty("amount").GetInt64(), money.GetProperty("currency").GetString()!);

    private static (long Amount, string Currency) Total(JsonElement cart) => Money(cart.GetProperty("totals").GetProperty("total"));

    public sealed class WorldShop : IAsyncLifetime
    {
        internal ShopHost Shop { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Shop = await OpenShop.Start(demo: false, (FunctionsApplicationBuilder builder) =>
        {
            builder.Configuration["Shop:Currencies"] = "IDR,USD,JPY,KWD";
            builder.Configuration["Courier:OtherRatesPerKilogram"] = "USD=1.50/4.50";
        });

        public ValueTask DisposeAsync() => Shop.DisposeAsync();
    }
}
