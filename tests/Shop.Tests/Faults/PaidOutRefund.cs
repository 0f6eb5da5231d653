using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>A refund that no provider can give is paid out by hand.</summary>
internal sealed class PaidOutRefund : FlowScript
{
    public override string Name => "refund paid out";

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
        await ShopClient.Json(await Staff(shop, path, new { reason = "the card is gone", amount = new { amount = 10_000_00, currency = "IDR" }, to = "payOut" }, $"refund-{shopper.OrderId}"));
        await Comes(shop, shopper, o => o.GetProperty("refunds").EnumerateArray().Any(r => r.GetProperty("status").GetString() == "due"), "the refund");
        string refund = (await shopper.Order()).GetProperty("refunds")[0].GetProperty("id").GetString()!;
        await ShopClient.Json(await Staff(shop, $"{path}/{refund}/payout", new { reference = "TRF-77" }, $"payout-{shopper.OrderId}"));
        await Comes(shop, shopper, Refunded, "the pay-out");
    }
}
