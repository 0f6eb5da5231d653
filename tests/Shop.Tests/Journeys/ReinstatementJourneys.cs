using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Integration;
using Shop.Orders;
using Shop.Tests.Faults;
using Shop.Tests.Marketing;

namespace Shop.Tests.Journeys;

/// <summary>Money that comes when its order is over: the order goes on where everything is there still.</summary>
public sealed class ReinstatementJourneys
{
    [Fact]
    public async Task A_transfer_after_the_deadline_makes_the_order_go_on_and_everybody_is_told()
    {
        ConcurrentQueue<string> told = [];
        await using ShopHost shop = await ShopHost.Start(configure: b =>
            b.Services.AddSingleton<IEventPublisher>(p => new Listening(ActivatorUtilities.CreateInstance<ServiceBusPublisher>(p), told)));
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        Shopper shopper = await Lapsed(shop);
        Assert.Equal(before, await shop.AvailableOf(sku));
        Assert.Contains("dilanjutkan begitu uangnya tiba", await shopper.Mail("order-cancelled"), StringComparison.Ordinal);

        await Late(shop, shopper);
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/emulator/midtrans/{shopper.OrderId}-1/duplicate", new { })); // It is told twice.
        await shop.MoveUntilOver(shopper);
        JsonElement order = await shopper.Order();
        Assert.Equal(("paid", 0), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("refunds").GetArrayLength()));
        Assert.Equal(
            ["order.placed", "payment.opened", "order.cancelled", "order.reinstated", "order.paid"],
            order.GetProperty("timeline").EnumerateArray().Select(e => e.GetProperty("type").GetString()).Where(t => t is not "payment.failed").Take(5));
        Assert.Equal(before - 1, await shop.AvailableOf(sku));
        Assert.Contains("tiba setelah batas waktunya", await shopper.Mail("order-paid"), StringComparison.Ordinal);
        await Invariants.Hold(shop);
        // Told in any order: their sequence is in them.
        Assert.Equivalent(new[] { "order.cancelled", "order.reinstated", "order.paid", "order.completed" }, told.Where(t => t.StartsWith(shopper.OrderId, StringComparison.Ordinal)).Select(t => t.Split('|')[1]).Where(t => t.StartsWith("order.", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_sold_to_others_meanwhile_is_not_sold_twice()
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        Shopper shopper = await Lapsed(shop, quantity: 2);
        int rest = await shop.AvailableOf(sku);
        await ShopClient.Json(await shop.Send(
            HttpMethod.Post, $"/v1/admin/stock/{sku}/adjustments", new { quantity = 1 - rest, reason = "damaged", reference = "BA-1" }, await shop.StaffToken(), ("Idempotency-Key", "broken")));

        await Late(shop, shopper);
        await Owed(shopper);
        Assert.Equal(1, await shop.AvailableOf(sku));
        Assert.DoesNotContain("order.reinstated", (await shopper.Order()).ToString(), StringComparison.Ordinal);
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task Its_coupon_is_used_again_where_it_is_left_and_else_the_money_goes_back()
    {
        await using ShopHost shop = await ShopHost.Start();
        await CouponJourneys.Create(shop, "SEKALI", new { name = "Sekali", percentOff = 10, limit = 1 });
        Shopper first = await Lapsed(shop, coupon: "SEKALI");
        Assert.Equal(0, await Taken());
        await Late(shop, first);
        await first.OrderUntil("fulfilling");
        Assert.Equal(1, await Taken());

        await CouponJourneys.Create(shop, "SATU", new { name = "Satu", percentOff = 10, limit = 1 });
        Shopper second = await Lapsed(shop, coupon: "SATU"), third = await Waiting(shop, coupon: "SATU");
        int before = await shop.AvailableOf(await shop.PhysicalSku());
        await Late(shop, second);
        await Owed(second);
        Assert.Equal(before, await shop.AvailableOf(await shop.PhysicalSku()));
        Assert.Equal("awaitingPayment", (await third.Order()).GetProperty("status").GetString());

        async Task<int> Taken() => (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/coupons/SEKALI", null, await shop.StaffToken()))).GetProperty("taken").GetInt32();
    }

    [Fact]
    public async Task Its_gift_card_is_spent_again_where_enough_is_on_it_and_else_the_money_goes_back()
    {
        await using ShopHost shop = await ShopHost.Start();
        (string code, string id) = await CreditJourneys.Issue(shop, 10_000);
        Shopper first = await Lapsed(shop, giftCard: code);
        Assert.Equal(10_000_00, await Balance());
        await Late(shop, first);
        await shop.MoveUntilOver(first);
        Assert.Equal(0, await Balance());

        (code, id) = await CreditJourneys.Issue(shop, 10_000);
        Shopper second = await Lapsed(shop, giftCard: code), third = await Waiting(shop, giftCard: code);
        await Late(shop, second);
        await Owed(second);
        Assert.Equal(0, await Balance());
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/emulator/midtrans/{third.OrderId}-1/pay", new { }));
        await shop.MoveUntilOver(third);
        await Invariants.Hold(shop);

        async Task<long> Balance() => (await ShopClient.Json(await shop.Send(HttpMethod.Get, $"/v1/admin/gift-cards/{id}", null, await shop.StaffToken()))).GetProperty("credit").GetProperty("balance").GetProperty("amount").GetInt64();
    }

    [Fact]
    public async Task An_order_that_somebody_called_off_stays_so()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Waiting(shop);
        await ShopClient.Json(await Cancel(shop, shopper));
        await shopper.OrderUntil("cancelled");
        Assert.DoesNotContain("dilanjutkan begitu uangnya tiba", await shopper.Mail("order-cancelled"), StringComparison.Ordinal);
        await Late(shop, shopper);
        await Owed(shopper);
    }

    [Theory]
    [InlineData(72, 71, true)]
    [InlineData(72, 72, false)]
    [InlineData(0, 0, false)]
    public async Task Money_that_comes_later_than_the_shop_waits_for_it_goes_back(int within, int hours, bool goesOn)
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Checkout:ReinstateWithinHours"] = within.ToString(CultureInfo.InvariantCulture));
        Shopper shopper = await Lapsed(shop);
        Assert.Equal(within > 0, (await shopper.Mail("order-cancelled")).Contains("dilanjutkan begitu uangnya tiba", StringComparison.Ordinal));
        shop.Clock.Advance(TimeSpan.FromHours(hours));
        await Late(shop, shopper);
        await (goesOn ? shopper.OrderUntil("fulfilling") : Owed(shopper));
    }

    [Fact]
    public async Task Money_for_a_way_to_pay_that_was_replaced_is_what_the_order_goes_on_with()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await LapsedTwice(shop);
        await Late(shop, shopper);
        await shopper.OrderUntil("fulfilling");
        Assert.Equal("bca-va", (await shopper.Order()).GetProperty("payment").GetProperty("method").GetString());

        // And what comes the other way then is too much.
        await Late(shop, shopper, attempt: 2);
        await Owed(shopper);
        await shop.MoveUntilOver(shopper);
        Assert.Equal("paid", (await shopper.Order()).GetProperty("paymentStatus").GetString());
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task One_that_lapsed_is_called_off_and_stays_so()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Lapsed(shop);
        await ShopClient.Json(await Cancel(shop, shopper));
        Assert.Equal("order.called-off", (await shopper.Order()).GetProperty("timeline").EnumerateArray().Last().GetProperty("type").GetString());
        await Late(shop, shopper);
        await Owed(shopper);
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task Of_two_late_payments_at_once_one_is_kept_and_one_goes_back()
    {
        await using ShopHost shop = await ShopHost.Start();
        for (int i = 0; i < 5; i++)
        {
            Shopper shopper = await LapsedTwice(shop);
            await Task.WhenAll(((int[])[1, 2]).Select(attempt => Late(shop, shopper, attempt)));
            await Owed(shopper);
            await shop.MoveUntilOver(shopper);
            JsonElement order = await shopper.Order();
            Assert.Equal(("paid", 1), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("refunds").GetArrayLength()));
        }
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task Two_late_payments_that_cannot_be_kept_both_go_back()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await LapsedTwice(shop);
        shop.Clock.Advance(TimeSpan.FromDays(3));
        foreach (int attempt in (int[])[1, 2])
        {
            await Late(shop, shopper, attempt);
            await Until.True(async () => (await shopper.Order()).GetProperty("refunds").GetArrayLength() == attempt, "the money to be owed");
        }
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task What_comes_beside_it_while_somebody_looks_goes_back_and_so_does_all_of_it_when_they_refuse()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Review:ApproveFrom"] = "IDR 1");
        Shopper shopper = await LapsedTwice(shop);
        await Late(shop, shopper);
        await Until.True(async () => (await shopper.Order()).GetProperty("timeline").EnumerateArray().Any(e => e.GetProperty("type").GetString() == "review.opened"), "somebody to look at it");
        await Late(shop, shopper, attempt: 2);
        await Owed(shopper);
        await ShopClient.Json(await shop.Send(
            HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/review", new { decision = "refuse", reason = "a stolen name" }, await shop.StaffToken(), ("Idempotency-Key", "no")));
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").GetArrayLength() == 2, "all of it to go back");
        await shopper.Mail("order-cancelled.2");
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task A_way_to_pay_that_had_more_time_is_not_waited_for_again()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Waiting(shop, paymentMethod: "manual-transfer");
        await shopper.PayBy("card");
        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        await shopper.OrderUntil("cancelled");
        await Found(shop, shopper);
        await shopper.OrderUntil("fulfilling");
        Assert.Equal("staff", (await shopper.Order()).GetProperty("timeline").EnumerateArray().Single(e => e.GetProperty("type").GetString() == "order.reinstated").GetProperty("actor").GetString());
    }

    [Fact]
    public async Task Whoever_did_not_pay_by_card_is_promised_nothing()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Waiting(shop, paymentMethod: "card");
        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.DoesNotContain("dilanjutkan begitu uangnya tiba", await shopper.Mail("order-cancelled"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_the_statement_that_staff_find_after_the_deadline_counts_too()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Waiting(shop, paymentMethod: "manual-transfer");
        shop.Clock.Advance((await shopper.Order()).GetProperty("payment").GetProperty("expiresAt").GetDateTimeOffset().AddMinutes(1) - shop.Clock.GetUtcNow());
        await shopper.OrderUntil("cancelled");

        // Who paid too late can still show it, and staff see what to look for on the statement.
        using var proof = new HttpRequestMessage(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/payment-proof?token={shopper.Token}") { Content = new ByteArrayContent([0xFF, 0xD8, 0xFF, 0xE0]) };
        proof.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        Assert.Equal(HttpStatusCode.Accepted, (await shop.Http.SendAsync(proof, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Empty(await Transfers(""));
        Assert.Equal(shopper.OrderId, Assert.Single(await Transfers("?cancelled=true")).GetProperty("orderId").GetString());

        await Found(shop, shopper);
        await shop.MoveUntilOver(shopper);
        Assert.Empty(await Transfers("?cancelled=true"));
        Assert.Equal("paid", (await shopper.Order()).GetProperty("paymentStatus").GetString());
        await Invariants.Hold(shop);

        async Task<JsonElement[]> Transfers(string which) => [.. (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/transfers" + which, null, await shop.StaffToken()))).GetProperty("data").EnumerateArray()];
    }

    [Fact]
    public async Task One_that_comes_to_nothing_after_all_is_told_a_second_time()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Checkout:SendAfterMinutes"] = "60");
        Shopper shopper = await Lapsed(shop);
        await Late(shop, shopper);
        await shopper.OrderUntil("paid");
        // Its parcel has a flow of its own, which begins a moment later.
        await Until.True(async () => (await Cancel(shop, shopper)).IsSuccessStatusCode, "the order to be cancelled");
        await shopper.OrderUntil("cancelled");
        Assert.DoesNotContain("dilanjutkan begitu uangnya tiba", await shopper.Mail("order-cancelled.2"), StringComparison.Ordinal);
        await Owed(shopper);
        await Invariants.Hold(shop);
    }

    private static async Task<Shopper> Waiting(ShopHost shop, int quantity = 1, string? coupon = null, string? giftCard = null, string paymentMethod = "bca-va")
    {
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), quantity));
        if (coupon is not null) await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/coupons", new { code = coupon }));
        if (giftCard is not null) await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/gift-cards", new { code = giftCard }));
        await shopper.Prepare(paymentMethod: paymentMethod);
        await shopper.Checkout();
        return shopper;
    }

    /// <summary>Nobody paid in time.</summary>
    private static async Task<Shopper> Lapsed(ShopHost shop, int quantity = 1, string? coupon = null, string? giftCard = null)
    {
        Shopper shopper = await Waiting(shop, quantity, coupon, giftCard);
        shop.Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(1));
        await shopper.OrderUntil("cancelled");
        await shopper.Mail("order-cancelled");
        return shopper;
    }

    /// <summary>Nobody paid in time, neither one way nor the other.</summary>
    private static async Task<Shopper> LapsedTwice(ShopHost shop)
    {
        Shopper shopper = await Waiting(shop);
        await shopper.PayBy("bni-va");
        shop.Clock.Advance(TimeSpan.FromHours(25));
        await shopper.OrderUntil("cancelled");
        return shopper;
    }

    private static async Task Late(ShopHost shop, Shopper shopper, int attempt = 1) =>
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/emulator/midtrans/{shopper.OrderId}-{attempt}/late", new { }));

    /// <summary>Staff find it on the bank's statement.</summary>
    private static async Task Found(ShopHost shop, Shopper shopper) => await ShopClient.Json(await shop.Send(
        HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/transfers", new { attempt = 1, amount = (await shopper.Order()).GetProperty("totals").GetProperty("total"), bankReference = "TRF-1" },
        await shop.StaffToken(), ("Idempotency-Key", "line")));

    private static Task<HttpResponseMessage> Cancel(ShopHost shop, Shopper shopper) =>
        shop.Send(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel", null, ("Authorization", "Bearer " + shopper.Token), ("Idempotency-Key", "no"));

    private static Task Owed(Shopper shopper) =>
        Until.True(async () => (await shopper.Order()).GetProperty("refunds").EnumerateArray().Any(r => r.GetProperty("status").GetString() == "due"), "the money to be owed");

    private sealed class Listening(IEventPublisher whole, ConcurrentQueue<string> told) : IEventPublisher
    {
        public Task Publish(IReadOnlyCollection<DomainEvent> events, CancellationToken cancellationToken)
        {
            foreach (DomainEvent one in events) told.Enqueue(one.Id);
            return whole.Publish(events, cancellationToken);
        }
    }
}
