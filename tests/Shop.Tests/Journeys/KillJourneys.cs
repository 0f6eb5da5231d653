using System.Text.Json;

namespace Shop.Tests.Journeys;

public sealed class KillJourneys
{
    [Fact]
    public async Task A_shop_that_is_killed_in_the_middle_of_a_checkout_finishes_the_order_once()
    {
        string storage = await AzuriteFixture.ConnectionString(), prefix = AzuriteFixture.NewPrefix();
        string cart, sku;
        Shopper shopper;
        int port;

        await using (ShopProcess first = await ShopProcess.Start(prefix, storage))
        {
            port = new Uri(first.BaseUrl).Port;
            var client = new ShopClient(first.Http);
            sku = await client.SkuOf("physical");
            shopper = new Shopper(client);
            await shopper.Fill((sku, 1));
            await shopper.Prepare();
            await shopper.Checkout();
            cart = shopper.CartId;
            // The provider has the money and its webhook is on the way: nobody in the shop has finished anything.
            await shopper.Pay();
            await first.Kill();
        }

        await using ShopProcess second = await ShopProcess.Start(prefix, storage, port);
        var again = new ShopClient(second.Http);
        Shopper same = shopper.At(again);
        await same.OrderUntil("fulfilling");
        foreach (string step in Shopper.Way.Skip(1))
        {
            await ShopClient.Json(await again.Send(HttpMethod.Post, "/emulator/clock", new { advance = "PT11S" }));
            await same.ParcelUntil(step);
        }
        await same.OrderUntil("completed");

        JsonElement order = await same.Order();
        foreach (string once in (string[])["order.placed", "payment.opened", "order.paid", "shipment.booked", "order.completed"])
            Assert.Single(order.GetProperty("timeline").EnumerateArray(), e => e.GetProperty("type").GetString() == once);
        Assert.Single((await same.Mails(3)), m => m.GetProperty("subject").GetString()!.StartsWith("Pembayaran diterima", StringComparison.Ordinal));
        JsonElement payment = Assert.Single((await again.Stripe("/emulator/stripe/v1/payment_intents")).GetProperty("data").EnumerateArray());
        Assert.Equal(order.GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt64(), payment.GetProperty("amount_received").GetInt64());
        Assert.Equal(cart, (await again.Get($"/v1/store/carts/{cart}")).GetProperty("id").GetString());
    }
}
