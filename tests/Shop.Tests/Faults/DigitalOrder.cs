using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>A file, delivered with its payment.</summary>
internal sealed class DigitalOrder : FlowScript
{
    public override string Name => "digital order";

    public override async Task Prepare(FaultShop shop, Shopper shopper)
    {
        await shopper.Fill((shop.Digital, 1));
        await shopper.Prepare(shipped: false);
    }

    public override Task Run(FaultShop shop, Shopper shopper) => Bought(shop, shopper);
}
