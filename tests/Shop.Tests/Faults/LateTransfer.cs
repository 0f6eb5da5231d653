using System.Net;
using System.Text.Json;
using Shop.Checkout;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>A transfer of what a gift card leaves, to a virtual account, that comes when the order is over, and everything is there still: the order goes on.</summary>
internal class LateTransfer : FlowScript
{
    public override string Name => "virtual-account order paid late";

    /// <summary>Each order moves the clock to its own deadline while others are held at their points: that must not make days of late money.</summary>
    public override (string Name, string Value)[] Settings => [("Payments:TransferDeadlineMinutes", "60"), ("Checkout:ReinstateWithinHours", "336")];

    /// <summary>The account lapses at the provider in the moment in which the shop stops waiting: either may tell the other.</summary>
    public override bool MayNotCome(Step step) => step.Name == CheckoutActivities.DeclineName || base.MayNotCome(step);

    public override Task Prepare(FaultShop shop, Shopper shopper) => GiftCardOrder.WithGiftCard(shop, shopper, paymentMethod: "bca-va");

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        if ((await Wait(shop, shopper, _ => true, shopper.OrderId)).GetProperty("payment").GetProperty("expiresAt") is { ValueKind: JsonValueKind.String } until)
            shop.PassUntil(until.GetDateTimeOffset().AddMinutes(1));
        await Over(shop, shopper);
        await TimePasses(shop, shopper);
        // Pressed again after a crash it changes nothing; an order that failed early has no account.
        using HttpResponseMessage paid = await shop.Client.Send(HttpMethod.Post, $"/emulator/midtrans/{shopper.OrderId}-1/late", new { });
        if (paid.StatusCode == HttpStatusCode.NotFound) return;
        // One that failed before it could be paid gives its money back.
        bool lapsed = (await shopper.Order()).GetProperty("timeline").EnumerateArray().Any(e => e.GetProperty("text").GetString() == "The payment did not come in time.");
        await Comes(shop, shopper, lapsed ? IsSettled : IsGivenBack, "the money");
    }

    protected virtual Task TimePasses(FaultShop shop, Shopper shopper) => Task.CompletedTask;

    protected virtual bool IsSettled(JsonElement order) => order.GetProperty("status").GetString() == "completed";

    protected static bool IsGivenBack(JsonElement order) => order.GetProperty("refunds").GetArrayLength() == 1;
}

/// <summary>As above, but days later: the money is owed back.</summary>
internal sealed class MuchTooLateTransfer : LateTransfer
{
    public override string Name => "virtual-account order paid days late";

    public override (string Name, string Value)[] Settings => [];

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 1, paymentMethod: "bca-va");

    protected override async Task TimePasses(FaultShop shop, Shopper shopper)
    {
        DateTimeOffset ended = (await shopper.Order()).GetProperty("timeline").EnumerateArray().Last().GetProperty("at").GetDateTimeOffset();
        shop.PassUntil(ended.AddHours(new CheckoutOptions().ReinstateWithinHours));
    }

    protected override bool IsSettled(JsonElement order) => IsGivenBack(order);
}
