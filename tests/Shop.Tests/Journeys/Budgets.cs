using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Shop.Emulator.Durable;
using Shop.Emulator.Functions;
using Shop.Storage;

namespace Shop.Tests.Journeys;

/// <summary>What things may cost, in storage operations: counts, never times.</summary>
public sealed class Budgets
{
    [Fact]
    public async Task Catalogue_reads_cost_nothing_and_a_cart_costs_one_to_read_and_two_to_change()
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        string slug = (await shop.Get("/v1/store/products?limit=1")).GetProperty("data")[0].GetProperty("slug").GetString()!;
        foreach (string read in (string[])["/v1/store/products", "/v1/store/products?q=batik", "/v1/store/products?inStock=true&sort=price", $"/v1/store/products/{slug}", "/v1/store/categories"])
            Assert.Equal(0, await Cost(shop, HttpMethod.Get, read));

        var shopper = new Shopper(shop);
        await shopper.Fill();
        Assert.Equal(2, await Cost(shop, HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/lines", new { sku, quantity = 1 }));
        Assert.Equal(1, await Cost(shop, HttpMethod.Get, $"/v1/store/carts/{shopper.CartId}"));
        await EveryOtherChange(shop, sku);
    }

    /// <summary>Two at most, whatever is changed. A code that is wrong changes nothing: it is looked up and counted.</summary>
    private static async Task EveryOtherChange(ShopHost shop, string sku)
    {
        (string, string) staff = await shop.StaffToken();
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/coupons", new { code = "HEMAT10", coupon = new { name = "Hemat", percentOff = 10 } }, staff));
        JsonElement card = await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/gift-cards", new { amount = new { amount = 2_000_000, currency = "IDR" }, reason = "sorry" }, staff, ("Idempotency-Key", "card")));
        var shopper = new Shopper(shop);
        await shopper.Fill((sku, 1));
        string cart = $"/v1/store/carts/{shopper.CartId}";
        (int Cost, HttpMethod Method, string Path, object? Body)[] changes =
        [
            (1, HttpMethod.Post, "/v1/store/carts", null),
            (2, HttpMethod.Patch, $"{cart}/lines/{sku}", new { quantity = 2 }),
            (2, HttpMethod.Patch, cart, new { email = "ayu@example.test", paymentMethod = "card", note = "Titip di satpam.", shippingAddress = Shopper.Address }),
            (2, HttpMethod.Post, $"{cart}/coupons", new { code = "HEMAT10" }),
            (2, HttpMethod.Delete, $"{cart}/coupons/HEMAT10", null),
            (2, HttpMethod.Post, $"{cart}/gift-cards", new { code = card.GetProperty("code").GetString() }),
            (2, HttpMethod.Delete, $"{cart}/gift-cards/{card.GetProperty("card").GetProperty("id").GetString()}", null),
            (2, HttpMethod.Delete, $"{cart}/lines/{sku}", null),
        ];
        foreach ((int cost, HttpMethod method, string path, object? body) in changes) Assert.Equal((path, cost), (path, await Cost(shop, method, path, body)));
    }

    [Fact]
    public async Task An_instance_that_did_not_see_the_cart_knows_coupons_and_reads_it_for_a_gift_card()
    {
        string prefix, cart;
        JsonElement card;
        await using (ShopHost first = await ShopHost.Start())
        {
            (string, string) staff = await first.StaffToken();
            await ShopClient.Json(await first.Send(HttpMethod.Post, "/v1/admin/coupons", new { code = "HEMAT10", coupon = new { name = "Hemat", percentOff = 10, limit = 5 } }, staff));
            card = await ShopClient.Json(await first.Send(HttpMethod.Post, "/v1/admin/gift-cards", new { amount = new { amount = 2_000_000, currency = "IDR" }, reason = "sorry" }, staff, ("Idempotency-Key", "card")));
            var shopper = new Shopper(first);
            await shopper.Fill((await first.PhysicalSku(), 1));
            (prefix, cart) = (first.Prefix, $"/v1/store/carts/{shopper.CartId}");
        }
        await using ShopHost second = await ShopHost.Start(prefix);
        var code = new { code = card.GetProperty("code").GetString() };
        Assert.Equal(3, await Cost(second, HttpMethod.Post, $"{cart}/gift-cards", code));
        Assert.Equal(2, await Cost(second, HttpMethod.Post, $"{cart}/gift-cards", code));
        Assert.Equal(2, await Cost(second, HttpMethod.Post, $"{cart}/coupons", new { code = "hemat10" }));

        // Two to count a wrong one, whatever it is, before its answer; then the right ones are two again.
        (string Path, object Wrong)[] wrong = [($"{cart}/coupons", new { code = "HEMAT11" }), ($"{cart}/gift-cards", new { code = "7Q3M-X0V9-RT2B-7Q3M-X0V9" })];
        foreach ((string path, object guess) in wrong)
        {
            HttpResponseMessage refused = await second.Send(HttpMethod.Post, path, guess);
            Assert.Equal((HttpStatusCode.UnprocessableEntity, 4), (refused.StatusCode, Operations(refused)));
        }
        Assert.Equal(2, await Cost(second, HttpMethod.Post, $"{cart}/coupons", new { code = "HEMAT10" }));
    }

    [Fact]
    public async Task A_card_order_of_two_lines_keeps_to_its_budget_from_cart_to_parcel()
    {
        await using ShopHost shop = await ShopHost.Start();
        string[] skus = await shop.Client.SkusOf("physical", 2);
        var warm = new Shopper(shop);
        await warm.Buy(shipped: true, (skus[0], 1), (skus[1], 1));
        await warm.OrderUntil("fulfilling");
        await warm.Mails(1);

        InstanceStore engine = shop.Service<InstanceStore>();
        long engineBefore = engine.Operations;
        var shopper = new Shopper(shop);
        int cart = 0;
        JsonElement filled = await shopper.Fill((skus[0], 1), (skus[1], 1));
        Assert.Equal(2, filled.GetProperty("lines").GetArrayLength());
        cart += 1 + 2 + 2; // made, and two lines of two operations each
        await shopper.Prepare();
        cart += 2 + 1 + 2; // address, options, option
        await shopper.Checkout();
        OperationCosts costs = shop.Service<OperationCosts>();
        Assert.InRange(costs.OfOrder(shopper.OrderId), 1, 12);

        await shopper.Pay();
        await shopper.OrderUntil("fulfilling");
        await shopper.Mails(1);
        await Until.True(() => shop.Service<Invocations>().Count("Accounting") >= 2, "the booking");
        int whole = cart + costs.OfOrder(shopper.OrderId);
        Assert.InRange(whole, 20, 45);
        Assert.InRange(engine.Operations - engineBefore, 5, 30);
    }

    [Fact]
    public async Task One_trace_leads_from_the_checkout_to_the_mail()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.DigitalSku(), 1));
        await shopper.Prepare(shipped: false);
        string trace = ActivityTraceId.CreateRandom().ToHexString();
        HttpResponseMessage placed = await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/checkout", new { },
            ("Idempotency-Key", "traced"), ("Prefer", "wait=20"), ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        shopper.Placed(await ShopClient.Json(placed));
        await shopper.Pay();
        JsonElement mail = Assert.Single(await shopper.Mails(1));
        string id = mail.GetProperty("messageId").GetString()!.Trim('<', '>');
        JsonElement whole = await shop.Get($"/emulator/mailbox/{id}");
        Assert.Contains(trace, whole.ToString(), StringComparison.Ordinal);
        await Until.True(() => shop.Service<Invocations>().Latest("Accounting").Any(i => i.TraceId == trace), "the booking in the same trace");
        foreach (string function in (string[])["CheckoutPrepareV1", "CheckoutConfirmV1"])
            Assert.Contains(shop.Service<Invocations>().Latest(function), i => i.TraceId == trace);
    }

    private static async Task<int> Cost(ShopHost shop, HttpMethod method, string path, object? body = null)
    {
        HttpResponseMessage answer = await shop.Send(method, path, body);
        Assert.True(answer.IsSuccessStatusCode, path);
        return Operations(answer);
    }

    private static int Operations(HttpResponseMessage answer) => int.Parse(answer.Headers.GetValues("X-Storage-Operations").Single(), CultureInfo.InvariantCulture);
}
