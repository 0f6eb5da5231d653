using System.Globalization;
using System.Net;
using System.Text.Json;
using Shop.Checkout;
using Shop.Common;
using Shop.Integration;
using Shop.Orders;
using Shop.Payments;
using Shop.Tests.Faults;
using Stripe;

namespace Shop.Tests.Journeys;

/// <summary>Refunds that a provider takes and that come back: the card is closed, or its bank refuses.</summary>
public sealed class BouncedRefundJourneys
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refund_that_comes_back_is_owed_and_paid_out_and_ledger_books_and_report_agree()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop, 1);
        DateOnly day = Today(shop);
        await shopper.Press("pend");
        await Refund(shop, shopper, new { reason = "late", amount = Idr(10_000_00) });
        JsonElement given = await Settled(shopper, 1);
        Assert.Equal(("done", "partiallyRefunded"), (given.GetProperty("refunds")[0].GetProperty("status").GetString(), given.GetProperty("paymentStatus").GetString()));
        string id = given.GetProperty("refunds")[0].GetProperty("id").GetString()!, providerId = given.GetProperty("refunds")[0].GetProperty("reference").GetString()!;
        Assert.Equal("pending", (await shop.Client.Stripe($"/emulator/stripe/v1/refunds/{providerId}")).GetProperty("status").GetString());
        await shopper.Press("arrive");

        await shopper.Press("bounce");
        JsonElement owed = await Bounced(shopper, 0);
        Assert.Equal(("due", "expired_or_canceled_card", providerId), (owed.GetProperty("status").GetString(), owed.GetProperty("failed").GetProperty("reason").GetString(), owed.GetProperty("failed").GetProperty("reference").GetString()));
        Assert.Equal("partiallyRefunded", (await shopper.Order()).GetProperty("paymentStatus").GetString());
        JsonElement payout = Assert.Single(await Until.Found(async () => await Payouts(shop) is { Length: > 0 } some ? some : null, "the list of pay-outs"));
        Assert.Equal((id, 10_000_00), (payout.GetProperty("refundId").GetString(), payout.GetProperty("amount").GetProperty("amount").GetInt64()));
        await Until.True(async () => (await shop.Get("/emulator/mailbox")).ToString().Contains($"order-refunded.{id}.failed", StringComparison.Ordinal), "the mail");

        await PaidOut(shop, shopper, id);
        IReadOnlyList<JournalEntry> booked = await Booked(shop, day, 4);
        long kept = (await shopper.Order()).GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt64();
        Assert.Equal((kept, 0, -10_000_00), (booked.Sum(e => e.Clearing().Amount), Balance(booked, "2190"), Balance(booked, "1110")));
        Assert.Equal((3, 0), await Compared(shop, "stripe", day));
        Assert.Equal((3, 0), await Compared(shop, "journal", day));
    }

    [Fact]
    public async Task Whoever_pays_it_out_before_it_is_on_the_list_leaves_nothing_there()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop, 1);
        await Refund(shop, shopper, new { reason = "late", amount = Idr(10_000_00) });
        string id = (await Settled(shopper, 1)).GetProperty("refunds")[0].GetProperty("id").GetString()!;
        await shopper.Press("bounce");
        await Bounced(shopper, 0);
        await Until.True(async () => (await Payouts(shop)).Length == 1, "the list of pay-outs");
        Order due = (await shop.Service<OrderStore>().Find(shopper.OrderId, Cancel))!.Value;
        await PaidOut(shop, shopper, id);

        // The step that puts it there is slow, or is taken again.
        OrderRefund bounced = due.Refunds.Single();
        await shop.Service<GiveMoneyBack>().TakeBack(
            due, bounced, new GivenRefund("stripe", bounced.Failed!.Reference, due.Payment.Reference!, due.Id, bounced.InMoney, bounced.Failed.Reason, Moved: true), Cancel);
        Assert.Empty(await Payouts(shop));
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task What_is_told_of_it_twice_late_and_after_the_pay_out_changes_nothing()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop, 1);
        await shop.MoveUntilOver(shopper);
        await shopper.Press("pend");
        await Refund(shop, shopper, new { reason = "late", amount = Idr(10_000_00) });
        string id = (await Settled(shopper, 1)).GetProperty("refunds")[0].GetProperty("id").GetString()!;
        // What tells that it arrived comes after what tells that it came back.
        await Misbehave(shop, shopper, new { delay = "PT2H", duplicate = true });
        await shopper.Press("arrive");
        await Misbehave(shop, shopper, new { duplicate = true, reorder = true });
        await shopper.Press("bounce");
        await Bounced(shopper, 0);
        await Until.True(async () => (await Payouts(shop)).Length == 1, "the list of pay-outs");
        await PaidOut(shop, shopper, id);
        // Two hours later it may be tomorrow.
        DateOnly day = Today(shop);
        await Booked(shop, day, 4);
        string before = (await shopper.Order()).ToString();

        await shopper.Press("duplicate");
        shop.Clock.Advance(TimeSpan.FromHours(2.1));
        await Until.True(async () => (await shop.Get($"/emulator/payments/{shopper.Intent}")).GetProperty("webhooks").EnumerateArray().All(w => w.GetProperty("state").GetString() == "delivered"), "everything to be told");
        await Invariants.Hold(shop);
        Assert.Equal((before, 0), ((await shopper.Order()).ToString(), (await Payouts(shop)).Length));
        await Booked(shop, day, 4);
        Assert.Single(await shop.Service<LedgerStore>().Day("stripe", day, Cancel), e => e.Kind == LedgerKind.RefundReversed);
    }

    [Fact]
    public async Task One_whose_word_is_lost_is_found_in_the_providers_report_before_the_day_is_compared()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop, 1);
        DateOnly day = Today(shop);
        await Refund(shop, shopper, new { reason = "late", amount = Idr(10_000_00) });
        await Settled(shopper, 1);
        await Misbehave(shop, shopper, new { drop = true });
        await shopper.Press("bounce");
        Assert.Equal("done", (await shopper.Order()).GetProperty("refunds")[0].GetProperty("status").GetString());

        // 19:10 in UTC is ten past two in the night.
        shop.Clock.Advance(shop.Service<ShopOptions>().StartOf(day.AddDays(1)).AddMinutes(131) - shop.Clock.GetUtcNow());
        await Bounced(shopper, 0);
        await Until.True(async () => (await Payouts(shop)).Length == 1, "the list of pay-outs");
        Assert.Equal((3, 0), await Compared(shop, "stripe", day));
    }

    [Fact]
    public async Task Of_several_refunds_the_one_that_came_back_is_owed_and_no_more_than_was_kept_goes_back()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop, 2);
        JsonElement order = await shopper.Order();
        string sku = order.GetProperty("lines")[0].GetProperty("sku").GetString()!;
        await Refund(shop, shopper, new { reason = "broken", lines = new[] { new { sku, quantity = 1 } } });
        await Settled(shopper, 1);
        await Refund(shop, shopper, new { reason = "the other one too", lines = new[] { new { sku, quantity = 1 } }, shipping = order.GetProperty("totals").GetProperty("shipping") });
        await Settled(shopper, 2);

        await shopper.Press("bounce");
        await Bounced(shopper, 1);
        order = await shopper.Order();
        Assert.Equal((JsonValueKind.Null, "done", "refunded"), (order.GetProperty("refunds")[0].GetProperty("failed").ValueKind, order.GetProperty("refunds")[0].GetProperty("status").GetString(), order.GetProperty("paymentStatus").GetString()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryRefund(shop, shopper, new { reason = "again", amount = Idr(1_000_00) })).StatusCode);
        IReadOnlyList<JournalEntry> booked = await Booked(shop, Today(shop), 4);
        // What was sold is taken back all the same: what is left of it is at the provider, and owed.
        Assert.Equal((order.GetProperty("refunds")[1].GetProperty("amount").GetProperty("amount").GetInt64(), 0), (booked.Sum(e => e.Clearing().Amount), Balance(booked, "4200")));
        Assert.Equal(-booked.Sum(e => e.Clearing().Amount), Balance(booked, "2190"));
    }

    [Fact]
    public async Task Money_that_came_too_late_and_whose_refund_comes_back_is_owed()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare();
        await shopper.Checkout();
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel", null, ("Authorization", "Bearer " + shopper.Token), ("Idempotency-Key", "no")));
        await shopper.OrderUntil("cancelled");
        await shopper.Press("late");
        JsonElement given = (await Settled(shopper, 1)).GetProperty("refunds")[0];
        Assert.Equal(("done", true), (given.GetProperty("status").GetString(), given.GetProperty("surplus").GetBoolean()));

        await shopper.Press("bounce");
        Assert.Equal("due", (await Bounced(shopper, 0)).GetProperty("status").GetString());
        await Until.True(async () => (await Payouts(shop)).Length == 1, "the list of pay-outs");
        long all = given.GetProperty("amount").GetProperty("amount").GetInt64();
        IReadOnlyList<JournalEntry> booked = await Booked(shop, Today(shop), 2);
        Assert.Equal((all, -all), (booked.Sum(e => e.Clearing().Amount), Balance(booked, "2190")));
        await PaidOut(shop, shopper, given.GetProperty("id").GetString()!);
        Assert.Equal(0, Balance(await Booked(shop, Today(shop), 3), "2190"));
    }

    [Fact]
    public async Task What_a_return_was_refunded_and_came_back_is_owed()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Returns:ApproveAutomatically"] = "true");
        Shopper shopper = await Sold(shop, 1);
        await shop.MoveUntilOver(shopper);
        string sku = (await shopper.Order()).GetProperty("lines")[0].GetProperty("sku").GetString()!;
        string id = (await ShopClient.Json(await shop.Send(
            HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/returns?token={shopper.Token}", new { lines = new[] { new { sku, quantity = 1 } } }, ("Idempotency-Key", "back")))).GetProperty("id").GetString()!;
        foreach ((string status, string step, object? body) in ((string, string, object?)[])[("approved", "receipt", null), ("received", "inspection", new { lines = new[] { new { sku, restocked = 1 } } })])
        {
            await Until.True(async () => await Return(shopper) == status, status);
            await ShopClient.Json(await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}/returns/{id}/{step}", body));
        }
        await Until.True(async () => await Return(shopper) == "completed", "the money");

        await shopper.Press("bounce");
        await Bounced(shopper, 0);
        await Until.True(async () => (await Payouts(shop)).Length == 1, "the list of pay-outs");
        await PaidOut(shop, shopper, (await shopper.Order()).GetProperty("refunds")[0].GetProperty("id").GetString()!);
        Assert.Equal("completed", await Return(shopper));
    }

    [Fact]
    public async Task What_came_back_because_the_buyer_asked_the_bank_is_not_paid_out_while_the_bank_decides()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop, 1);
        await shopper.Press("pend");
        await Refund(shop, shopper, new { reason = "late", amount = Idr(10_000_00) });
        string id = (await Settled(shopper, 1)).GetProperty("refunds")[0].GetProperty("id").GetString()!;
        await shopper.Press("dispute");
        await shopper.Press("bounce");
        await Bounced(shopper, 0);
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "disputed", "the dispute");
        Assert.Equal(HttpStatusCode.Conflict, (await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}/refunds/{id}/payout", new { reference = "TRF-78" })).StatusCode);

        await shopper.Press("win");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "partiallyRefunded", "the bank's decision");
        await PaidOut(shop, shopper, id);
    }

    [Fact]
    public async Task What_came_back_and_the_bank_gave_the_buyer_in_the_end_is_not_paid_out()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop, 1);
        await shop.MoveUntilOver(shopper);
        await Refund(shop, shopper, new { reason = "late", amount = Idr(10_000_00) });
        await Settled(shopper, 1);
        await shopper.Press("bounce");
        await Until.True(async () => (await Payouts(shop)).Length == 1, "the list of pay-outs");
        await shopper.Press("dispute");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "disputed", "the dispute");

        await shopper.Press("lose");
        await Until.True(async () => (await Payouts(shop)).Length == 0, "the list to be empty");
        IReadOnlyList<JournalEntry> booked = await Booked(shop, Today(shop), 6);
        // Nothing is left of the sale, nothing is owed, and nothing was given twice.
        Assert.Equal((0, 0, 0), (booked.Sum(e => e.Clearing().Amount), Balance(booked, "2190"), Balance(booked, "6140")));
        Assert.Equal("refunded", (await shopper.Order()).GetProperty("paymentStatus").GetString());
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task One_that_somebody_gave_past_the_shop_and_came_back_is_a_task()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop, 1);
        Refund past = await new RefundService(shop.Service<IStripeClient>()).CreateAsync(new RefundCreateOptions { PaymentIntent = shopper.Intent, Amount = 1_000_00 }, null, Cancel);
        await shopper.Press("bounce");

        JsonElement[] tasks = await Until.Found(async () => await Tasks(shop) is { Length: > 0 } some ? some : null, "the task");
        Assert.Contains("payment-events", tasks[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        JsonElement order = await shopper.Order();
        Assert.Equal((0, "paid", 0), (order.GetProperty("refunds").GetArrayLength(), order.GetProperty("paymentStatus").GetString(), (await Payouts(shop)).Length));
        Assert.Equal("failed", (await new RefundService(shop.Service<IStripeClient>()).GetAsync(past.Id, null, null, Cancel)).Status);
    }

    [Fact]
    public async Task What_somebody_gave_back_past_the_shop_is_not_given_once_more()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop, 1);
        await new RefundService(shop.Service<IStripeClient>()).CreateAsync(new RefundCreateOptions { PaymentIntent = shopper.Intent }, null, Cancel);

        await Refund(shop, shopper, new { reason = "late", amount = Idr(10_000_00) });
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds") is { } refunds && refunds.GetArrayLength() == 1 && refunds[0].GetProperty("status").GetString() == "done", "the refund to be found");
        Assert.Empty(await Payouts(shop));
    }

    private static async Task<Shopper> Sold(ShopHost shop, int quantity)
    {
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), quantity));
        await shopper.OrderUntil("fulfilling");
        return shopper;
    }

    private static async Task Refund(ShopHost shop, Shopper shopper, object wanted) => await ShopClient.Json(await TryRefund(shop, shopper, wanted));

    private static Task<HttpResponseMessage> TryRefund(ShopHost shop, Shopper shopper, object wanted) => Staff(shop, $"/v1/admin/orders/{shopper.OrderId}/refunds", wanted);

    private static async Task PaidOut(ShopHost shop, Shopper shopper, string id)
    {
        await ShopClient.Json(await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}/refunds/{id}/payout", new { reference = "TRF-78" }));
        await Until.True(async () => (await Payouts(shop)).Length == 0, "the pay-out");
    }

    private static async Task<JsonElement> Settled(Shopper shopper, int refunds)
    {
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").EnumerateArray().Count(r => r.GetProperty("status").GetString() == "done") == refunds, $"{refunds} refunds");
        return await shopper.Order();
    }

    private static async Task<JsonElement> Bounced(Shopper shopper, int refund)
    {
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds")[refund].GetProperty("failed").ValueKind == JsonValueKind.Object, "the refund to be back");
        return (await shopper.Order()).GetProperty("refunds")[refund];
    }

    private static async Task<string?> Return(Shopper shopper) => (await shopper.Order()).GetProperty("returns") is var returns && returns.GetArrayLength() > 0 ? returns[0].GetProperty("status").GetString() : null;

    private static async Task Misbehave(ShopHost shop, Shopper shopper, object how) => await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/emulator/payments/{shopper.Intent}/misbehave", how));

    private static async Task<JsonElement[]> Payouts(ShopHost shop) => [.. (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/payouts", null, await shop.StaffToken()))).GetProperty("data").EnumerateArray()];

    private static async Task<JsonElement[]> Tasks(ShopHost shop) => [.. (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/worklist?kind=message", null, await shop.StaffToken()))).GetProperty("data").EnumerateArray()];

    private static async Task<HttpResponseMessage> Staff(ShopHost shop, string path, object? body) => await shop.Send(HttpMethod.Post, path, body, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()));

    private static object Idr(long amount) => new { amount, currency = "IDR" };

    private static DateOnly Today(ShopHost shop) => shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow());

    private static long Balance(IEnumerable<JournalEntry> booked, string account) => booked.SelectMany(e => e.Lines).Where(l => l.Account == account).Sum(l => l.Debit.Amount - l.Credit.Amount);

    private static async Task<IReadOnlyList<JournalEntry>> Booked(ShopHost shop, DateOnly day, int bookings) =>
        await Until.Found(async () => await shop.Service<JournalStore>().Day(day, Cancel) is var booked && booked.Count == bookings ? booked : null, $"{bookings} bookings");

    /// <summary>Compares a day, once it is over.</summary>
    private static async Task<(int Compared, int Differences)> Compared(ShopHost shop, string provider, DateOnly day)
    {
        TimeSpan left = shop.Service<ShopOptions>().StartOf(day.AddDays(1)) - shop.Clock.GetUtcNow();
        if (left > TimeSpan.Zero) shop.Clock.Advance(left);
        string text = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await ShopClient.Json(await Staff(shop, "/v1/admin/reconciliations", new { provider, day = text }));
        JsonElement compared = default;
        await Until.True(async () =>
        {
            using HttpResponseMessage response = await shop.Send(HttpMethod.Get, $"/v1/admin/reconciliations/{provider}/{text}", null, await shop.StaffToken());
            if (response.IsSuccessStatusCode) compared = (await ShopClient.Json(response)).GetProperty("day");
            return compared.ValueKind == JsonValueKind.Object;
        }, "the comparison");
        return (compared.GetProperty("compared").GetInt32(), compared.GetProperty("differences").GetInt32());
    }
}
