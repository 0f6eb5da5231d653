using System.Globalization;
using System.Net;
using System.Text.Json;
using Shop.Common;
using Shop.Integration;
using Shop.Payments;
using Shop.Reconciliation;

namespace Shop.Tests.Journeys;

public sealed class ReconciliationJourneys
{
    [Fact]
    public async Task A_day_on_which_everything_agrees_has_no_difference_and_books_fees_and_payouts()
    {
        await using ShopHost shop = await ShopHost.Start();
        (Shopper shopper, DateOnly day) = await Sold(shop);
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "late", amount = new { amount = 1_000_00, currency = "IDR" } }, await shop.StaffToken(), ("Idempotency-Key", "1")));
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "partiallyRefunded", "the refund");
        JsonElement payout = await ShopClient.Json(await shop.Send(HttpMethod.Post, "/emulator/payments/payout", new { currency = "idr" }));
        await Booked(shop, day, 2);

        JsonElement stripe = await Compared(shop, "stripe", day), journal = await Compared(shop, "journal", day);
        Assert.Equal((3, 0), (stripe.GetProperty("day").GetProperty("compared").GetInt32(), stripe.GetProperty("day").GetProperty("differences").GetInt32()));
        Assert.Equal((2, 0), (journal.GetProperty("day").GetProperty("compared").GetInt32(), journal.GetProperty("day").GetProperty("differences").GetInt32()));
        IReadOnlyList<JournalEntry> booked = await Booked(shop, day, 4);
        Assert.Equal(-payout.GetProperty("amount").GetInt64(), booked.SelectMany(e => e.Lines).Single(l => l.Account == "1110").Debit.Amount);
        // All of it was paid out: nothing is left at the provider.
        Assert.Equal(0, booked.Sum(e => e.Clearing().Amount));
    }

    [Fact]
    public async Task Money_that_only_one_side_knows_is_a_task_until_somebody_closes_it()
    {
        await using ShopHost shop = await ShopHost.Start();
        (_, DateOnly day) = await Sold(shop);
        DateTimeOffset noon = shop.Service<ShopOptions>().StartOf(day).AddHours(12);
        await shop.Service<LedgerStore>().Add(new LedgerEntry("stripe", "pi_gone", LedgerKind.Capture, "pi_gone", "ord_01kar00000000000000000000", Money.FromMajor(5, Currency.Idr), noon), TestContext.Current.CancellationToken);

        JsonElement found = Assert.Single((await Compared(shop, "stripe", day)).GetProperty("differences").EnumerateArray());
        Assert.Equal(("notReported", "pi_gone"), (found.GetProperty("kind").GetString(), found.GetProperty("reference").GetString()));
        Assert.Single(await Work(shop));

        string id = found.GetProperty("id").GetString()!;
        JsonElement closed = await ShopClient.Json(await Post(shop, $"/v1/admin/reconciliations/stripe/{Text(day)}/differences/{id}/close", new { note = "Entered by hand, taken back." }));
        Assert.Equal("Entered by hand, taken back.", closed.GetProperty("note").GetString());
        Assert.Empty(await Work(shop));
        await Compared(shop, "stripe", day);
        Assert.Empty(await Work(shop));
    }

    [Fact]
    public async Task Two_who_close_a_difference_at_once_see_the_note_of_the_first()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        ReconciliationStore store = shop.Service<ReconciliationStore>();
        var day = new DateOnly(2026, 11, 23);
        await store.Add(new Difference("dif_1", "stripe", day, DifferenceKind.NotReported, LedgerKind.Capture, "pi_1", null, null, Money.FromMajor(5, Currency.Idr)), TestContext.Current.CancellationToken);

        Difference?[] closed = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => store.Close("stripe", day, "dif_1", $"note {i}", $"staff:stf_{i}", shop.Clock.GetUtcNow(), TestContext.Current.CancellationToken)));
        Assert.Single(closed.Select(c => c!.Note).Distinct());
    }

    [Fact]
    public async Task What_staff_were_given_of_a_provider_that_cannot_be_asked_is_compared_likewise()
    {
        await using ShopHost shop = await ShopHost.Start();
        DateOnly day = shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow());
        DateTimeOffset noon = shop.Service<ShopOptions>().StartOf(day).AddHours(12);
        await shop.Service<LedgerStore>().Add(new LedgerEntry("midtrans", "ord_1-1", LedgerKind.Capture, "ord_1-1", "ord_1", Money.FromMajor(50, Currency.Idr), noon), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Post(shop, "/v1/admin/reconciliations", new { provider = "midtrans", day = Text(day) })).StatusCode);

        object[] movements = [new { kind = "capture", reference = "ord_1-1", amount = new { amount = 60_00, currency = "IDR" }, at = noon }, new { kind = "capture", reference = "ord_2-1", amount = new { amount = 10_00, currency = "IDR" }, at = noon }];
        JsonElement[] found = [.. (await Compared(shop, "midtrans", day, movements)).GetProperty("differences").EnumerateArray()];
        Assert.Equal(["notInLedger", "otherAmount"], found.Select(f => f.GetProperty("kind").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_report_that_nobody_sent_is_asked_for_and_one_that_is_corrected_books_nothing_twice()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        DateOnly day = shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow());
        DateTimeOffset noon = shop.Service<ShopOptions>().StartOf(day).AddHours(12);
        await shop.Service<LedgerStore>().Add(new LedgerEntry("midtrans", "ord_1-1", LedgerKind.Capture, "ord_1-1", "ord_1", Money.FromMajor(50, Currency.Idr), noon), TestContext.Current.CancellationToken);
        shop.Clock.Advance(TimeSpan.FromDays(1));
        await Until.True(async () => (await Reports(shop)).Length == 1, "the report to be asked for");

        object Moved(string kind, string reference, long amount) => new { kind, reference, amount = new { amount, currency = "IDR" }, at = noon };
        await Compared(shop, "midtrans", day, [Moved("capture", "ord_1-1", 50_00), Moved("fee", "fee-1", 1_00), Moved("settlement", "pay-1", 49_00)]);
        Assert.Empty(await Reports(shop));
        JsonElement again = await Compared(shop, "midtrans", day, [Moved("fee", "fee-1", 2_00), Moved("settlement", "pay-1", 49_00), Moved("capture", "ord_1-1", 50_00)]);
        JsonElement difference = Assert.Single(again.GetProperty("differences").EnumerateArray());
        Assert.Equal(("otherAmount", "fee"), (difference.GetProperty("kind").GetString(), difference.GetProperty("movement").GetString()));
        IReadOnlyList<LedgerEntry> booked = await shop.Service<LedgerStore>().Day("midtrans", day, TestContext.Current.CancellationToken);
        Assert.Equal([49_00L], booked.Where(b => b.Kind == LedgerKind.Settlement).Select(b => b.Amount.Amount));
        Assert.Equal([1_00L], booked.Where(b => b.Kind == LedgerKind.Fee).Select(b => b.Amount.Amount));
    }

    [Fact]
    public async Task A_report_is_asked_for_when_nobody_was_there_the_night_after()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        DateOnly day = shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow());
        await shop.Service<LedgerStore>().Add(new LedgerEntry("manual", "ord_1-1", LedgerKind.Capture, "ord_1-1", "ord_1", Money.FromMajor(50, Currency.Idr), shop.Service<ShopOptions>().StartOf(day).AddHours(12)), TestContext.Current.CancellationToken);

        shop.Clock.Advance(TimeSpan.FromDays(4));
        await Until.True(async () => (await Reports(shop)).Length == 1, "the report to be asked for");
        Assert.Equal($"manual-{Text(day)}", (await Reports(shop))[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_report_is_asked_for_of_every_day_on_which_money_might_have_come_and_once()
    {
        await using ShopHost shop = await ShopHost.Start();
        DateOnly day = shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow());
        await Shopper.CheckedOut(shop, "bca-va");
        Assert.Empty(await shop.Service<LedgerStore>().Day("midtrans", day, TestContext.Current.CancellationToken));

        shop.Clock.Advance(TimeSpan.FromDays(1));
        await Until.True(async () => await Asked() is [var only] && only == $"midtrans-{Text(day)}", "the report of the day");
        Assert.Equal(HttpStatusCode.NoContent, (await shop.Send(HttpMethod.Post, $"/v1/admin/worklist/report/midtrans-{Text(day)}/done", null, await shop.StaffToken(), ("Idempotency-Key", "1"))).StatusCode);
        // A virtual account is open for a day and a night.
        shop.Clock.Advance(TimeSpan.FromDays(1));
        await Until.True(async () => await Asked() is [var next] && next == $"midtrans-{Text(day.AddDays(1))}", "the report of the next day");

        async Task<string?[]> Asked() => [.. (await Reports(shop)).Select(r => r.GetProperty("id").GetString())];
    }

    private static async Task<JsonElement[]> Reports(ShopHost shop) =>
        [.. (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/worklist?kind=report", null, await shop.StaffToken()))).GetProperty("data").EnumerateArray()];

    [Fact]
    public async Task Days_on_which_nobody_was_there_are_compared_when_somebody_is()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        DateOnly day = shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow());
        await Compared(shop, "journal", day);
        shop.Clock.Advance(TimeSpan.FromDays(4));
        foreach (int later in (int[])[1, 2, 3])
            await Until.True(async () => (await shop.Send(HttpMethod.Get, $"/v1/admin/reconciliations/journal/{Text(day.AddDays(later))}", null, await shop.StaffToken())).IsSuccessStatusCode, $"day {later}");
        // There was no shop before the first one that was compared.
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Send(HttpMethod.Get, $"/v1/admin/reconciliations/journal/{Text(day.AddDays(-2))}", null, await shop.StaffToken())).StatusCode);
    }

    private static async Task<(Shopper, DateOnly)> Sold(ShopHost shop)
    {
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        return (shopper, shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow()));
    }

    private static async Task<JsonElement> Compared(ShopHost shop, string provider, DateOnly day, object[]? movements = null)
    {
        string path = $"/v1/admin/reconciliations/{provider}/{Text(day)}";
        using HttpResponseMessage before = await shop.Send(HttpMethod.Get, path, null, await shop.StaffToken());
        string last = before.IsSuccessStatusCode ? (await ShopClient.Json(before)).GetProperty("day").GetProperty("at").GetString()! : "";
        // What is not over is not compared: what moves until midnight would never be booked.
        DateTimeOffset over = shop.Service<ShopOptions>().StartOf(day.AddDays(1));
        if (over > shop.Clock.GetUtcNow())
        {
            HttpResponseMessage early = await Post(shop, "/v1/admin/reconciliations", new { provider = "journal", day = Text(day) });
            Assert.Contains("reconciliation.not-over", await early.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            shop.Clock.Advance(over - shop.Clock.GetUtcNow());
        }
        shop.Clock.Advance(TimeSpan.FromMilliseconds(10));
        await ShopClient.Json(await Post(shop, "/v1/admin/reconciliations", movements is null ? new { provider, day = Text(day) } : new { provider, day = Text(day), movements }));
        JsonElement compared = default;
        await Until.True(async () =>
        {
            using HttpResponseMessage response = await shop.Send(HttpMethod.Get, path, null, await shop.StaffToken());
            if (response.IsSuccessStatusCode) compared = await ShopClient.Json(response);
            return compared.ValueKind == JsonValueKind.Object && compared.GetProperty("day").GetProperty("at").GetString() != last;
        }, "the comparison");
        return compared;
    }

    private static async Task<IReadOnlyList<JournalEntry>> Booked(ShopHost shop, DateOnly day, int bookings) => await Until.Found(
        async () => await shop.Service<JournalStore>().Day(day, TestContext.Current.CancellationToken) is var booked && booked.Count == bookings ? booked : null, $"{bookings} bookings");

    private static async Task<JsonElement[]> Work(ShopHost shop) =>
        [.. (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/worklist?kind=difference", null, await shop.StaffToken()))).GetProperty("data").EnumerateArray()];

    private static async Task<HttpResponseMessage> Post(ShopHost shop, string path, object body) => await shop.Send(HttpMethod.Post, path, body, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()));

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
