using System.Net;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>The card is closed: what the provider had given back is with the shop again, and is paid out by hand.</summary>
internal sealed class BouncedRefund : FlowScript
{
    public override string Name => "refund bounced";

    public override async Task Prepare(FaultShop shop, Shopper shopper)
    {
        await shopper.Fill((shop.Physical, 1));
        await shopper.Prepare();
    }

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        await Pay(shopper);
        await Over(shop, shopper);
        string path = $"/v1/admin/orders/{shopper.OrderId}/refunds";
        await ShopClient.Json(await Staff(shop, path, new { reason = "late", amount = new { amount = 10_000_00, currency = "IDR" } }, $"refund-{shopper.OrderId}"));
        await Comes(shop, shopper, Refunded, "the refund");
        // Pressed again after a crash there is no refund left that could fail.
        using HttpResponseMessage bounced = await shop.Client.Send(HttpMethod.Post, $"/emulator/payments/{shopper.ClientSecret.Split("_secret_")[0]}/bounce", new { });
        Assert.True(bounced.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict);
        await Comes(shop, shopper, o => o.GetProperty("refunds")[0].GetProperty("failed").ValueKind != System.Text.Json.JsonValueKind.Null, "the money");
        string refund = (await shopper.Order()).GetProperty("refunds")[0].GetProperty("id").GetString()!;
        await ShopClient.Json(await Staff(shop, $"{path}/{refund}/payout", new { reference = "TRF-78" }, $"payout-{shopper.OrderId}"));
        await Comes(shop, shopper, Refunded, "the pay-out");
    }
}
