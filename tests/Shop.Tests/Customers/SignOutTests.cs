using System.Net;
using System.Text.Json;
using Shop.Http;
using Shop.Storage;
using Shop.Tests.Journeys;

namespace Shop.Tests.Customers;

public sealed class SignOutTests(OpenDemoShop open) : IClassFixture<OpenDemoShop>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly ShopHost _shop = open.Shop;

    [Fact]
    public async Task Signing_out_everywhere_closes_carts_and_orders_to_every_device()
    {
        Member member = await Member.Join(_shop);
        (string cart, string order) = await CartAndOrder(member);
        (string, string) otherDevice = member.Bearer;
        await member.SignIn();

        Assert.Equal(HttpStatusCode.NoContent, (await member.Send(HttpMethod.Delete, "/v1/store/sessions")).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await _shop.Send(HttpMethod.Get, cart, null, otherDevice)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _shop.Send(HttpMethod.Get, order, null, otherDevice)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await member.Status(cart));

        await member.SignIn();
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await member.Status(cart), await member.Status(order)));
    }

    [Fact]
    public async Task Signing_out_on_one_device_closes_it_there_only()
    {
        Member member = await Member.Join(_shop);
        (string cart, string order) = await CartAndOrder(member);
        (string, string) otherDevice = member.Bearer;
        await member.SignIn();

        await member.Send(HttpMethod.Delete, "/v1/store/sessions/current");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.NotFound), (await member.Status(cart), await member.Status(order)));
        Assert.Equal(HttpStatusCode.OK, (await _shop.Send(HttpMethod.Get, cart, null, otherDevice)).StatusCode);
    }

    [Fact]
    public async Task Another_instance_hears_of_it_without_being_asked_and_forgets_it_with_the_token()
    {
        RevokedSessions here = _shop.Service<RevokedSessions>();
        var there = new RevokedSessions(_shop.Service<ShopStorage>(), _shop.Clock);
        var before = new Principal(PrincipalKind.Customer, "cus_" + Guid.NewGuid().ToString("n"), []) { SessionId = "ses_1", SessionVersion = 3 };

        await here.AddCustomer(before.Id, 4, Cancel);
        await there.Refresh(Cancel);
        Assert.True(there.Contains(before));
        Assert.False(there.Contains(before with { SessionVersion = 4 }));

        _shop.Clock.Advance(CustomerTokens.Lifetime + TimeSpan.FromMinutes(2));
        await there.Refresh(Cancel);
        Assert.False(there.Contains(before));
    }

    [Fact]
    public void Its_rows_are_named_so() => Assert.Equal(("revoked", "cus_1|revoked"), (RevokedSessions.PartitionKey, RevokedSessions.RowKey("cus_1")));

    private async Task<(string Cart, string Order)> CartAndOrder(Member member)
    {
        async Task<string> NewCart() => "/v1/store/carts/" + (await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = await _shop.DigitalSku(), quantity = 1 } } }))).GetProperty("id").GetString();
        string bought = await NewCart();
        await ShopClient.Json(await member.Send(HttpMethod.Patch, bought, new { paymentMethod = "card" }));
        JsonElement order = await ShopClient.Json(await member.Send(HttpMethod.Post, bought + "/checkout", new { }, ("Idempotency-Key", Guid.NewGuid().ToString()), ("Prefer", "wait=20")));
        return (await NewCart(), "/v1/store/orders/" + order.GetProperty("id").GetString());
    }
}
