using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Its shopper has second thoughts, about the note and about how to pay.</summary>
internal sealed class ChangedOrder : FlowScript
{
    public override string Name => "changed order";

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 1);

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        await ShopClient.Json(await shop.Client.Send(HttpMethod.Patch, $"/v1/store/orders/{shopper.OrderId}?token={shopper.Token}", new { note = "Titip di satpam." }));
        await Comes(shop, shopper, o => o.GetProperty("note").GetString() == "Titip di satpam.", "the note");
        await shopper.PayBy("bca-va");
        await ShopClient.Json(await shop.Client.Send(HttpMethod.Post, $"/emulator/midtrans/{shopper.OrderId}-2/pay", new { }));
        await Over(shop, shopper);
    }
}
