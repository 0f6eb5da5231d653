using System.Text.Json;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Two pieces, of which one's money goes back when they have arrived.</summary>
internal sealed class PartialRefund : FlowScript
{
    public override string Name => "partial refund";

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 2);

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        await Pay(shopper);
        JsonElement order = await Wait(shop, shopper, o => o.GetProperty("status").GetString() == "fulfilling", $"{shopper.OrderId} to be sent");
        if (order.GetProperty("paymentStatus").GetString() == "paid")
        {
            await ShopClient.Json(await Staff(
                shop, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "one was broken", lines = new[] { new { sku = shop.ArticleOf(shopper), quantity = 1 } } }, $"refund-{shopper.OrderId}"));
            await Comes(shop, shopper, Refunded, "the refund");
        }
        await Over(shop, shopper);
    }
}
