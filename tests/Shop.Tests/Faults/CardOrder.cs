using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Two pieces, paid by card and brought to the door.</summary>
internal sealed class CardOrder : FlowScript
{
    public override string Name => "card order";

    public override async Task Prepare(FaultShop shop, Shopper shopper)
    {
        await shopper.Fill((shop.Physical, 2));
        await shopper.Prepare();
    }

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        await Pay(shopper);
        await Over(shop, shopper);
    }
}
