using System.Text.Json;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>A transfer to a virtual account that comes when the order is over: the money is owed back.</summary>
internal sealed class LateTransfer : FlowScript
{
    public override string Name => "virtual-account order paid late";

    public override async Task Prepare(FaultShop shop, Shopper shopper)
    {
        await shopper.Fill((shop.Physical, 1));
        await shopper.Prepare(paymentMethod: "bca-va");
    }

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        TimeSpan left = (await Wait(shop, shopper, _ => true, shopper.OrderId)).GetProperty("payment").GetProperty("expiresAt") is { ValueKind: JsonValueKind.String } until
            ? until.GetDateTimeOffset() - shop.Host.Clock.GetUtcNow() : TimeSpan.Zero;
        if (left > TimeSpan.Zero) shop.Host.Clock.Advance(left + TimeSpan.FromMinutes(1));
        await Over(shop, shopper);
        using HttpResponseMessage paid = await shop.Client.Send(HttpMethod.Post, $"/emulator/midtrans/{shopper.OrderId}-1/late", new { });
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").GetArrayLength() == (paid.IsSuccessStatusCode ? 1 : 0), $"the money of {shopper.OrderId} to be owed", FaultShop.Patience);
    }
}
