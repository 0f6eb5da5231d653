using System.Net;
using System.Text.Json;

namespace Shop.Tests.Journeys;

public sealed class ReviewJourneys
{
    [Fact]
    public async Task A_payment_that_may_be_a_fraud_waits_for_somebody_and_becomes_a_sale_when_accepted()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Paid(shop, 2, "pm_card_riskLevelElevated");
        await UnderReview(shop, shopper);
        // Its money was taken with the payment: a part of it cannot be left with the bank.
        Assert.Equal(HttpStatusCode.Conflict, (await Capture(shop, shopper, new { without = new[] { new { sku = await shop.PhysicalSku(), quantity = 1 } } })).StatusCode);

        await Accepted(await Decide(shop, shopper, new { decision = "accept" }));
        await shop.MoveUntilOver(shopper);
        JsonElement order = await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}");
        Assert.Equal(("fraud", "accepted"), (order.GetProperty("review").GetProperty("kind").GetString(), order.GetProperty("review").GetProperty("status").GetString()));
        Assert.Equal("paid", (await shopper.Order()).GetProperty("paymentStatus").GetString());
        Assert.Empty(await Work(shop));
    }

    [Fact]
    public async Task What_is_refused_gives_money_and_goods_back_and_has_no_invoice()
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        Shopper shopper = await Paid(shop, 2, "pm_card_riskLevelElevated");
        await UnderReview(shop, shopper);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Decide(shop, shopper, new { decision = "refuse" })).StatusCode);

        await Accepted(await Decide(shop, shopper, new { decision = "refuse", reason = "We could not reach you." }));
        await shopper.OrderUntil("cancelled");
        JsonElement order = await shopper.Order();
        Assert.Equal(("refunded", JsonValueKind.Null), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("invoiceNumber").ValueKind));
        await Until.True(async () => await shop.AvailableOf(sku) == before, "the goods");
        await Until.True(async () => (await Work(shop)).Length == 0, "the work to be done");
        Assert.Equal(HttpStatusCode.Conflict, (await Decide(shop, shopper, new { decision = "accept" })).StatusCode);
    }

    [Fact]
    public async Task Money_that_is_taken_when_the_order_is_accepted_is_let_go_when_it_is_refused()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => (b.Configuration["Payments:CardCapture"], b.Configuration["Review:ApproveFrom"]) = ("WhenAccepted", "USD 1, IDR 1"));
        Shopper refused = await Paid(shop, 1), accepted = await Paid(shop, 1);
        await UnderReview(shop, refused, items: 2);
        await UnderReview(shop, accepted, items: 2);
        Assert.Equal("requires_capture", await StatusOf(shop, refused));

        string key = (await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/api-keys", new { name = "kasir", scopes = new[] { "orders:write" } }, await shop.StaffToken()))).GetProperty("key").GetString()!;
        HttpResponseMessage clerk = await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{accepted.OrderId}/review", new { decision = "accept" }, ("Authorization", "Bearer " + key), ("Idempotency-Key", Guid.NewGuid().ToString()));
        Assert.Equal(HttpStatusCode.Forbidden, clerk.StatusCode);
        Assert.Contains("review.owner-decides", await clerk.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await Accepted(await Decide(shop, refused, new { decision = "refuse", reason = "It is too much." }));
        await Accepted(await Decide(shop, accepted, new { decision = "accept" }));
        await refused.OrderUntil("cancelled");
        Assert.Equal(("canceled", 0, "unpaid"), (await StatusOf(shop, refused), (await refused.Order()).GetProperty("refunds").GetArrayLength(), (await refused.Order()).GetProperty("paymentStatus").GetString()));
        await accepted.OrderUntil("fulfilling");
        Assert.Equal("succeeded", await StatusOf(shop, accepted));
    }

    [Fact]
    public async Task Without_a_rule_that_fits_an_authorised_payment_is_taken_at_once()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Payments:CardCapture"] = "WhenAccepted");
        Shopper shopper = await Paid(shop, 1);

        await shopper.OrderUntil("fulfilling");
        Assert.Equal("succeeded", await StatusOf(shop, shopper));
    }

    [Fact]
    public async Task Staff_take_a_part_of_the_money_and_the_rest_of_the_goods_stays_in_the_shop()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Payments:CardCapture"] = "ByStaff");
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        Shopper shopper = await Paid(shop, 3, sku: sku);
        await UnderReview(shop, shopper);
        JsonElement total = (await shopper.Order()).GetProperty("totals").GetProperty("total");
        int unit = (await shopper.Order()).GetProperty("lines")[0].GetProperty("total").GetProperty("amount").GetInt32() / 3;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Capture(shop, shopper, new { without = new[] { new { sku, quantity = 4 } } })).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Capture(shop, shopper, new { without = new[] { new { sku, quantity = 3 } } })).StatusCode);

        await Accepted(await Capture(shop, shopper, new { without = new[] { new { sku, quantity = 1 } } }));
        await shopper.OrderUntil("fulfilling");
        JsonElement order = await shopper.Order(), intent = await Intent(shop, shopper), refund = Assert.Single(order.GetProperty("refunds").EnumerateArray());
        Assert.Equal((unit, true), (refund.GetProperty("amount").GetProperty("amount").GetInt32(), refund.GetProperty("uncaptured").GetBoolean()));
        Assert.Equal(total.GetProperty("amount").GetInt32() - unit, intent.GetProperty("amount_received").GetInt32());
        Assert.Equal(intent.GetProperty("amount_received").GetInt32(), (await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}")).GetProperty("kept").GetProperty("amount").GetInt32());
        await Until.True(async () => await shop.AvailableOf(sku) == before - 2, "the article that was left out");
    }

    [Fact]
    public async Task An_order_whose_authorisation_lapsed_before_it_was_accepted_ends_and_gives_its_goods_back()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Payments:CardCapture"] = "ByStaff");
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        Shopper shopper = await Paid(shop, 1, sku: sku);
        await UnderReview(shop, shopper);
        // What the bank tells of it is lost.
        await shopper.Press("drop");
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/emulator/stripe/v1/payment_intents/{shopper.Intent}/cancel", null, ("Authorization", "Bearer sk_test_emulator")));
        Assert.Equal("authorized", (await shopper.Order()).GetProperty("paymentStatus").GetString());

        await Accepted(await Capture(shop, shopper, new { }));
        await shopper.OrderUntil("cancelled");
        JsonElement order = await shopper.Order();
        Assert.Equal(("unpaid", "expired", 0), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("payment").GetProperty("status").GetString(), order.GetProperty("refunds").GetArrayLength()));
        await Until.True(async () => await shop.AvailableOf(sku) == before, "the goods");
    }

    [Fact]
    public async Task An_order_that_nobody_decides_about_is_told_to_somebody_else_and_then_refused()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Review:EscalationEmail"] = "boss@shop.test");
        Shopper shopper = await Paid(shop, 1, "pm_card_riskLevelElevated");
        await UnderReview(shop, shopper);

        shop.Clock.Advance(TimeSpan.FromHours(8.1));
        await Until.True(async () => (await shopper.Order()).GetProperty("timeline").EnumerateArray().Any(e => e.GetProperty("type").GetString() == "review.escalated"), "the escalation");
        await Until.True(async () => (await shop.Get("/emulator/mailbox")).ToString().Contains("boss@shop.test", StringComparison.Ordinal), "the mail");
        shop.Clock.Advance(TimeSpan.FromHours(40));
        await shopper.OrderUntil("cancelled");
        await Until.True(async () => (await Work(shop)).Length == 0, "the work to be gone");
    }

    [Fact]
    public async Task A_customer_may_cancel_while_somebody_looks_at_the_order_and_pays_no_other_way()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Paid(shop, 1, "pm_card_riskLevelElevated");
        await UnderReview(shop, shopper);
        Assert.Equal(HttpStatusCode.Conflict, (await shopper.TryPayBy("manual-transfer")).StatusCode);

        await Accepted(await shop.Send(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel?token={shopper.Token}", new { reason = "I changed my mind" }, ("Idempotency-Key", Guid.NewGuid().ToString())));
        await shopper.OrderUntil("cancelled");
        Assert.Equal("refunded", (await shopper.Order()).GetProperty("paymentStatus").GetString());
    }

    private static async Task<Shopper> Paid(ShopHost shop, int quantity, string card = "pm_card_visa", string? sku = null)
    {
        var shopper = new Shopper(shop);
        await shopper.Fill((sku ?? await shop.PhysicalSku(), quantity));
        await shopper.Prepare();
        await shopper.Checkout();
        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay(card)).StatusCode);
        return shopper;
    }

    private static async Task UnderReview(ShopHost shop, Shopper shopper, int items = 1)
    {
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "authorized", "the review");
        await Until.True(async () => (await Work(shop)).Length == items, "the work to be listed");
    }

    private static async Task<JsonElement[]> Work(ShopHost shop) => [.. (await Staff(shop, "/v1/admin/worklist?kind=review")).GetProperty("data").EnumerateArray()];

    private static async Task<JsonElement> Staff(ShopHost shop, string path) => await ShopClient.Json(await shop.Send(HttpMethod.Get, path, null, await shop.StaffToken()));

    private static async Task<HttpResponseMessage> Decide(ShopHost shop, Shopper shopper, object decision) =>
        await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/review", decision, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()));

    private static async Task<HttpResponseMessage> Capture(ShopHost shop, Shopper shopper, object wanted) =>
        await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/capture", wanted, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()));

    private static async Task Accepted(HttpResponseMessage response)
    {
        await ShopClient.Json(response);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private static Task<JsonElement> Intent(ShopHost shop, Shopper shopper) => shop.Client.Stripe($"/emulator/stripe/v1/payment_intents/{shopper.Intent}");

    private static async Task<string?> StatusOf(ShopHost shop, Shopper shopper) => (await Intent(shop, shopper)).GetProperty("status").GetString();
}
