using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>An order that a gift card was to pay partly, called off before the rest was paid.</summary>
internal sealed class CancelledGiftCardOrder : FlowScript
{
    public override string Name => "gift-card order cancelled";

    public override Task Prepare(FaultShop shop, Shopper shopper) => GiftCardOrder.WithGiftCard(shop, shopper);

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        using HttpResponseMessage asked = await shop.Client.Send(
            HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel", null, ("Authorization", "Bearer " + shopper.Token), ("Idempotency-Key", $"cancel-{shopper.OrderId}"));
        await Over(shop, shopper);
    }
}
