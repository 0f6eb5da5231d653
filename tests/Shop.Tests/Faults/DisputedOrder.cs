using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>The buyer's bank takes the money back.</summary>
internal sealed class DisputedOrder : FlowScript
{
    public override string Name => "disputed order";

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
        string button = $"/emulator/payments/{shopper.ClientSecret.Split("_secret_")[0]}/";
        await ShopClient.Json(await shop.Client.Send(HttpMethod.Post, button + "dispute", new { }));
        await Comes(shop, shopper, o => o.GetProperty("paymentStatus").GetString() == "disputed", "the dispute");
        await ShopClient.Json(await shop.Client.Send(HttpMethod.Post, button + "lose", new { }));
        await Comes(shop, shopper, Refunded, "the bank's decision");
    }
}
