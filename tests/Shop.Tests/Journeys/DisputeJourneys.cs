using System.Net;
using System.Text.Json;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Shop.Checkout;
using Shop.Common;
using Shop.Integration;
using Shop.Payments;
using Shop.Tests.Faults;

namespace Shop.Tests.Journeys;

public sealed class DisputeJourneys
{
    [Fact]
    public async Task A_dispute_that_the_shop_answers_and_wins_leaves_the_order_paid()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop);
        string dispute = await Disputed(shop, shopper);
        Assert.Equal(HttpStatusCode.Conflict, (await Post(shop, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "twice?", amount = new { amount = 1_000_00, currency = "IDR" } })).StatusCode);

        Assert.Equal(HttpStatusCode.Accepted, (await Post(shop, $"/v1/admin/orders/{shopper.OrderId}/disputes/{dispute}/answer", new { explanation = "The parcel was delivered to the buyer's door." })).StatusCode);
        await Until.True(async () => await DisputeStatusOf(shop, shopper) == "underReview", "the answer");
        Assert.Equal(HttpStatusCode.Conflict, (await Post(shop, $"/v1/admin/orders/{shopper.OrderId}/disputes/{dispute}/answer", new { explanation = "The parcel was delivered to the buyer's door." })).StatusCode);
        JsonElement evidence = (await shop.Client.Stripe($"/emulator/stripe/v1/disputes/{dispute}")).GetProperty("evidence");
        Assert.Equal(shopper.Email, evidence.GetProperty("customer_email_address").GetString());

        await shopper.Press("win");
        await Until.True(async () => await DisputeStatusOf(shop, shopper) == "won", "the bank's decision");
        Assert.Equal("paid", (await shopper.Order()).GetProperty("paymentStatus").GetString());
        Assert.StartsWith("staff:stf_", (await Order(shop, shopper)).GetProperty("timeline").EnumerateArray().First(e => e.GetProperty("type").GetString() == "dispute.answered").GetProperty("actor").GetString(), StringComparison.Ordinal);
        await Until.True(async () => (await Work(shop)).Length == 0, "the work to be done");
        await Booked(shop, 3, clearing: (await shopper.Order()).GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt64());
    }

    [Fact]
    public async Task A_question_of_the_bank_takes_nothing_and_forbids_nothing_until_it_becomes_a_dispute()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop);
        await shopper.Press("inquire");
        await Until.True(async () => (await Work(shop)).Length == 1, "the work to be listed");
        Assert.Equal(("paid", 0), ((await shopper.Order()).GetProperty("paymentStatus").GetString(), (await Order(shop, shopper)).GetProperty("disputes").GetArrayLength()));
        Assert.Equal(HttpStatusCode.Accepted, (await Post(shop, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "as asked", amount = new { amount = 1_000_00, currency = "IDR" } })).StatusCode);
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "partiallyRefunded", "the refund");

        string dispute = await Disputed(shop, shopper);
        Assert.Equal(HttpStatusCode.Accepted, (await Post(shop, $"/v1/admin/orders/{shopper.OrderId}/disputes/{dispute}/answer", new { explanation = "The parcel was delivered to the buyer's door." })).StatusCode);
        await shopper.Press("win");
        await Until.True(async () => await DisputeStatusOf(shop, shopper) == "won", "the bank's decision");

        Shopper other = await Sold(shop);
        await other.Press("inquire");
        await Until.True(async () => (await Work(shop)).Length == 1, "the work of the second question");
        await other.Press("win");
        await Until.True(async () => (await Work(shop)).Length == 0, "the question to be over");
        Assert.Equal("paid", (await other.Order()).GetProperty("paymentStatus").GetString());
    }

    [Fact]
    public async Task What_the_bank_takes_back_is_gone_and_booked_once()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop);
        await Disputed(shop, shopper);
        await shopper.Press("duplicate");

        await shopper.Press("lose");
        await Until.True(async () => await DisputeStatusOf(shop, shopper) == "lost", "the bank's decision");
        JsonElement refund = Assert.Single((await shopper.Order()).GetProperty("refunds").EnumerateArray());
        Assert.Equal(("refunded", true), ((await shopper.Order()).GetProperty("paymentStatus").GetString(), refund.GetProperty("chargedBack").GetBoolean()));
        await Booked(shop, 4, clearing: 0);
    }

    [Fact]
    public async Task A_parcel_that_comes_back_while_the_bank_decides_is_paid_back_when_the_shop_was_right()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop);
        await shopper.OrderUntil("fulfilling");
        await Disputed(shop, shopper);
        await shop.AtCourier((await shopper.Order()).GetProperty("shipments")[0], "return");
        await shopper.ParcelUntil("returned");
        string sku = (await shopper.Order()).GetProperty("lines")[0].GetProperty("sku").GetString()!;
        await Until.True(async () => await Work(shop, "parcel") is [var back] && back.GetProperty("text").GetString()!.Contains($"1 x {sku}", StringComparison.Ordinal), "somebody to look at it");
        Assert.Equal(("disputed", 0), ((await shopper.Order()).GetProperty("paymentStatus").GetString(), (await shopper.Order()).GetProperty("refunds").GetArrayLength()));

        await shopper.Press("win");
        await Until.True(async () => await DisputeStatusOf(shop, shopper) == "won", "the bank's decision");
        shop.Clock.Advance(TimeSpan.FromDays(1.01));
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "refunded", "the money");
        Assert.False(Assert.Single((await shopper.Order()).GetProperty("refunds").EnumerateArray()).GetProperty("chargedBack").GetBoolean());
    }

    [Fact]
    public async Task Nothing_is_sent_while_a_bank_decides_and_what_it_took_back_stays_in_the_shop()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Checkout:SendAfterMinutes"] = "30");
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        Shopper won = await Sold(shop), lost = await Sold(shop);
        foreach (Shopper shopper in (Shopper[])[won, lost])
        {
            await shopper.Press("dispute");
            await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "disputed", "the dispute");
        }
        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        await Until.True(async () => (await Work(shop, "parcel")).Length == 2, "staff to be told");

        await won.Press("win");
        await lost.Press("lose");
        await Until.True(async () => (await DisputeStatusOf(shop, won), await DisputeStatusOf(shop, lost)) == ("won", "lost"), "the bank's decisions");
        shop.Clock.Advance(FulfilmentOrchestration.GoodsAwaited + TimeSpan.FromSeconds(1));
        await won.OrderUntil("fulfilling");
        await Until.True(async () => await Work(shop, "parcel") is [var held] && held.GetProperty("text").GetString()!.Contains("cancel", StringComparison.Ordinal), "the other one to be left");
        Assert.Empty((await lost.Order()).GetProperty("shipments").EnumerateArray());

        Assert.Equal(HttpStatusCode.Accepted, (await Post(shop, $"/v1/admin/orders/{lost.OrderId}/cancel", new { reason = "the bank took its money back" })).StatusCode);
        await lost.OrderUntil("cancelled");
        await Until.True(async () => await shop.AvailableOf(sku) == before - 1, "the goods to be there again");
        Assert.Equal(0, (await Order(shop, lost)).GetProperty("kept").GetProperty("amount").GetInt64());
        await Until.True(async () => (await Work(shop, "parcel")).Length == 0, "the list to be empty");
        await Until.True(async () => (await lost.Mails()).Any(m => m.GetProperty("subject").GetString()!.Contains("dibatalkan", StringComparison.Ordinal)), "the mail");
    }

    [Fact]
    public async Task A_cancellation_that_a_dispute_crosses_ends_as_the_bank_decides()
    {
        Func<Task>? meanwhile = null;
        await using ShopHost shop = await ShopHost.Start(configure: b =>
        {
            b.Configuration["Checkout:SendAfterMinutes"] = "600";
            b.Before(FulfilmentActivities.CancelName, () => Interlocked.Exchange(ref meanwhile, null) is { } happens ? happens() : Task.CompletedTask);
        });
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        Shopper won = await Sold(shop), lost = await Sold(shop);
        foreach (Shopper shopper in (Shopper[])[won, lost])
        {
            await Until.True(async () => await shop.Service<DurableTaskClient>().GetInstanceAsync($"{shopper.OrderId}-1", TestContext.Current.CancellationToken) is not null, "the parcel to wait");
            // The bank is asked between the request and its step, and what it tells is lost.
            meanwhile = async () =>
            {
                await shopper.Press("drop");
                await shopper.Press("dispute");
            };
            await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel?token={shopper.Token}", null, ("Idempotency-Key", "once")));
            await Until.True(async () => (await shopper.Order()).GetProperty("refunds").GetArrayLength() == 1, "the refund to be opened");
        }

        // What it decides is told.
        foreach (Shopper shopper in (Shopper[])[won, lost]) await shopper.Press("misbehave");
        await won.Press("win");
        await lost.Press("lose");
        await Until.True(async () => (await Order(shop, won)).GetProperty("disputes").GetArrayLength() + (await Order(shop, lost)).GetProperty("disputes").GetArrayLength() == 2, "the bank's decisions");
        await Until.True(
            async () =>
            {
                shop.Clock.Advance(TimeSpan.FromMinutes(30));
                return ((await won.Order()).GetProperty("status").GetString(), (await lost.Order()).GetProperty("status").GetString()) == ("cancelled", "cancelled");
            }, "the cancellations");
        await Until.True(async () => await shop.AvailableOf(sku) == before, "the goods");
        long total = (await won.Order()).GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt64();
        Assert.Equal([total], (await won.Order()).GetProperty("refunds").EnumerateArray().Select(r => r.GetProperty("amount").GetProperty("amount").GetInt64()));
        Assert.Equal([0, total], (await lost.Order()).GetProperty("refunds").EnumerateArray().Select(r => r.GetProperty("amount").GetProperty("amount").GetInt64()).Order());
        Assert.All((await lost.Order()).GetProperty("refunds").EnumerateArray(), r => Assert.Equal("done", r.GetProperty("status").GetString()));
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task Files_are_not_delivered_while_their_money_is_disputed()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: false, (await shop.DigitalSku(), 1));
        Assert.NotEmpty((await shopper.Order()).GetProperty("downloads").EnumerateArray());

        await Disputed(shop, shopper);
        Assert.Empty((await shopper.Order()).GetProperty("downloads").EnumerateArray());
        await shopper.Press("win");
        await Until.True(async () => (await shopper.Order()).GetProperty("downloads").GetArrayLength() == 1, "the files");
    }

    [Fact]
    public async Task Whoever_answers_is_reminded_before_the_evidence_is_due()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Sold(shop);
        await Disputed(shop, shopper);

        for (int day = 0; day < 8; day++) shop.Clock.Advance(TimeSpan.FromDays(1.01));
        await Until.True(async () => (await shop.Get("/emulator/mailbox")).ToString().Contains("payment-disputed-late", StringComparison.Ordinal), "the reminder");
    }

    [Fact]
    public async Task A_dispute_that_comes_while_the_return_of_a_parcel_is_written_down_is_waited_for()
    {
        var told = new TaskCompletionSource();
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Before(FulfilmentActivities.TakeBackName, () => told.Task));
        Shopper shopper = await Sold(shop);
        await shopper.ParcelUntil("booked");
        string parcel = $"{shopper.OrderId}-1";
        Assert.Equal(HttpStatusCode.Accepted, (await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/shipments/{parcel}/returned", null, await shop.StaffToken(), ("Idempotency-Key", "back"))).StatusCode);
        await shopper.ParcelUntil("returned");

        // The step reads the clock between its look at the order and what it writes.
        var crossed = new CrossedClock(async () =>
        {
            await shopper.Press("dispute");
            await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "disputed", "the dispute");
        });
        FulfilmentActivities step = ActivatorUtilities.CreateInstance<FulfilmentActivities>(shop.Service<IServiceProvider>(), crossed);
        Assert.False(await step.TakeBack(new FulfilmentInput(shopper.OrderId, parcel, MayWait: false), TestContext.Current.CancellationToken));
        Assert.True(crossed.Happened);
        Assert.Equal(("fulfilling", 0), ((await shopper.Order()).GetProperty("status").GetString(), (await shopper.Order()).GetProperty("refunds").GetArrayLength()));

        await shopper.Press("win");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the bank's decision");
        told.SetResult();
        await shopper.OrderUntil("cancelled");
        Assert.Equal("refunded", (await shopper.Order()).GetProperty("paymentStatus").GetString());
        await Invariants.Hold(shop);
    }

    /// <summary>Something happens when it is first read.</summary>
    private sealed class CrossedClock(Func<Task> happens) : TimeProvider
    {
        public bool Happened { get; private set; }

        public override DateTimeOffset GetUtcNow()
        {
            if (!Happened)
            {
                Happened = true;
                Task.Run(happens).GetAwaiter().GetResult();
            }
            return System.GetUtcNow();
        }
    }

    private static async Task<Shopper> Sold(ShopHost shop)
    {
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        return shopper;
    }

    private static async Task<string> Disputed(ShopHost shop, Shopper shopper)
    {
        await shopper.Press("dispute");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "disputed", "the dispute");
        await Until.True(async () => (await Work(shop)).Length == 1, "the work to be listed");
        return (await Order(shop, shopper)).GetProperty("disputes")[0].GetProperty("id").GetString()!;
    }

    private static async Task<string?> DisputeStatusOf(ShopHost shop, Shopper shopper) => (await Order(shop, shopper)).GetProperty("disputes")[0].GetProperty("status").GetString();

    private static async Task<JsonElement> Order(ShopHost shop, Shopper shopper) => await ShopClient.Json(await shop.Send(HttpMethod.Get, $"/v1/admin/orders/{shopper.OrderId}", null, await shop.StaffToken()));

    private static async Task<JsonElement[]> Work(ShopHost shop, string kind = "dispute") =>
        [.. (await ShopClient.Json(await shop.Send(HttpMethod.Get, $"/v1/admin/worklist?kind={kind}", null, await shop.StaffToken()))).GetProperty("data").EnumerateArray()];

    private static async Task<HttpResponseMessage> Post(ShopHost shop, string path, object body) => await shop.Send(HttpMethod.Post, path, body, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()));

    private static async Task Booked(ShopHost shop, int bookings, long clearing)
    {
        JournalStore journal = shop.Service<JournalStore>();
        DateOnly today = shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow());
        IReadOnlyList<JournalEntry> entries = await Until.Found(async () => await journal.Day(today, TestContext.Current.CancellationToken) is var booked && booked.Count == bookings ? booked : null, $"{bookings} bookings");
        IReadOnlyList<LedgerEntry> ledger = await shop.Service<LedgerStore>().Day("stripe", today, TestContext.Current.CancellationToken);
        Assert.Equal(clearing, entries.Sum(e => e.Clearing().Amount));
        Assert.Equal(clearing, ledger.Sum(e => e.Kind is LedgerKind.Capture or LedgerKind.ChargebackReversed ? e.Amount.Amount : -e.Amount.Amount));
    }
}
