using System.Net;
using System.Text.Json;
using Shop.Orders;

namespace Shop.Tests.Journeys;

public sealed class OrderJourneys
{
    [Fact]
    public async Task A_card_order_is_paid_shipped_mailed_and_completed()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);

        JsonElement paid = await shopper.Buy(shipped: true, (sku, 2));
        Assert.StartsWith("INV-", paid.GetProperty("invoiceNumber").GetString(), StringComparison.Ordinal);

        await shopper.OrderUntil("fulfilling");
        await shop.MoveUntilOver(shopper);
        JsonElement order = await shopper.Order();
        JsonElement line = order.GetProperty("lines")[0], taxed = line.GetProperty("taxed");
        Assert.Equal(line.GetProperty("total").GetProperty("amount").GetInt64() - line.GetProperty("tax").GetProperty("amount").GetInt64(), taxed.GetProperty("taxable").GetProperty("amount").GetInt64());
        Assert.Equal((12, "04"), (taxed.GetProperty("ratePercent").GetInt32(), taxed.GetProperty("transactionCode").GetString()));
        Assert.Equal("completed", order.GetProperty("status").GetString());
        Assert.Equal("fulfilled", order.GetProperty("fulfilmentStatus").GetString());
        Assert.Equal("delivered", order.GetProperty("shipments")[0].GetProperty("status").GetString());
        Assert.Equal(
            ["order.placed", "payment.opened", "order.paid", "shipment.booked", "shipment.pickedUp", "shipment.inTransit", "shipment.delivered", "order.completed"],
            order.GetProperty("timeline").EnumerateArray().Select(e => e.GetProperty("type").GetString()));
        Assert.Equal(before - 2, await shop.AvailableOf(sku));
        Assert.Equal(
            [$"Pembayaran diterima: pesanan {Number(order)}", $"Pesanan {Number(order)} sedang dikirim", $"Pesanan {Number(order)} telah tiba"],
            (await shopper.Mails(3)).Select(m => m.GetProperty("subject").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_digital_order_needs_no_address_and_is_completed_by_its_payment()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: false, (await shop.DigitalSku(), 1));
        await shopper.OrderUntil("completed");
        JsonElement order = await shopper.Order();
        Assert.Equal(JsonValueKind.Null, order.GetProperty("shippingAddress").ValueKind);
        JsonElement download = Assert.Single(order.GetProperty("downloads").EnumerateArray());
        Assert.StartsWith(shop.BaseUrl, download.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Single(await shopper.Mails(1));

        using HttpResponseMessage opened = await shop.Http.GetAsync(new Uri(download.GetProperty("url").GetString()!), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Found, opened.StatusCode);
        using var outside = new HttpClient(new SocketsHttpHandler());
        Assert.Contains("stands in for the file", await outside.GetStringAsync(opened.Headers.Location, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mixed_order_delivers_its_files_at_once_and_is_completed_with_the_parcel()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        JsonElement paid = await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1), (await shop.DigitalSku(), 1));
        Assert.Equal("partial", paid.GetProperty("fulfilmentStatus").GetString());
        Assert.Single(paid.GetProperty("downloads").EnumerateArray());
        await shop.MoveUntilOver(shopper);
        Assert.Equal("fulfilled", (await shopper.Order()).GetProperty("fulfilmentStatus").GetString());
    }

    [Fact]
    public async Task A_declined_card_may_be_tried_again_until_the_deadline()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare();
        await shopper.Checkout();
        Assert.Equal(HttpStatusCode.PaymentRequired, (await shopper.Pay("pm_card_chargeDeclined")).StatusCode);
        await Until.True(async () => (await shopper.Order()).GetProperty("payment").GetProperty("status").GetString() == "failed", "the decline to be told");
        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");
    }

    [Fact]
    public async Task An_order_that_is_not_paid_in_time_gives_everything_back()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        await shopper.Fill((sku, 1));
        await shopper.Prepare();
        await shopper.Checkout();
        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        await shopper.OrderUntil("cancelled");
        Assert.Equal("expired", (await shopper.Order()).GetProperty("payment").GetProperty("status").GetString());
        await Until.True(async () => await shop.AvailableOf(sku) == before, "the stock to come back");
        Assert.Contains("dibatalkan", Assert.Single(await shopper.Mails(1)).GetProperty("subject").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);
    }

    [Fact]
    public async Task A_parcel_that_comes_back_ends_its_order_and_returns_the_money()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        await shopper.OrderUntil("fulfilling");
        string parcel = (await shopper.Order()).GetProperty("shipments")[0].GetProperty("trackingNumber").GetString()!;
        await shop.AtCourier(parcel, "move", "move", "fail", "return");

        await shopper.OrderUntil("cancelled");
        JsonElement order = await shopper.Order();
        Assert.Equal(("refunded", "returned", "returned"), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("fulfilmentStatus").GetString(), order.GetProperty("shipments")[0].GetProperty("status").GetString()));
        Assert.Equal(order.GetProperty("totals").GetProperty("total").ToString(), Assert.Single(order.GetProperty("refunds").EnumerateArray()).GetProperty("amount").ToString());
        Assert.Contains(await shopper.Mails(4), m => m.GetProperty("subject").GetString() == $"Paket pesanan {Number(order)} kembali ke kami");
    }

    [Fact]
    public async Task A_courier_whose_webhooks_are_lost_is_asked()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/emulator/couriers/misbehave", new { lost = true }));
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 1));
        await shopper.OrderUntil("fulfilling");
        string parcel = (await shopper.Order()).GetProperty("shipments")[0].GetProperty("trackingNumber").GetString()!;
        await shop.AtCourier(parcel, "move", "move", "deliver");

        shop.Clock.Advance(TimeSpan.FromHours(6));
        await shopper.OrderUntil("completed");
        Assert.Equal(3, (await shopper.Mails(3)).Length);
    }

    [Fact]
    public async Task A_shopper_cancels_an_order_that_is_not_paid()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        await shopper.Fill((sku, 1));
        await shopper.Prepare();
        await shopper.Checkout();
        HttpResponseMessage asked = await shop.Send(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel?token={shopper.Token}", null, ("Idempotency-Key", "once"));
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        await shopper.OrderUntil("cancelled");
        await Until.True(async () => await shop.AvailableOf(sku) == before, "the stock to come back");
    }

    [Fact]
    public async Task What_is_not_in_stock_cannot_be_checked_out_and_the_cart_is_open_again()
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        int all = await shop.AvailableOf(sku);
        var first = new Shopper(shop);
        var second = new Shopper(shop);
        await second.Fill((sku, all));
        await second.Prepare();
        await first.Buy(shipped: true, (sku, 1));

        HttpResponseMessage refused = await second.TryCheckout();
        JsonElement problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal((HttpStatusCode.Conflict, "stock.insufficient"), (refused.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal("/lines/0/quantity", problem.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Equal("open", (await shop.Get($"/v1/store/carts/{second.CartId}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_second_checkout_of_the_same_cart_answers_with_the_same_order()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare();
        JsonElement[] answers = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => await ShopClient.Json(await shopper.TryCheckout())))];
        Assert.Single(answers.Select(a => a.GetProperty("id").GetString()).Distinct());
        Assert.Single((await shop.Service<OrderStore>().Find(answers[0].GetProperty("id").GetString()!, TestContext.Current.CancellationToken))!.Value.Timeline, e => e.Type == "payment.opened");
    }

    private static string? Number(JsonElement order) => order.GetProperty("number").GetString();
}
