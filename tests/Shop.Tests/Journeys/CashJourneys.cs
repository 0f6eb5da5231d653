using System.Net;
using System.Text.Json;
using Shop.Common;
using Shop.Payments;

namespace Shop.Tests.Journeys;

public sealed class CashJourneys
{
    [Fact]
    public async Task Cash_that_a_courier_collected_pays_the_order_when_it_is_remitted()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Ordered(shop);
        Assert.Equal(("placed", "unpaid"), await Status(shopper));
        Assert.Equal("cashOnDelivery", (await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}")).GetProperty("review").GetProperty("kind").GetString());

        await Decide(shop, shopper, new { decision = "accept" });
        await shop.MoveUntilOver(shopper);
        JsonElement order = await shopper.Order(), total = order.GetProperty("totals").GetProperty("total");
        Assert.Equal(("completed", "unpaid"), await Status(shopper));
        Assert.StartsWith("INV-", order.GetProperty("invoiceNumber").GetString(), StringComparison.Ordinal);

        string parcel = order.GetProperty("shipments")[0].GetProperty("id").GetString()!;
        Assert.Equal("anotherAmount", await Remitted(shop, parcel, new { amount = 1_00, currency = "IDR" }));
        Assert.Equal("unknown", await Remitted(shop, "ord_01kar00000000000000000000-1", total));
        Assert.Equal("taken", await Remitted(shop, parcel, total));
        await Until.True(async () => (await Status(shopper)).Item2 == "paid", "the payment");
        Assert.Equal("repeated", await Remitted(shop, parcel, total));

        LedgerEntry captured = Assert.Single(await shop.Service<LedgerStore>().Day("cash", shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow()), TestContext.Current.CancellationToken));
        Assert.Equal((total.GetProperty("amount").GetInt64(), shopper.OrderId), (captured.Amount.Amount, captured.OrderId));
    }

    [Fact]
    public async Task Who_does_not_want_it_at_the_door_after_all_pays_nothing_and_the_goods_stay()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Checkout:SendAfterMinutes"] = "60");
        Shopper shopper = await Ordered(shop);
        string sku = (await shopper.Order()).GetProperty("lines")[0].GetProperty("sku").GetString()!;
        int held = await shop.AvailableOf(sku);
        await Decide(shop, shopper, new { decision = "accept" });
        await shopper.OrderUntil("fulfilling");

        await Until.True(async () => (await shop.Send(
            HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel?token={shopper.Token}", new { reason = "I changed my mind" }, ("Idempotency-Key", Guid.NewGuid().ToString()))).StatusCode == HttpStatusCode.Accepted, "the cancellation");
        await shopper.OrderUntil("cancelled");
        JsonElement order = await shopper.Order();
        Assert.Equal((0, JsonValueKind.Null), (order.GetProperty("refunds").GetArrayLength(), order.GetProperty("invoiceNumber").ValueKind));
        await Until.True(async () => await shop.AvailableOf(sku) == held + 1, "the goods");
    }

    [Fact]
    public async Task Files_and_large_orders_are_not_paid_at_the_door()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Payments:HighestCashRupiah"] = "100000");
        var files = new Shopper(shop);
        await files.Fill((await shop.DigitalSku(), 1));
        Assert.DoesNotContain("cash-on-delivery", await Methods(shop, files));
        await files.Prepare(shipped: false, paymentMethod: "cash-on-delivery");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await files.TryCheckout()).StatusCode);

        var large = new Shopper(shop);
        await large.Fill((await shop.PhysicalSku(), 3));
        Assert.DoesNotContain("cash-on-delivery", await Methods(shop, large));
    }

    [Fact]
    public async Task Another_way_to_pay_may_be_cash_at_the_door()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Review:CashOnDelivery"] = "false");
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare();
        await shopper.Checkout();

        await ShopClient.Json(await shopper.TryPayBy("cash-on-delivery"));
        await shop.MoveUntilOver(shopper);
        Assert.Equal(("completed", "unpaid"), await Status(shopper));
    }

    private static async Task<Shopper> Ordered(ShopHost shop)
    {
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare(paymentMethod: "cash-on-delivery");
        await shopper.Checkout();
        await Until.True(async () => (await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}")).GetProperty("review").ValueKind == JsonValueKind.Object, "the review");
        return shopper;
    }

    private static async Task<(string?, string?)> Status(Shopper shopper) => await shopper.Order() is var order ? (order.GetProperty("status").GetString(), order.GetProperty("paymentStatus").GetString()) : default;

    private static async Task<string> Methods(ShopHost shop, Shopper shopper) => (await shop.Get($"/v1/store/carts/{shopper.CartId}/payment-methods")).ToString();

    private static async Task<JsonElement> Staff(ShopHost shop, string path) => await ShopClient.Json(await shop.Send(HttpMethod.Get, path, null, await shop.StaffToken()));

    private static async Task Decide(ShopHost shop, Shopper shopper, object decision) =>
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/review", decision, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString())));

    private static async Task<string?> Remitted(ShopHost shop, string shipmentId, object amount)
    {
        JsonElement result = await ShopClient.Json(await shop.Send(
            HttpMethod.Post, "/v1/admin/remittances", new { reference = "JNE-COD-7", parcels = new[] { new { shipmentId, amount } } }, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString())));
        return result.GetProperty("parcels")[0].GetProperty("status").GetString();
    }
}
