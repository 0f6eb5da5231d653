using System.Text.Json;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Accepted by staff, paid at the door, and remitted by the courier.</summary>
internal sealed class CashOrder : FlowScript
{
    public override string Name => "cash order";

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 1, paymentMethod: "cash-on-delivery");

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        await shop.Wait(async () => (await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}/review", new { decision = "accept" }, $"review-{shopper.OrderId}")).IsSuccessStatusCode, "the review");
        await Over(shop, shopper);
        JsonElement order = await shopper.Order();
        await ShopClient.Json(await Staff(
            shop, "/v1/admin/remittances", new { reference = $"COD-{shopper.OrderId}", parcels = new[] { new { shipmentId = order.GetProperty("shipments")[0].GetProperty("id").GetString(), amount = order.GetProperty("toPay") } } }, $"cash-{shopper.OrderId}"));
        await Comes(shop, shopper, o => o.GetProperty("paymentStatus").GetString() == "paid", "the cash");
    }
}
