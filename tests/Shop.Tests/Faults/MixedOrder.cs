using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>A file and a parcel, over when both have come.</summary>
internal sealed class MixedOrder : FlowScript
{
    public override string Name => "mixed order";

    public override async Task Prepare(FaultShop shop, Shopper shopper)
    {
        await shopper.Fill((shop.Digital, 1), (shop.ArticleOf(shopper), 1));
        await shopper.Prepare();
    }

    public override Task Run(FaultShop shop, Shopper shopper) => Bought(shop, shopper);
}
