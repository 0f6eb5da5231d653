using System.Net;
using System.Text.Json;
using Shop.Common;
using Shop.Payments;
using Shop.Integration;

namespace Shop.Tests.Journeys;

public sealed class RefundJourneys
{
    [Fact]
    public async Task Some_of_the_goods_are_refunded_at_what_was_paid_for_them()
    {
        await using ShopHost shop = await ShopHost.Start();
        (Shopper shopper, string sku) = await Sold(shop, 3);
        int unit = (await shopper.Order()).GetProperty("lines")[0].GetProperty("total").GetProperty("amount").GetInt32() / 3;

        await Accepted(await Refund(shop, shopper, new { reason = "one was broken", lines = new[] { new { sku, quantity = 1 } } }));
        JsonElement order = await Refunded(shopper, 1);
        Assert.Equal(("partiallyRefunded", unit), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("refunds")[0].GetProperty("amount").GetProperty("amount").GetInt32()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Refund(shop, shopper, new { reason = "three more", lines = new[] { new { sku, quantity = 3 } } })).StatusCode);

        await Accepted(await Refund(shop, shopper, new { reason = "the others too", lines = new[] { new { sku, quantity = 2 } }, shipping = order.GetProperty("totals").GetProperty("shipping") }));
        order = await Refunded(shopper, 2);
        Assert.Equal("refunded", order.GetProperty("paymentStatus").GetString());

        int total = order.GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt32();
        IReadOnlyList<LedgerEntry> ledger = await shop.Service<LedgerStore>().Day("stripe", shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow()), TestContext.Current.CancellationToken);
        Assert.Equal((total, total), (ledger.Where(e => e.Kind == LedgerKind.Capture).Sum(e => e.Amount.Amount), ledger.Where(e => e.Kind == LedgerKind.Refund).Sum(e => e.Amount.Amount)));
        await Balanced(shop, 3);
    }

    [Fact]
    public async Task An_amount_is_given_for_nothing_that_comes_back_and_never_more_than_is_kept()
    {
        await using ShopHost shop = await ShopHost.Start();
        (Shopper shopper, _) = await Sold(shop, 1);
        JsonElement total = (await shopper.Order()).GetProperty("totals").GetProperty("total");

        await Accepted(await Refund(shop, shopper, new { reason = "it was late", amount = new { amount = 10_000_00, currency = "IDR" } }));
        await Refunded(shopper, 1);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Refund(shop, shopper, new { reason = "all of it", amount = total })).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Refund(shop, shopper, new { reason = "of what?" })).StatusCode);
        await Balanced(shop, 2);
    }

    [Fact]
    public async Task The_same_request_gives_money_back_once()
    {
        await using ShopHost shop = await ShopHost.Start();
        (Shopper shopper, _) = await Sold(shop, 1);
        string key = Guid.NewGuid().ToString();

        foreach (int _ in (int[])[1, 2]) await Accepted(await Refund(shop, shopper, new { reason = "it was late", amount = new { amount = 10_000_00, currency = "IDR" } }, key));
        await Refunded(shopper, 1);
    }

    [Fact]
    public async Task What_no_provider_can_give_back_is_listed_until_it_is_paid_out()
    {
        await using ShopHost shop = await ShopHost.Start();
        (Shopper shopper, _) = await Sold(shop, 1);

        await Accepted(await Refund(shop, shopper, new { reason = "the card is gone", amount = new { amount = 10_000_00, currency = "IDR" }, to = "payOut" }));
        JsonElement refund = (await Refunded(shopper, 1)).GetProperty("refunds")[0];
        Assert.Equal("due", refund.GetProperty("status").GetString());
        (string, string) token = await shop.StaffToken();
        Assert.Equal(refund.GetProperty("id").GetString(), Assert.Single((await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/payouts", null, token))).GetProperty("data").EnumerateArray()).GetProperty("refundId").GetString());

        string account = $"/v1/store/orders/{shopper.OrderId}/refunds/{refund.GetProperty("id").GetString()}/account?token={shopper.Token}";
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Send(HttpMethod.Put, account, new { bank = "BCA", number = "x", holder = "Ayu Lestari" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Send(HttpMethod.Put, account.Replace("/account", "x/account", StringComparison.Ordinal), new { bank = "BCA", number = "0123 4567 89", holder = "Ayu Lestari" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await shop.Send(HttpMethod.Put, account, new { bank = "BCA", number = "0123 4567 89", holder = "Ayu Lestari" })).StatusCode);
        JsonElement listed = Assert.Single((await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/payouts", null, token))).GetProperty("data").EnumerateArray());
        Assert.Equal("BCA 0123 4567 89 Ayu Lestari", string.Join(' ', listed.GetProperty("account").EnumerateObject().Select(p => p.Value.GetString())));
        Assert.Empty(await new StoredBytes(shop.Prefix).Find([], "0123 4567 89"));

        await Accepted(await shop.Send(
            HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds/{refund.GetProperty("id").GetString()}/payout", new { reference = "TRF/77 #2?" }, token, ("Idempotency-Key", Guid.NewGuid().ToString())));
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds")[0].GetProperty("status").GetString() == "done", "the pay-out");
        await Until.True(async () => (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/payouts", null, token))).GetProperty("data").GetArrayLength() == 0, "the list to be empty");
        Assert.Equal(HttpStatusCode.Conflict, (await shop.Send(HttpMethod.Put, account, new { bank = "BCA", number = "0123 4567 89", holder = "Ayu Lestari" })).StatusCode);
        await Balanced(shop, 3);
    }

    [Fact]
    public async Task What_is_asked_for_again_after_the_provider_forgot_it_goes_back_once()
    {
        await using ShopHost shop = await ShopHost.Start();
        (Shopper shopper, _) = await Sold(shop, 1);
        IPaymentGateway stripe = shop.Service<PaymentGateways>().Of("stripe");
        string intent = shopper.Intent;
        ProviderRefund once = await stripe.Refund(intent, Money.FromMajor(10_000, Currency.Idr), "once", TestContext.Current.CancellationToken);

        shop.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(once, await stripe.Refund(intent, Money.FromMajor(10_000, Currency.Idr), "once", TestContext.Current.CancellationToken));
        Assert.NotEqual(once.Id, (await stripe.Refund(intent, Money.FromMajor(10_000, Currency.Idr), "twice", TestContext.Current.CancellationToken)).Id);
    }

    [Fact]
    public async Task What_was_given_back_in_the_providers_own_pages_is_not_given_again()
    {
        await using ShopHost shop = await ShopHost.Start();
        (Shopper shopper, _) = await Sold(shop, 1);
        Money total = (await shopper.Order()).GetProperty("totals").GetProperty("total").Deserialize<Money>(ShopJson.Options);
        using var outside = new HttpRequestMessage(HttpMethod.Post, "/emulator/stripe/v1/refunds") { Content = new FormUrlEncodedContent([new("payment_intent", shopper.Intent), new("amount", "1000000")]) };
        outside.Headers.TryAddWithoutValidation("Authorization", "Bearer sk_test_emulator");
        await ShopClient.Json(await shop.Http.SendAsync(outside, TestContext.Current.CancellationToken));

        await Accepted(await Refund(shop, shopper, new { reason = "all of it", amount = total }));
        Assert.Equal("done", (await Refunded(shopper, 1)).GetProperty("refunds")[0].GetProperty("status").GetString());
        JsonElement[] given = [.. (await shop.Client.Stripe($"/emulator/stripe/v1/refunds?payment_intent={shopper.Intent}")).GetProperty("data").EnumerateArray()];
        Assert.Equal([total.Amount - 1_000_000, 1_000_000], given.Select(r => r.GetProperty("amount").GetInt64()));
    }

    [Fact]
    public async Task What_is_not_sent_yet_is_cancelled_and_not_refunded_while_it_leaves()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Checkout:SendAfterMinutes"] = "30");
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        await shopper.Buy(shipped: true, (sku, 2));
        HttpResponseMessage lines = await Refund(shop, shopper, new { reason = "changed my mind", lines = new[] { new { sku, quantity = 1 } } });
        HttpResponseMessage all = await Refund(shop, shopper, new { reason = "changed my mind", amount = (await shopper.Order()).GetProperty("totals").GetProperty("total") });
        Assert.Equal(["refund.unsent", "refund.unsent"], new[] { await CodeOf(lines), await CodeOf(all) });

        await Accepted(await Refund(shop, shopper, new { reason = "it takes long", amount = new { amount = 1_000_00, currency = "IDR" } }));
    }

    private static async Task<string?> CodeOf(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("code").GetString();

    private static async Task<(Shopper, string Sku)> Sold(ShopHost shop, int quantity)
    {
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        await shopper.Buy(shipped: true, (sku, quantity));
        await shopper.OrderUntil("fulfilling");
        return (shopper, sku);
    }

    private static async Task<HttpResponseMessage> Refund(ShopHost shop, Shopper shopper, object wanted, string? key = null) =>
        await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds", wanted, await shop.StaffToken(), ("Idempotency-Key", key ?? Guid.NewGuid().ToString()));

    private static async Task Accepted(HttpResponseMessage response)
    {
        await ShopClient.Json(response);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private static async Task<JsonElement> Refunded(Shopper shopper, int times)
    {
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").EnumerateArray().Count(r => r.GetProperty("status").GetString() != "pending") == times, $"{times} refunds");
        return await shopper.Order();
    }

    private static async Task Balanced(ShopHost shop, int bookings)
    {
        JournalStore journal = shop.Service<JournalStore>();
        IReadOnlyList<JournalEntry> entries = await Until.Found(
            async () => (await journal.Read(journal.Month(shop.Clock.GetUtcNow()), null, 100, TestContext.Current.CancellationToken)).Entries is var booked && booked.Count == bookings ? booked : null, $"{bookings} bookings");
        Assert.All(entries, e => Assert.Equal(e.Lines.Sum(l => l.Debit.Amount), e.Lines.Sum(l => l.Credit.Amount)));
    }
}
