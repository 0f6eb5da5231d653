using System.Text.Json;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Two pieces, of which one's money goes back when they have arrived.</summary>
internal sealed class PartialRefund : FlowScript
{
    public override string Name => "partial refund";

    public override async Task Prepare(FaultShop shop, Shopper shopper)
    {
        await shopper.Fill((shop.Physical, 2));
        await shopper.Prepare();
    }

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        await Pay(shopper);
        JsonElement order = await Wait(shop, shopper, o => o.GetProperty("paymentStatus").GetString() == "paid", $"{shopper.OrderId} to be paid");
        if (order.GetProperty("paymentStatus").GetString() == "paid")
        {
            string bearer = await SignIn(shop);
            await ShopClient.Json(await shop.Client.Send(
                HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "one was broken", lines = new[] { new { sku = shop.Physical, quantity = 1 } } },
                ("Authorization", "Bearer " + bearer), ("Idempotency-Key", $"refund-{shopper.OrderId}")));
            await Until.True(async () => (await shopper.Order()).GetProperty("refunds").EnumerateArray().Any(r => r.GetProperty("status").GetString() == "done"), $"the refund of {shopper.OrderId}", FaultShop.Patience);
        }
        await Over(shop, shopper);
    }

    private static async Task<string> SignIn(FaultShop shop) =>
        (await ShopClient.Json(await shop.Client.Send(HttpMethod.Post, "/v1/admin/sessions", new { email = ShopHost.StaffEmail, password = ShopHost.StaffPassword }))).GetProperty("accessToken").GetString()!;
}
