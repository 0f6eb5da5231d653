using System.Text.Json;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Two pieces that come back: one can be sold again, one is broken, and both are paid back.</summary>
internal sealed class ReturnedOrder : FlowScript
{
    private static readonly string[] Steps = ["requested", "approved", "received", "completed"];

    public override string Name => "return";

    public override Task Prepare(FaultShop shop, Shopper shopper) => Pieces(shop, shopper, 2);

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Bought(shop, shopper);
        if ((await shopper.Order()).GetProperty("status").GetString() != "completed") return;

        string id = (await ShopClient.Json(await shop.Client.Send(
            HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/returns?token={shopper.Token}", new { lines = new[] { new { sku = shop.ArticleOf(shopper), quantity = 2 } }, reason = "damaged" },
            ("Idempotency-Key", $"return-{shopper.OrderId}")))).GetProperty("id").GetString()!;
        await Reached(shop, shopper, "requested");
        await Move(shop, shopper, id, "decision", new { decision = "approve" }, "approved");
        await Move(shop, shopper, id, "receipt", null, "received");
        await Move(shop, shopper, id, "inspection", new { lines = new[] { new { sku = shop.ArticleOf(shopper), restocked = 1, writtenOff = 1 } } }, "completed");
        await Comes(shop, shopper, Refunded, "the money");
    }

    /// <summary>One whose answer was lost may be refused when it is asked again: what counts is where the return is.</summary>
    private static async Task Move(FaultShop shop, Shopper shopper, string id, string step, object? body, string then)
    {
        using HttpResponseMessage answer = await Staff(shop, $"/v1/admin/orders/{shopper.OrderId}/returns/{id}/{step}", body, $"{id}-{step}");
        await Reached(shop, shopper, then);
    }

    private static Task Reached(FaultShop shop, Shopper shopper, string step) => Comes(
        shop,
        shopper,
        order => order.GetProperty("returns") is { ValueKind: JsonValueKind.Array } returns && returns.GetArrayLength() == 1 && Array.IndexOf(Steps, returns[0].GetProperty("status").GetString()) >= Array.IndexOf(Steps, step),
        $"the return to be {step}");
}
