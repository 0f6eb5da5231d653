using System.Net;
using System.Text.Json;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>One way an order can go, as its shopper, its bank and the shop's staff drive it. Every step may be taken again after a crash.</summary>
internal abstract class FlowScript
{
    public abstract string Name { get; }

    /// <summary>Every flow there is; a new one is added here and swept from then on.</summary>
    public static IReadOnlyList<FlowScript> All { get; } = [new CardOrder(), new LateTransfer(), new CancelledOrder(), new DigitalOrder(), new MixedOrder(), new PartialRefund()];

    /// <summary>Fills a cart: nothing of it can be lost halfway.</summary>
    public abstract Task Prepare(FaultShop shop, Shopper shopper);

    /// <summary>From the checkout until the order is over.</summary>
    public abstract Task Run(FaultShop shop, Shopper shopper);

    public override string ToString() => Name;

    /// <summary>Places the order and waits until it can be paid, or is over already.</summary>
    protected static async Task Checkout(FaultShop shop, Shopper shopper)
    {
        shopper.Placed(await ShopClient.Json(await shopper.TryCheckout()));
        await Wait(shop, shopper, shopper.Instructed, $"{shopper.OrderId} to be payable");
    }

    /// <summary>Pays by card, where the order still waits for it.</summary>
    protected static async Task Pay(Shopper shopper)
    {
        if (shopper.ClientSecret.Length == 0) return;
        using HttpResponseMessage paid = await shopper.Pay();
    }

    /// <summary>Waits until the order is as it is wanted, or over. An order that was accepted a moment ago may not be there yet.</summary>
    protected static async Task<JsonElement> Wait(FaultShop shop, Shopper shopper, Func<JsonElement, bool> wanted, string what)
    {
        JsonElement order = default;
        await Until.True(
            async () =>
            {
                using HttpResponseMessage answer = await shop.Client.Send(HttpMethod.Get, $"/v1/store/orders/{shopper.OrderId}?token={shopper.Token}");
                if (answer.StatusCode == HttpStatusCode.NotFound) return false;
                order = await ShopClient.Json(answer);
                return wanted(order) || IsOver(order);
            },
            what,
            FaultShop.Patience);
        return order;
    }

    protected static Task Over(FaultShop shop, Shopper shopper) => Wait(shop, shopper, _ => false, $"{shopper.OrderId} to be over");

    private static bool IsOver(JsonElement order) => order.GetProperty("status").GetString() is "completed" or "cancelled";
}
