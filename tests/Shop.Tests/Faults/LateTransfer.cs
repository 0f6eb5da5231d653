using System.Net;
using System.Text.Json;
using Shop.Checkout;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>A transfer to a virtual account that comes when the order is over: the money is owed back.</summary>
internal sealed class LateTransfer : FlowScript
{
    public override string Name => "virtual-account order paid late";

    /// <summary>The account lapses at the provider in the moment in which the shop stops waiting: either may tell the other.</summary>
    public override bool MayNotCome(Step step) => step.Name == CheckoutActivities.DeclineName || base.MayNotCome(step);

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 1, paymentMethod: "bca-va");

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        if ((await Wait(shop, shopper, _ => true, shopper.OrderId)).GetProperty("payment").GetProperty("expiresAt") is { ValueKind: JsonValueKind.String } until)
            shop.PassUntil(until.GetDateTimeOffset().AddMinutes(1));
        await Over(shop, shopper);
        // Pressed again after a crash it changes nothing; an order that failed early has no account.
        using HttpResponseMessage paid = await shop.Client.Send(HttpMethod.Post, $"/emulator/midtrans/{shopper.OrderId}-1/late", new { });
        int owed = paid.StatusCode == HttpStatusCode.NotFound ? 0 : 1;
        await Comes(shop, shopper, order => order.GetProperty("refunds").GetArrayLength() == owed, "the money");
    }
}
