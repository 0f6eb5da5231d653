using System.Text.Json;
using Shop.Checkout;
using Shop.Common;
using Shop.Emulator.Durable;
using Shop.Inventory;
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

    private static async Task<string> Sold(Shopper shopper) => (await shopper.Order()).GetProperty("lines")[0].GetProperty("sku").GetString()!;
}
