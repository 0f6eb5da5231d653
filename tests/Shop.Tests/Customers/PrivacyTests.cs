using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using Shop.Customers;
using Shop.Orders;
using Shop.Storage;
using Shop.Tests.Journeys;

namespace Shop.Tests.Customers;

public sealed class PrivacyTests(OpenDemoShop open) : IClassFixture<OpenDemoShop>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly ShopHost _shop = open.Shop;

    [Fact]
    public async Task An_export_has_everything()
    {
        Member member = await Member.Join(_shop);
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address }));
        string orderId = await Buy(member, pay: true);
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts"));

        JsonElement all = await member.Get("/v1/store/me/export");

        Assert.Equal(member.Email, all.GetProperty("profile").GetProperty("email").GetString());
        Assert.Single(all.GetProperty("addresses").EnumerateArray());
        Assert.Single(all.GetProperty("consents").EnumerateArray());
        Assert.Single(all.GetProperty("sessions").EnumerateArray());
        Assert.Equal(orderId, Assert.Single(all.GetProperty("records").GetProperty("orders").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal(member.Email, all.GetProperty("records").GetProperty("cart").GetProperty("email").GetString());
    }

    [Fact]
    public async Task Erasure_leaves_the_invoice_and_nothing_else_and_says_so()
    {
        Member member = await Member.Join(_shop);
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address }));
        string customerId = (await member.Get("/v1/store/me")).GetProperty("id").GetString()!;
        string orderId = await Buy(member, pay: true);
        await Until.True(async () => (await Find(orderId)).IsOver, "the order to be over");

        JsonElement receipt = await ShopClient.Json(await member.Send(HttpMethod.Delete, "/v1/store/me"));

        JsonElement held = Assert.Single(receipt.GetProperty("held").EnumerateArray());
        Assert.Equal((orderId, "tax", "2036-12-31"), (held.GetProperty("id").GetString(), held.GetProperty("reason").GetString(), held.GetProperty("until").GetString()!.Replace((_shop.Clock.GetUtcNow().Year + 10).ToString(), "2036", StringComparison.Ordinal)));
        Order order = await Find(orderId);
        Assert.Equal((null, "erased@invalid", null), (order.CustomerId, order.Email, order.Phone));
        Assert.NotNull(order.InvoiceNumber);
        Assert.Equal(HttpStatusCode.Unauthorized, await member.Status("/v1/store/me"));
        Assert.Equal(HttpStatusCode.NotFound, await member.Status($"/v1/store/orders/{orderId}"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await member.TryRefresh(member.RefreshToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await member.TrySignIn()).StatusCode);
        await foreach (TableEntity row in _shop.Service<ShopStorage>().Table("Customers").QueryAsync<TableEntity>($"PartitionKey eq '{customerId}'", cancellationToken: Cancel))
            Assert.Fail($"{row.RowKey} is left.");
    }

    [Fact]
    public async Task An_order_under_way_comes_before_erasure()
    {
        Member member = await Member.Join(_shop);
        string orderId = await Buy(member, pay: false);

        HttpResponseMessage refused = await member.Send(HttpMethod.Delete, "/v1/store/me");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await member.Status("/v1/store/me"));

        await member.Send(HttpMethod.Post, $"/v1/store/orders/{orderId}/cancel", null, ("Idempotency-Key", "once"));
        await Until.True(async () => (await Find(orderId)).IsOver, "the order to be cancelled");
        JsonElement receipt = await ShopClient.Json(await member.Send(HttpMethod.Delete, "/v1/store/me"));

        Assert.Empty(receipt.GetProperty("held").EnumerateArray());
        Assert.Equal((null, "erased@invalid", null), ((await Find(orderId)).CustomerId, (await Find(orderId)).Email, (await Find(orderId)).ShippingAddress));
    }

    [Fact]
    public async Task An_erased_address_can_register_again_as_somebody_new()
    {
        Member member = await Member.Join(_shop);
        string before = (await member.Get("/v1/store/me")).GetProperty("id").GetString()!;
        await ShopClient.Json(await member.Send(HttpMethod.Delete, "/v1/store/me"));

        await member.Register();
        await member.Mails("account-verify", 2);
        await member.Verify(await member.MailedToken("account-verify", 2));

        Assert.NotEqual(before, (await member.Get("/v1/store/me")).GetProperty("id").GetString());
    }

    [Fact]
    public void A_receipt_is_named_so() => Assert.Equal("era_1|receipt", ErasureStore.RowKey("era_1"));

    private async Task<Order> Find(string orderId) => (await _shop.Service<OrderStore>().Find(orderId, Cancel))!.Value;

    private async Task<string> Buy(Member member, bool pay)
    {
        var shopper = new Shopper(_shop);
        JsonElement cart = await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = await _shop.DigitalSku(), quantity = 1 } } }));
        string path = $"/v1/store/carts/{cart.GetProperty("id").GetString()}";
        await ShopClient.Json(await member.Send(HttpMethod.Patch, path, new { paymentMethod = "card" }));
        shopper.Placed(await ShopClient.Json(await member.Send(HttpMethod.Post, path + "/checkout", new { }, ("Idempotency-Key", Guid.NewGuid().ToString()), ("Prefer", "wait=20"))));
        if (!pay) return shopper.OrderId;
        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);
        await shopper.OrderUntil("completed");
        return shopper.OrderId;
    }
}
