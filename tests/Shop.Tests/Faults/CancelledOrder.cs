using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>An order that its shopper calls off before it is paid.</summary>
internal sealed class CancelledOrder : FlowScript
{
    public override string Name => "cancelled order";

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 1);

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        using HttpResponseMessage asked = await shop.Client.Send(
            HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel", null, ("Authorization", "Bearer " + shopper.Token), ("Idempotency-Key", $"cancel-{shopper.OrderId}"));
        await Over(shop, shopper);
    }
}
