using System.Net;
using System.Text;
using System.Text.Json;
using Shop.Carts;

namespace Shop.Tests.Journeys;

/// <summary>Nothing here moves the clock or makes a provider misbehave, so one shop serves all of it.</summary>
public sealed class BadInput(BadInput.OpenShop open) : IClassFixture<BadInput.OpenShop>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{", 400, "request.invalid", "")]
    [InlineData("""{"sku":"A","quantity":1,"colour":"red"}""", 400, "request.invalid", "/colour")]
    [InlineData("""{"sku":"A","quantity":"one"}""", 400, "request.invalid", "/quantity")]
    [InlineData("""{"sku":"A"}""", 400, "request.invalid", "/quantity")]
    [InlineData("""{"sku":"no such/sku","quantity":1}""", 400, "request.invalid", "/sku")]
    [InlineData("""{"sku":"NO-SUCH-SKU","quantity":1}""", 404, "catalog.sku-unknown", "/sku")]
    public async Task A_cart_line_that_makes_no_sense_is_refused_with_where_and_why(string body, int status, string code, string pointer)
    {
        ShopHost shop = open.Shop;
        var shopper = new Shopper(shop);
        await shopper.Fill();
        await Refused(await Post(shop, $"/v1/store/carts/{shopper.CartId}/lines", body), status, code, pointer);
    }

    [Theory]
    [InlineData(0, 422, "cart.quantity-out-of-range")]
    [InlineData(-5, 422, "cart.quantity-out-of-range")]
    [InlineData(2_000_000_000, 422, "cart.quantity-out-of-range")]
    [InlineData(999, 409, "stock.insufficient")]
    public async Task An_absurd_quantity_is_refused(int quantity, int status, string code)
    {
        ShopHost shop = open.Shop;
        var shopper = new Shopper(shop);
        await shopper.Fill();
        await Refused(await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/lines", new { sku = await shop.PhysicalSku(), quantity }), status, code, "/quantity");
    }

    [Fact]
    public async Task A_huge_body_is_refused_before_it_is_read()
    {
        ShopHost shop = open.Shop;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/store/carts") { Content = new ByteArrayContent(new byte[40_000_000]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.ExpectContinue = true;
        await Refused(await shop.Http.SendAsync(request, Cancel), 413, "request.too-large");
    }

    [Theory]
    [InlineData("/v1/store/carts/nonsense", "cart.unknown")]
    [InlineData("/v1/store/carts/crt_00000000000000000000000000000000000000000000", "cart.unknown")]
    [InlineData("/v1/store/orders/ord_00000000000000000000000000", "order.unknown")]
    [InlineData("/v1/store/orders/ord_00000000000000000000000000?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "order.unknown")]
    [InlineData("/v1/store/downloads/ord_00000000000000000000000000.0.AAAA", "download.unknown")]
    public async Task What_nobody_knows_is_a_404(string path, string code)
    {
        ShopHost shop = open.Shop;
        await Refused(await shop.Send(HttpMethod.Get, path), 404, code);
    }

    [Fact]
    public async Task Nobody_opens_an_order_with_another_orders_token()
    {
        ShopHost shop = open.Shop;
        string sku = await shop.DigitalSku();
        Shopper mine = new(shop), theirs = new(shop);
        await mine.Buy(shipped: false, (sku, 1));
        await theirs.Buy(shipped: false, (sku, 1));
        await Refused(await shop.Send(HttpMethod.Get, $"/v1/store/orders/{theirs.OrderId}?token={mine.Token}"), 404, "order.unknown");
    }

    [Fact]
    public async Task A_checkout_without_a_key_is_refused_and_a_key_is_for_one_request()
    {
        ShopHost shop = open.Shop;
        var shopper = new Shopper(shop);
        JsonElement cart = await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare();
        await Refused(await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/checkout"), 400, "idempotency.key-missing");

        HttpResponseMessage first = await shopper.TryCheckout("same-key"), again = await shopper.TryCheckout("same-key");
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancel), await again.Content.ReadAsStringAsync(Cancel));
        await Refused(await shopper.TryCheckout("same-key", new { total = cart.GetProperty("totals").GetProperty("total") }), 422, "idempotency.key-reused");
    }

    [Fact]
    public async Task A_checkout_tells_everything_that_is_missing_at_once()
    {
        ShopHost shop = open.Shop;
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        JsonElement problem = await Refused(await shopper.TryCheckout(), 422, "checkout.incomplete");
        Assert.Equal(["/email", "/shippingAddress", "/shippingOption", "/paymentMethod"], problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("pointer").GetString()));
    }

    [Fact]
    public async Task An_address_may_lack_a_village_and_has_none_that_is_too_long()
    {
        ShopHost shop = open.Shop;
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        object Address(string? village) => new { name = "Ayu Lestari", phone = "0812 3456 7890", line1 = "Jl. Merdeka 10", city = "Bandung", province = "Jawa Barat", postalCode = "40132", country = "ID", village };
        JsonElement problem = await Refused(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}", new { shippingAddress = Address(new string('x', 101)) }), 400, "request.invalid");
        Assert.Equal("/shippingAddress/village", Assert.Single(problem.GetProperty("errors").EnumerateArray()).GetProperty("pointer").GetString());
        await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}", new { shippingAddress = Address(null) }));
    }

    [Fact]
    public async Task A_checkout_of_another_total_than_was_shown_is_refused()
    {
        ShopHost shop = open.Shop;
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare();
        await Refused(await shopper.TryCheckout(body: new { total = new { amount = 100, currency = "IDR" } }), 409, "cart.changed", "/total");
    }

    [Theory]
    [InlineData("/v1/hooks/stripe", "Stripe-Signature")]
    [InlineData("/v1/hooks/couriers/biteship", "X-Biteship-Signature")]
    public async Task A_forged_webhook_is_refused(string path, string header)
    {
        ShopHost shop = open.Shop;
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("""{"id":"evt_1","type":"payment_intent.succeeded"}""", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(header, $"t={shop.Clock.GetUtcNow().ToUnixTimeSeconds()},v1={new string('0', 64)}");
        await Refused(await shop.Http.SendAsync(request, Cancel), 400, "hook.signature-invalid");
    }

    [Fact]
    public async Task A_webhook_that_comes_again_and_again_changes_nothing()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/emulator/payments/misbehave", new { duplicate = true }));
        await shopper.Buy(shipped: false, (await shop.DigitalSku(), 1));
        await shopper.OrderUntil("completed");
        Assert.Single((await shopper.Order()).GetProperty("timeline").EnumerateArray(), e => e.GetProperty("type").GetString() == "order.paid");
        Assert.Single(await shopper.Mails(1));
    }

    [Fact]
    public async Task A_cart_that_was_left_alone_is_gone()
    {
        // In the next night it is forgotten, and then nobody knows it.
        await using ShopHost shop = await ShopHost.Start(demo: false, configure: builder => builder.Emulator.FunctionTypes = [.. builder.Emulator.FunctionTypes.Where(t => t != typeof(CartWorkers))]);
        var shopper = new Shopper(shop);
        await shopper.Fill();
        shop.Clock.Advance(TimeSpan.FromDays(31));
        await Refused(await shop.Send(HttpMethod.Get, $"/v1/store/carts/{shopper.CartId}"), 410, "cart.expired");
    }

    [Fact]
    public async Task A_stale_version_is_refused_and_the_newer_one_taken()
    {
        ShopHost shop = open.Shop;
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        await shopper.Fill();
        HttpResponseMessage read = await shop.Send(HttpMethod.Get, $"/v1/store/carts/{shopper.CartId}");
        string version = read.Headers.ETag!.Tag;
        Assert.Equal(HttpStatusCode.OK, (await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/lines", new { sku, quantity = 1 }, ("If-Match", version))).StatusCode);
        await Refused(await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/lines", new { sku, quantity = 1 }, ("If-Match", version)), 412, "request.precondition-failed");
    }

    [Fact]
    public async Task Nothing_personal_or_secret_is_logged()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        await shopper.Mails(1);
        Assert.NotEmpty(shop.Logs.Lines);
        foreach (string secret in (string[])[shopper.Email, shopper.Token, shopper.ClientSecret, "Ayu Lestari", "Jl. Merdeka", ShopHost.StaffPassword])
            Assert.DoesNotContain(shop.Logs.Lines, l => l.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    public sealed class OpenShop : IAsyncLifetime
    {
        internal ShopHost Shop { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Shop = await ShopHost.Start();

        public ValueTask DisposeAsync() => Shop.DisposeAsync();
    }

    private static Task<HttpResponseMessage> Post(ShopHost shop, string path, string body) =>
        shop.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

    private static async Task<JsonElement> Refused(HttpResponseMessage answer, int status, string code, string? pointer = null)
    {
        string body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", body);
        JsonElement problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal((status, code), ((int)answer.StatusCode, problem.GetProperty("code").GetString()));
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        if (pointer is not null) Assert.Contains(problem.GetProperty("errors").EnumerateArray(), e => e.GetProperty("pointer").GetString() == pointer);
        return problem;
    }
}
