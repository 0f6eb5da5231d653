using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Two pieces, paid by card and brought to the door.</summary>
internal sealed class CardOrder : FlowScript
{
    public override string Name => "card order";

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 2);

    public override Task Run(FaultShop shop, Shopper shopper) => Bought(shop, shopper);
}
