using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>A refund that no provider can give is paid out by hand.</summary>
internal sealed class PaidOutRefund : FlowScript
{
    public override string Name => "refund paid out";

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 1);

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Bought(shop, shopper);
        await ShopClient.Json(await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "the card is gone", amount = new { amount = 10_000_00, currency = "IDR" }, to = "payOut" }, $"refund-{shopper.OrderId}"));
        await Comes(shop, shopper, o => o.GetProperty("refunds").EnumerateArray().Any(r => r.GetProperty("status").GetString() == "due"), "the refund");
        await PayOut(shop, shopper, "TRF-77");
    }
}
