using System.Net;
using System.Text.Json;
using Shop.Checkout;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>One way an order can go, as its shopper, its bank and the shop's staff drive it. Every step may be taken again after a crash.</summary>
internal abstract class FlowScript
{
    public abstract string Name { get; }

    /// <summary>What is swept each time; a new one is added here and swept from then on.</summary>
    public static IReadOnlyList<FlowScript> All { get; } =
        [new CardOrder(), new CancelledOrder(), new DigitalOrder(), new MixedOrder(), new PartialRefund(), new LateTransfer(), new MuchTooLateTransfer(), new ReturnedOrder(), new BouncedRefund(), new GiftCardOrder(), new CancelledGiftCardOrder()];

    /// <summary>More that are recorded, so that no orchestration is without a history, and swept when they are asked for.</summary>
    public static IReadOnlyList<FlowScript> Others { get; } = [new TransferOrder(), new ChangedOrder(), new SplitOrder(), new CashOrder(), new DisputedOrder(), new PaidOutRefund(), new ErasedCustomer()];

    /// <summary><c>SHOP_FLOW</c> names one, to look at it alone.</summary>
    public static IEnumerable<FlowScript> Wanted(IEnumerable<FlowScript> flows) => flows.Where(f => !IsWanted || f.Name == Environment.GetEnvironmentVariable("SHOP_FLOW"));

    public static bool IsWanted => Environment.GetEnvironmentVariable("SHOP_FLOW") is not null;

    /// <summary>
    /// What does not come each time. A courier's news are asked for as well as told: whoever hears of the delivery first needs not hear of what was before it.
    /// </summary>
    public virtual bool MayNotCome(Step step) => step is { Name: FulfilmentActivities.TrackName, Number: > 1 };

    /// <summary>What is set otherwise in the shop where it is swept.</summary>
    public virtual (string Name, string Value)[] Settings => [];

    /// <summary>What the shop needs for it, once.</summary>
    public virtual Task Furnish(FaultShop shop) => Task.CompletedTask;

    /// <summary>Fills a cart: nothing of it can be lost halfway.</summary>
    public abstract Task Prepare(FaultShop shop, Shopper shopper);

    /// <summary>From the checkout until the order is over.</summary>
    public abstract Task Run(FaultShop shop, Shopper shopper);

    /// <summary>What follows when the shop has heard of all that happened: from a webhook, or where that is lost from the report of the day.</summary>
    public virtual Task Follow(FaultShop shop, Shopper shopper) => Task.CompletedTask;

    public async Task RunToTheEnd(FaultShop shop, Shopper shopper)
    {
        await Run(shop, shopper);
        await Follow(shop, shopper);
    }

    public override string ToString() => Name;

    /// <summary>Fills a cart with goods that are sent.</summary>
    protected static async Task Pieces(FaultShop shop, Shopper shopper, int quantity, string paymentMethod = "card")
    {
        await shopper.Fill((shop.ArticleOf(shopper), quantity));
        await shopper.Prepare(paymentMethod: paymentMethod);
    }

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
        await shop.Wait(
            async () =>
            {
                using HttpResponseMessage answer = await shop.Client.Send(HttpMethod.Get, $"/v1/store/orders/{shopper.OrderId}?token={shopper.Token}");
                if (answer.StatusCode == HttpStatusCode.NotFound) return false;
                order = await ShopClient.Json(answer);
                return wanted(order) || IsOver(order);
            },
            what);
        return order;
    }

    /// <summary>An order by card, until it is over.</summary>
    protected static async Task Bought(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        await Pay(shopper);
        await Over(shop, shopper);
    }

    /// <summary>Staff say that they transferred the money of the first refund.</summary>
    protected static async Task PayOut(FaultShop shop, Shopper shopper, string transfer)
    {
        string refund = (await shopper.Order()).GetProperty("refunds")[0].GetProperty("id").GetString()!;
        await ShopClient.Json(await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}/refunds/{refund}/payout", new { reference = transfer }, $"payout-{shopper.OrderId}"));
        await Comes(shop, shopper, Refunded, "the pay-out");
    }

    /// <summary>What staff do; asked again it is done once.</summary>
    protected static async Task<HttpResponseMessage> Staff(FaultShop shop, string path, object? body, string key)
    {
        HttpResponseMessage answer = null!;
        await shop.Wait(
            async () =>
            {
                Task<string> token = shop.StaffToken();
                answer = await shop.Client.Send(HttpMethod.Post, path, body, ("Authorization", "Bearer " + await token), ("Idempotency-Key", key));
                if (answer.StatusCode != HttpStatusCode.Unauthorized) return true;
                shop.Forget(token);
                return false;
            },
            $"staff to be let in to {path}");
        return answer;
    }

    /// <summary>Waits for what comes of an order that may be over already.</summary>
    protected static Task Comes(FaultShop shop, Shopper shopper, Func<JsonElement, bool> wanted, string what) => shop.Wait(async () => wanted(await shopper.Order()), $"{what} of {shopper.OrderId}");

    protected static bool Refunded(JsonElement order) => order.GetProperty("refunds").EnumerateArray().Any(r => r.GetProperty("status").GetString() == "done");

    protected static Task Over(FaultShop shop, Shopper shopper) => Wait(shop, shopper, _ => false, $"{shopper.OrderId} to be over");

    private static bool IsOver(JsonElement order) => order.GetProperty("status").GetString() is "completed" or "cancelled";
}
