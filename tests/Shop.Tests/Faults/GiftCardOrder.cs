using System.Text.Json;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>Paid partly by gift card and partly by card; most of it goes back, to both.</summary>
internal sealed class GiftCardOrder : FlowScript
{
    public override string Name => "gift-card order";

    public override Task Prepare(FaultShop shop, Shopper shopper) => WithGiftCard(shop, shopper);

    public override async Task Run(FaultShop shop, Shopper shopper)
    {
        await Checkout(shop, shopper);
        await Pay(shopper);
        JsonElement order = await Wait(shop, shopper, o => o.GetProperty("status").GetString() == "fulfilling", $"{shopper.OrderId} to be sent");
        if (order.GetProperty("paymentStatus").GetString() == "paid")
        {
            long total = order.GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt64();
            await ShopClient.Json(await Staff(
                shop, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "it was late", amount = new { amount = total - 5_000_00, currency = "IDR" } }, $"refund-{shopper.OrderId}"));
            await Comes(shop, shopper, Refunded, "the refund");
        }
        await Over(shop, shopper);
    }

    /// <summary>A cart with a gift card that is worth less than what is in it.</summary>
    internal static async Task WithGiftCard(FaultShop shop, Shopper shopper, string paymentMethod = "card")
    {
        await shopper.Fill((shop.ArticleOf(shopper), 2));
        JsonElement issued = await ShopClient.Json(await Staff(shop, "/v1/admin/gift-cards", new { amount = new { amount = 20_000_00, currency = "IDR" }, reason = "sorry" }, $"card-{shopper.CartId}"));
        await ShopClient.Json(await shop.Client.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/gift-cards", new { code = issued.GetProperty("code").GetString() }));
        await shopper.Prepare(paymentMethod: paymentMethod);
    }
}
