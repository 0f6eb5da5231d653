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
        // There is nothing to pay with: instructions are not waited for.
        shopper.Placed(await ShopClient.Json(await shopper.TryCheckout()));
        // A refusal that came too early would be repeated under its key.
        JsonElement waiting = await Wait(shop, shopper, o => o.GetProperty("timeline").EnumerateArray().Any(e => e.GetProperty("type").GetString() == "review.opened"), $"{shopper.OrderId} to be looked at");
        if (waiting.GetProperty("status").GetString() == "cancelled") return;
        await ShopClient.Json(await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}/review", new { decision = "accept" }, $"review-{shopper.OrderId}"));
        await Over(shop, shopper);
        JsonElement order = await shopper.Order();
        await ShopClient.Json(await Staff(
            shop, "/v1/admin/remittances", new { reference = $"COD-{shopper.OrderId}", parcels = new[] { new { shipmentId = order.GetProperty("shipments")[0].GetProperty("id").GetString(), amount = order.GetProperty("toPay") } } }, $"cash-{shopper.OrderId}"));
        await Comes(shop, shopper, o => o.GetProperty("paymentStatus").GetString() == "paid", "the cash");
    }
}
