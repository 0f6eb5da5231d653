using System.Net;
using System.Text.Json;
using Shop.Tests.Faults;

namespace Shop.Tests.Journeys;

/// <summary>Large refunds wait for an owner.</summary>
public sealed class RefundApprovalJourneys
{
    [Fact]
    public async Task A_large_refund_is_given_when_an_owner_agrees()
    {
        await using ShopHost shop = await Careful();
        (Shopper shopper, (string, string) clerk) = await Sold(shop);
        string id = await Asked(shop, shopper, clerk, 20_000);
        await Until.True(async () => (await Waiting(shop)).Length == 1, "the refund to wait");
        Assert.Equal((id, shopper.OrderId), ((await Waiting(shop))[0].GetProperty("id").GetString(), (await Waiting(shop))[0].GetProperty("orderId").GetString()));
        await Until.True(async () => (await shop.Get("/emulator/mailbox")).ToString().Contains($"refund-approval.{id}", StringComparison.Ordinal), "the mail");
        Assert.Equal(0, (await shopper.Order()).GetProperty("refunds").GetArrayLength());
        Assert.Equal(HttpStatusCode.Forbidden, (await Decided(shop, shopper, id, clerk, new { decision = "accept" })).StatusCode);

        Assert.Equal(HttpStatusCode.Accepted, (await Decided(shop, shopper, id, await shop.StaffToken(), new { decision = "accept" })).StatusCode);
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds") is var refunds && refunds.GetArrayLength() == 1 && refunds[0].GetProperty("status").GetString() == "done", "the money");
        Assert.Equal(["refund.awaits-approval", "refund.approved"], Told(await shopper.Order()));
        Assert.Empty(await Waiting(shop));
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NotFound), (
            (await Decided(shop, shopper, id, await shop.StaffToken(), new { decision = "accept" })).StatusCode,
            (await Decided(shop, shopper, "rfd_unknown", await shop.StaffToken(), new { decision = "accept" })).StatusCode));
        await shop.MoveUntilOver(shopper);
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task One_that_an_owner_refuses_or_nobody_decides_about_is_not_given()
    {
        await using ShopHost shop = await Careful();
        (Shopper shopper, (string, string) clerk) = await Sold(shop);
        string refused = await Asked(shop, shopper, clerk, 20_000);
        await Until.True(async () => (await Waiting(shop)).Length == 1, "the refund to wait");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Decided(shop, shopper, refused, await shop.StaffToken(), new { decision = "refuse" })).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await Decided(shop, shopper, refused, await shop.StaffToken(), new { decision = "refuse", reason = "It arrived in time." })).StatusCode);
        await Until.True(async () => (await Waiting(shop)).Length == 0, "the decision");

        await Asked(shop, shopper, clerk, 21_000);
        await Until.True(async () => (await Waiting(shop)).Length == 1, "the other one to wait");
        shop.Clock.Advance(TimeSpan.FromHours(8.1));
        await Until.True(async () => (await shop.Get("/emulator/mailbox")).ToString().Contains("boss@shop.test", StringComparison.Ordinal), "somebody else to be told");
        shop.Clock.Advance(TimeSpan.FromHours(40));
        await Until.True(async () => (await Waiting(shop)).Length == 0, "the deadline");
        JsonElement order = await shopper.Order();
        Assert.Equal(["refund.awaits-approval", "refund.refused", "refund.awaits-approval", "refund.escalated", "refund.refused"], Told(order));
        Assert.Equal(("paid", 0), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("refunds").GetArrayLength()));
    }

    [Fact]
    public async Task A_small_one_and_an_owners_own_wait_for_nobody()
    {
        await using ShopHost shop = await Careful();
        (Shopper shopper, (string, string) clerk) = await Sold(shop);
        await Asked(shop, shopper, clerk, 19_999);
        string own = await Asked(shop, shopper, await shop.StaffToken(), 20_000);
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds") is var refunds && refunds.GetArrayLength() == 2 && refunds.EnumerateArray().All(r => r.GetProperty("status").GetString() == "done"), "the money");
        Assert.Empty(Told(await shopper.Order()));
        Assert.Equal(HttpStatusCode.Conflict, (await Decided(shop, shopper, own, await shop.StaffToken(), new { decision = "accept" })).StatusCode);
    }

    private static Task<ShopHost> Careful() => ShopHost.Start(configure: b => (b.Configuration["Review:ApproveRefundsFrom"], b.Configuration["Review:EscalationEmail"]) = ("USD 1, IDR 20000", "boss@shop.test"));

    /// <summary>An order that was sent, and the key of somebody who may give money back and is no owner.</summary>
    private static async Task<(Shopper, (string, string))> Sold(ShopHost shop)
    {
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        await shopper.ParcelUntil("booked");
        JsonElement key = await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/api-keys", new { name = "kasir", scopes = new[] { "payments:write" } }, await shop.StaffToken()));
        return (shopper, ("Authorization", "Bearer " + key.GetProperty("key").GetString()));
    }

    private static async Task<string> Asked(ShopHost shop, Shopper shopper, (string, string) caller, long rupiah) => (await ShopClient.Json(await shop.Send(
        HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "it was late", amount = new { amount = rupiah * 100, currency = "IDR" } }, caller, ("Idempotency-Key", Guid.NewGuid().ToString())))).GetProperty("id").GetString()!;

    private static Task<HttpResponseMessage> Decided(ShopHost shop, Shopper shopper, string refundId, (string, string) caller, object decision) =>
        shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds/{refundId}/review", decision, caller, ("Idempotency-Key", Guid.NewGuid().ToString()));

    private static async Task<JsonElement[]> Waiting(ShopHost shop) =>
        [.. (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/worklist?kind=refund", null, await shop.StaffToken()))).GetProperty("data").EnumerateArray()];

    private static string[] Told(JsonElement order) => [.. order.GetProperty("timeline").EnumerateArray().Select(e => e.GetProperty("type").GetString()!).Where(type => type.StartsWith("refund.", StringComparison.Ordinal) && type != "refund.opened")];
}
