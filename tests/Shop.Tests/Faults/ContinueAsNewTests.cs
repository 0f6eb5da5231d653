using System.Text.Json;
using Microsoft.DurableTask.Client;
using Shop.Checkout;
using Shop.Common;
using Shop.Emulator.Durable;
using Shop.Inventory;
using Shop.Shipping;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>What waits for weeks begins its history anew, and loses nothing by it.</summary>
public sealed class ContinueAsNewTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_parcel_that_waits_long_for_its_goods_begins_its_history_anew_and_is_sent_once()
    {
        ShopHost? alive = null;
        Shopper? buyer = null;
        int looked = 0;
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Before(FulfilmentActivities.BookName, async () =>
        {
            if (++looked == 41) await EditNow(alive!, buyer!);
        }));
        alive = shop;
        Shopper shopper = buyer = await BoughtBeforeItIsThere(shop);
        string parcel = ShipmentIds.For(shopper.OrderId, 1);
        InstanceStore store = shop.Service<InstanceStore>();
        int longest = 0;
        await Until.True(
            async () =>
            {
                if (await store.Load(parcel, Cancel) is not var (now, history)) return false;
                longest = Math.Max(longest, history.Count);
                // It waits for the clock only once its last question was answered.
                if (now.Generation == 1 && history.OfType<TimerCreated>().Count() > history.OfType<TimerFired>().Count()) shop.Clock.Advance(FulfilmentOrchestration.GoodsAwaited + TimeSpan.FromSeconds(1));
                return now.Generation == 2;
            },
            "the history to begin anew",
            TimeSpan.FromMinutes(2));
        (_, List<HistoryEvent> anew) = (await store.Load(parcel, Cancel))!.Value;
        Assert.True(longest > 100 && anew.Count < 10, $"It grew to {longest} events and began anew with {anew.Count}.");
        Assert.Empty((await shopper.Order()).GetProperty("shipments").EnumerateArray());
        // What was told during the last step before that was served.
        Assert.Equal("Titip di satpam", (await shopper.Order()).GetProperty("note").GetString());

        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/admin/stock/{await Sold(shopper)}/receipts", new { quantity = 3, reference = "SJ-1" }, await shop.StaffToken(), ("Idempotency-Key", "late")));
        shop.Clock.Advance(FulfilmentOrchestration.GoodsAwaited);
        await shop.MoveUntilOver(shopper);
        Assert.Single((await shopper.Order()).GetProperty("shipments").EnumerateArray());
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task A_parcel_that_is_long_on_its_way_begins_its_history_anew_and_hears_what_was_told_meanwhile()
    {
        Func<Task>? tells = null;
        int asked = 0;
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Before(FulfilmentActivities.AskName, async () =>
        {
            if (++asked == 40) await tells!();
        }));
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        await shopper.ParcelUntil("booked");
        await shop.AtCourier((await shopper.Order()).GetProperty("shipments")[0], "hold");
        string parcel = ShipmentIds.For(shopper.OrderId, 1);
        // The courier knows nothing of it: what is lost here never comes again.
        tells = () => Tell(shop, parcel, CheckoutEvents.Tracking, new TrackingStep(shopper.OrderId, parcel, new TrackingEvent(ShipmentStatus.PickedUp, shop.Clock.GetUtcNow(), null), Actor: "staff:stf_1"));

        await Until.True(
            async () =>
            {
                if (await shop.Service<InstanceStore>().Load(parcel, Cancel) is not var (now, history)) return false;
                if (asked < 40 && history.OfType<TimerCreated>().Count() > history.OfType<TimerFired>().Count()) shop.Clock.Advance(FulfilmentOrchestration.Silence + TimeSpan.FromSeconds(1));
                return now.Generation == 2;
            },
            "the history to begin anew",
            TimeSpan.FromMinutes(2));
        Assert.True((await shop.Service<InstanceStore>().Load(parcel, Cancel))!.Value.Item2.Count < 10);
        Assert.Equal("pickedUp", (await shopper.Order()).GetProperty("shipments")[0].GetProperty("status").GetString());

        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/shipments/{parcel}/delivered", null, await shop.StaffToken(), ("Idempotency-Key", "there")));
        await shopper.OrderUntil("completed");
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task A_return_of_many_steps_begins_its_history_anew_and_hears_what_was_told_meanwhile()
    {
        Func<Task>? tells = null;
        int moves = 0;
        await using ShopHost shop = await ShopHost.Start(configure: b =>
        {
            b.Configuration["Returns:ApproveAutomatically"] = "true";
            b.Before(ReturnActivities.MoveName, async () =>
            {
                if (++moves == 40) await tells!();
            });
        });
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        await shopper.Buy(shipped: true, (sku, 1));
        await shop.MoveUntilOver(shopper);
        string id = (await ShopClient.Json(await shop.Send(
            HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/returns?token={shopper.Token}", new { lines = new[] { new { sku, quantity = 1 } }, reason = "damaged" }, ("Idempotency-Key", "back")))).GetProperty("id").GetString()!;
        async Task<string?> Status() => (await shopper.Order()).GetProperty("returns") is { ValueKind: JsonValueKind.Array } returns && returns.GetArrayLength() == 1 ? returns[0].GetProperty("status").GetString() : null;
        await Until.True(async () => await Status() == "approved", "the approval");
        tells = () => Tell(shop, id, CheckoutEvents.Return, new ReturnMove(ReturnMoveKind.Receive, "staff:stf_1"));

        for (int i = 0; i < 40; i++)
            await shop.Service<DurableTaskClient>().RaiseEventAsync(id, CheckoutEvents.Tracking, new TrackingStep(shopper.OrderId, id, new TrackingEvent(ShipmentStatus.InTransit, shop.Clock.GetUtcNow(), null)), Cancel);
        await Until.True(async () => (await shop.Service<InstanceStore>().Load(id, Cancel))!.Value.Item1.Generation == 2, "the history to begin anew");
        Assert.True((await shop.Service<InstanceStore>().Load(id, Cancel))!.Value.Item2.Count < 10);
        Assert.Equal((41, "received"), (moves, await Status()));

        await ShopClient.Json(await shop.Send(
            HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/returns/{id}/inspection", new { lines = new[] { new { sku, restocked = 1 } } }, await shop.StaffToken(), ("Idempotency-Key", "seen")));
        await Until.True(async () => await Status() == "completed", "the money");
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task A_dispute_of_many_steps_begins_its_history_anew_and_remembers_who_answered_meanwhile()
    {
        Func<Task>? tells = null;
        int looks = 0;
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Before(DisputeOrchestration.LookName, async () =>
        {
            if (++looks == 40) await tells!();
        }));
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        // One that is not booked by then waits an hour after the bank has decided.
        await shopper.ParcelUntil("booked");
        await shopper.Press("dispute");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "disputed", "the dispute");
        JsonElement seen = await ShopClient.Json(await shop.Send(HttpMethod.Get, $"/v1/admin/orders/{shopper.OrderId}", null, await shop.StaffToken()));
        var nothingNew = new DisputeStep(shopper.OrderId, "stripe", seen.GetProperty("disputes")[0].GetProperty("id").GetString()!);
        string id = DisputeOrchestration.Id(shopper.OrderId, nothingNew.DisputeId);
        tells = async () =>
        {
            await Tell(shop, id, CheckoutEvents.Dispute, nothingNew);
            await Tell(shop, id, CheckoutEvents.Dispute, nothingNew with { AnsweredBy = "staff:stf_1" });
        };

        for (int i = 0; i < 39; i++) await shop.Service<DurableTaskClient>().RaiseEventAsync(id, CheckoutEvents.Dispute, nothingNew, Cancel);
        InstanceStore store = shop.Service<InstanceStore>();
        await Until.True(async () => (await store.Load(id, Cancel))!.Value.Item1.Generation == 2, "the history to begin anew");
        (Instance anew, List<HistoryEvent> history) = (await store.Load(id, Cancel))!.Value;
        Assert.True(history.Count < 10);
        Assert.Contains("staff:stf_1", anew.Input, StringComparison.Ordinal);

        await shopper.Press("win");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the bank's decision");
        await shop.MoveUntilOver(shopper);
        await Invariants.Hold(shop);
    }

    private static async Task<Shopper> BoughtBeforeItIsThere(ShopHost shop)
    {
        string sku = await shop.PhysicalSku();
        HttpResponseMessage settings = await shop.Send(HttpMethod.Get, $"/v1/admin/stock/{sku}/settings", null, await shop.StaffToken());
        await ShopClient.Json(await shop.Send(HttpMethod.Put, $"/v1/admin/stock/{sku}/settings/policy", new { kind = "backorder", limit = 5 }, await shop.StaffToken(), ("If-Match", settings.Headers.ETag!.Tag)));
        await Until.True(() => shop.Service<global::Shop.Catalog.CatalogIndex>().Find(Sku.Parse(sku))!.Promise is not null, "the promise");
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (sku, await shop.AvailableOf(sku) + 2));
        return shopper;
    }

    /// <summary>Returns when the parcel's flow has heard of it.</summary>
    private static async Task EditNow(ShopHost shop, Shopper shopper)
    {
        await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/orders/{shopper.OrderId}?token={shopper.Token}", new { note = "Titip di satpam" }));
        await Until.True(async () => (await shop.Service<InstanceStore>().Load(ShipmentIds.For(shopper.OrderId, 1), Cancel))!.Value.Item2.OfType<EventRaised>().Any(), "the flow to hear of it");
    }

    /// <summary>Raises an event in the middle of a step, and returns when the flow has heard of it.</summary>
    private static async Task Tell(ShopHost shop, string instance, string name, object what)
    {
        InstanceStore store = shop.Service<InstanceStore>();
        int before = (await store.Load(instance, Cancel))!.Value.Item2.OfType<EventRaised>().Count();
        await shop.Service<DurableTaskClient>().RaiseEventAsync(instance, name, what, Cancel);
        await Until.True(async () => (await store.Load(instance, Cancel))!.Value.Item2.OfType<EventRaised>().Count() > before, "the flow to hear of it");
    }

    private static async Task<string> Sold(Shopper shopper) => (await shopper.Order()).GetProperty("lines")[0].GetProperty("sku").GetString()!;
}
