using System.Net;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>The card is closed: what the provider had given back is with the shop again, and is paid out by hand.</summary>
internal sealed class BouncedRefund : FlowScript
{
    public override string Name => "refund bounced";

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 1);

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Bought(shop, shopper);
        await ShopClient.Json(await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "late", amount = new { amount = 10_000_00, currency = "IDR" } }, $"refund-{shopper.OrderId}"));
        await Comes(shop, shopper, Refunded, "the refund");
        // Pressed again after a crash there is no refund left that could fail.
        using HttpResponseMessage bounced = await shop.Client.Send(HttpMethod.Post, $"/emulator/payments/{shopper.Intent}/bounce", new { });
        Assert.True(bounced.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict);
    }

    public override async Task Follow(FaultShop shop, Shopper shopper)
    {
        await Comes(shop, shopper, o => o.GetProperty("refunds")[0].GetProperty("failed").ValueKind != System.Text.Json.JsonValueKind.Null, "the money");
        await PayOut(shop, shopper, "TRF-78");
    }
}
