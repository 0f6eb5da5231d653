using System.Net;
using System.Text.Json;
using Shop.Carts;
using Shop.Tests.Journeys;

namespace Shop.Tests.Customers;

public sealed class CustomerCartTests(OpenDemoShop open) : IClassFixture<OpenDemoShop>
{
    private readonly ShopHost _shop = open.Shop;

    [Fact]
    public async Task A_guests_cart_becomes_the_customers_and_needs_the_customer_from_then_on()
    {
        (Member member, Shopper guest, string sku) = (await Member.Join(_shop), new Shopper(_shop), await _shop.PhysicalSku());
        await guest.Fill((sku, 2));

        JsonElement claimed = await Claim(member, guest.CartId);

        Assert.Equal((guest.CartId, 2), (claimed.GetProperty("id").GetString(), QuantityOf(claimed, sku)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await _shop.Send(HttpMethod.Get, $"/v1/store/carts/{guest.CartId}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _shop.Send(HttpMethod.Post, $"/v1/store/carts/{guest.CartId}/lines", new { sku, quantity = 1 })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await (await Member.Join(_shop)).Status($"/v1/store/carts/{guest.CartId}"));
        Assert.Equal(HttpStatusCode.OK, await member.Status($"/v1/store/carts/{guest.CartId}"));
        Assert.Equal(guest.CartId, (await member.Get("/v1/store/me/cart")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_second_guests_cart_is_put_into_the_first_once_however_often_it_is_claimed()
    {
        (Member member, Shopper phone, Shopper laptop, string sku) = (await Member.Join(_shop), new Shopper(_shop), new Shopper(_shop), await _shop.PhysicalSku());
        await phone.Fill((sku, 1));
        await laptop.Fill((sku, 2));
        await Claim(member, phone.CartId);

        HttpResponseMessage[] together = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => member.Send(HttpMethod.Post, $"/v1/store/carts/{laptop.CartId}/claim")));
        JsonElement again = await Claim(member, laptop.CartId);

        Assert.All(together, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal((phone.CartId, 3), (again.GetProperty("id").GetString(), QuantityOf(again, sku)));
        Assert.Equal(HttpStatusCode.Gone, await member.Status($"/v1/store/carts/{laptop.CartId}"));
    }

    [Fact]
    public async Task A_claim_that_crashed_half_way_is_finished_by_the_next()
    {
        (Member member, Shopper phone, Shopper laptop, string sku) = (await Member.Join(_shop), new Shopper(_shop), new Shopper(_shop), await _shop.PhysicalSku());
        await phone.Fill((sku, 1));
        await laptop.Fill((sku, 2));
        await Claim(member, phone.CartId);
        CartStore carts = _shop.Service<CartStore>();
        string customerId = (await member.Get("/v1/store/me")).GetProperty("id").GetString()!;
        var closed = (await carts.Find(laptop.CartId, TestContext.Current.CancellationToken))!;
        await carts.Replace(closed, closed.Value with { CustomerId = customerId, MergedInto = phone.CartId }, TestContext.Current.CancellationToken);

        Assert.Equal(3, QuantityOf(await Claim(member, laptop.CartId), sku));
        Assert.Equal(3, QuantityOf(await Claim(member, laptop.CartId), sku));
    }

    [Fact]
    public async Task Two_carts_that_are_claimed_at_once_end_in_one()
    {
        (Member member, Shopper phone, Shopper laptop, string sku) = (await Member.Join(_shop), new Shopper(_shop), new Shopper(_shop), await _shop.PhysicalSku());
        await phone.Fill((sku, 1));
        await laptop.Fill((sku, 2));

        await Task.WhenAll(Claim(member, phone.CartId), Claim(member, laptop.CartId));
        JsonElement first = await Claim(member, phone.CartId);
        JsonElement second = await Claim(member, laptop.CartId);

        Assert.Equal(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
        Assert.Equal(3, QuantityOf(await member.Get("/v1/store/me/cart"), sku));
    }

    [Fact]
    public async Task Nobody_claims_a_customers_cart()
    {
        (Member member, Member thief) = (await Member.Join(_shop), await Member.Join(_shop));
        string cartId = (await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts"))).GetProperty("id").GetString()!;

        Assert.Equal(HttpStatusCode.NotFound, (await thief.Send(HttpMethod.Post, $"/v1/store/carts/{cartId}/claim")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _shop.Send(HttpMethod.Post, $"/v1/store/carts/{cartId}/claim")).StatusCode);
    }

    [Fact]
    public async Task A_cart_that_a_customer_makes_knows_how_to_reach_them()
    {
        Member member = await Member.Join(_shop);

        JsonElement cart = await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts"));

        Assert.Equal(member.Email, cart.GetProperty("email").GetString());
        Assert.Equal(cart.GetProperty("id").GetString(), (await member.Get("/v1/store/me/cart")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_order_is_its_customers_and_opens_to_nobody_else()
    {
        (Member member, Shopper shopper) = (await Member.Join(_shop), new Shopper(_shop));
        JsonElement order = await Buy(member, shopper);
        string path = $"/v1/store/orders/{order.GetProperty("id").GetString()}";

        JsonElement listed = Assert.Single((await member.Get("/v1/store/me/orders")).GetProperty("data").EnumerateArray());
        Assert.Equal(order.GetProperty("number").GetString(), listed.GetProperty("number").GetString());
        Assert.Equal(HttpStatusCode.OK, await member.Status(path));
        Assert.Equal(HttpStatusCode.NotFound, await (await Member.Join(_shop)).Status(path));
        Assert.Equal(HttpStatusCode.NotFound, (await _shop.Send(HttpMethod.Get, path)).StatusCode);
    }

    [Fact]
    public async Task Orders_are_listed_newest_first_page_by_page()
    {
        Member member = await Member.Join(_shop);
        List<string> bought = [];
        for (int i = 0; i < 3; i++)
        {
            _shop.Clock.Advance(TimeSpan.FromSeconds(1));
            bought.Insert(0, (await Buy(member, new Shopper(_shop))).GetProperty("id").GetString()!);
        }

        JsonElement first = await member.Get("/v1/store/me/orders?limit=2");
        JsonElement second = await member.Get($"/v1/store/me/orders?limit=2&cursor={Uri.EscapeDataString(first.GetProperty("nextCursor").GetString()!)}");

        Assert.Equal(bought, first.GetProperty("data").EnumerateArray().Concat(second.GetProperty("data").EnumerateArray()).Select(o => o.GetProperty("id").GetString()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);
    }

    [Fact]
    public async Task A_guests_order_is_claimed_by_the_mailed_token_alone_and_by_whoever_asked_alone()
    {
        (Member member, Member other, Shopper guest) = (await Member.Join(_shop), await Member.Join(_shop), new Shopper(_shop));
        await guest.Fill((await _shop.DigitalSku(), 1));
        await guest.Prepare(shipped: false);
        await guest.Checkout();
        string unknown = "ord_00000000000000000000000000";

        HttpResponseMessage asked = await member.Send(HttpMethod.Post, "/v1/store/me/order-claims", new { orderId = guest.OrderId });
        HttpResponseMessage askedInVain = await member.Send(HttpMethod.Post, "/v1/store/me/order-claims", new { orderId = unknown });
        JsonElement mail = (await guest.Mails(1)).Single(m => m.GetRawText().Contains("order-claim", StringComparison.Ordinal));
        string token = System.Text.RegularExpressions.Regex.Match(mail.GetRawText(), "#token=([A-Za-z0-9_-]+)", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;

        Assert.Equal((asked.StatusCode, await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)), (askedInVain.StatusCode, await askedInVain.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Take(other, token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await member.Status($"/v1/store/orders/{guest.OrderId}"));
        Assert.Equal(HttpStatusCode.OK, (await Take(member, token)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Take(member, token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await member.Status($"/v1/store/orders/{guest.OrderId}"));
        Assert.Single((await member.Get("/v1/store/me/orders")).GetProperty("data").EnumerateArray());
    }

    private static Task<HttpResponseMessage> Take(Member member, string token) => member.Send(HttpMethod.Post, "/v1/store/me/order-claims/complete", new { token });

    private async Task<JsonElement> Buy(Member member, Shopper shopper)
    {
        JsonElement cart = await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = await _shop.DigitalSku(), quantity = 1 } } }));
        string path = $"/v1/store/carts/{cart.GetProperty("id").GetString()}";
        await ShopClient.Json(await member.Send(HttpMethod.Patch, path, new { paymentMethod = "card" }));
        JsonElement order = await ShopClient.Json(await member.Send(HttpMethod.Post, path + "/checkout", new { }, ("Idempotency-Key", Guid.NewGuid().ToString()), ("Prefer", "wait=20")));
        shopper.Placed(order);
        return order;
    }

    private static async Task<JsonElement> Claim(Member member, string cartId) => await ShopClient.Json(await member.Send(HttpMethod.Post, $"/v1/store/carts/{cartId}/claim"));

    private static int QuantityOf(JsonElement cart, string sku) => cart.GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("sku").GetString() == sku).GetProperty("quantity").GetInt32();
}
