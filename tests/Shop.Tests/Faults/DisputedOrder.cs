using Shop.Checkout;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>The buyer's bank takes the money back.</summary>
internal sealed class DisputedOrder : FlowScript
{
    public override string Name => "disputed order";

    /// <summary>How often it is looked at depends on how quickly its news follow each other.</summary>
    public override bool MayNotCome(Step step) => step is { Name: DisputeOrchestration.LookName, Number: > 1 } || base.MayNotCome(step);

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 1);

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Bought(shop, shopper);
        if ((await shopper.Order()).GetProperty("paymentStatus").GetString() != "paid") return; // It failed before it could be paid.
        await shopper.Press("dispute");
        await Comes(shop, shopper, o => o.GetProperty("paymentStatus").GetString() == "disputed", "the dispute");
        await shopper.Press("lose");
        await Comes(shop, shopper, Refunded, "the bank's decision");
    }
}
