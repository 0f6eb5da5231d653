using System.Net;
using System.Text.Json;
using Shop.Tests.Faults;

namespace Shop.Tests.Journeys;

public sealed class CancelJourneys
{
    [Fact]
    public async Task A_paid_order_may_be_cancelled_until_a_courier_is_called()
    {
        await using ShopHost shop = await Patient();
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        await shopper.Buy(shipped: true, (sku, 2));

        await Until.True(async () => (await Cancel(shop, shopper)).StatusCode == HttpStatusCode.Accepted, "the parcel to wait");
        await shopper.OrderUntil("cancelled");
        JsonElement order = await shopper.Order();
        Assert.Equal(("refunded", order.GetProperty("totals").GetProperty("total").ToString()), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("refunds")[0].GetProperty("amount").ToString()));
        Assert.Equal(before, await shop.AvailableOf(sku));
        Assert.Empty(order.GetProperty("shipments").EnumerateArray());
    }

    [Fact]
    public async Task A_part_of_a_paid_order_is_cancelled_and_the_rest_is_sent()
    {
        await using ShopHost shop = await Patient();
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        await shopper.Buy(shipped: true, (sku, 3));

        await Until.True(async () => (await StaffCancel(shop, shopper, new { reason = "one is broken", lines = new[] { new { sku, quantity = 1 } } })).StatusCode == HttpStatusCode.Accepted, "the parcel to wait");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "partiallyRefunded", "the refund");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await StaffCancel(shop, shopper, new { reason = "three", lines = new[] { new { sku, quantity = 3 } } })).StatusCode);

        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        await shop.MoveUntilOver(shopper);
        Assert.Equal(before - 2, await shop.AvailableOf(sku));
        Assert.Equal(HttpStatusCode.Conflict, (await Cancel(shop, shopper)).StatusCode);
    }

    [Fact]
    public async Task An_order_that_cost_nothing_is_cancelled_like_any_other()
    {
        await using ShopHost shop = await Patient();
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        Shopper shopper = await Shopper.GivenForNothing(shop, (sku, 2));

        await Until.True(async () => (await StaffCancel(shop, shopper, new { reason = "one too many", lines = new[] { new { sku, quantity = 1 } } })).StatusCode == HttpStatusCode.Accepted, "the parcel to wait");
        await Until.True(async () => await shop.AvailableOf(sku) == before - 1, "the first one");
        await Until.True(async () => (await Cancel(shop, shopper)).StatusCode == HttpStatusCode.Accepted, "the parcel to wait");
        await shopper.OrderUntil("cancelled");
        JsonElement order = await shopper.Order();
        Assert.Equal(("refunded", "unfulfilled"), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("fulfilmentStatus").GetString()));
        Assert.Equal(before, await shop.AvailableOf(sku));
        Assert.Single(await shopper.Mails(2), m => m.GetProperty("subject").GetString()!.Contains("dibatalkan", StringComparison.Ordinal));
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task Nobody_cancels_what_is_on_its_way()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        await shopper.OrderUntil("fulfilling");

        Assert.Equal(HttpStatusCode.Conflict, (await StaffCancel(shop, shopper, new { reason = "too late" })).StatusCode);
    }

    [Fact]
    public async Task Staff_cancel_an_order_that_is_not_paid()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare();
        await shopper.Checkout();

        Assert.Equal(HttpStatusCode.Accepted, (await StaffCancel(shop, shopper, new { reason = "a test" })).StatusCode);
        await shopper.OrderUntil("cancelled");
        Assert.Equal("staff", (await shopper.Order()).GetProperty("timeline").EnumerateArray().Last().GetProperty("actor").GetString());
    }

    private static Task<ShopHost> Patient() => ShopHost.Start(configure: builder => builder.Configuration["Checkout:SendAfterMinutes"] = "30");

    private static Task<HttpResponseMessage> Cancel(ShopHost shop, Shopper shopper) =>
        shop.Send(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel?token={shopper.Token}", null, ("Idempotency-Key", Guid.NewGuid().ToString()));

    private static async Task<HttpResponseMessage> StaffCancel(ShopHost shop, Shopper shopper, object wanted) =>
        await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/cancel", wanted, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()));
}
