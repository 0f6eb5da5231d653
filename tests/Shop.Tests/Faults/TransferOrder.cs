using System.Text.Json;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Paid in time by a transfer to a virtual account.</summary>
internal sealed class TransferOrder : FlowScript
{
    public override string Name => "virtual-account order";

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 1, paymentMethod: "bca-va");

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        // An order that failed early has no account.
        using HttpResponseMessage paid = await shop.Client.Send(HttpMethod.Post, $"/emulator/midtrans/{shopper.OrderId}-1/pay", new { });
        await Over(shop, shopper);
    }
}
