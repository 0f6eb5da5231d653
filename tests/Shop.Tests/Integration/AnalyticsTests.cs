using System.Net;
using System.Text.Json;
using Shop.Common;
using Shop.Integration;
using Shop.Orders;
using Shop.Tests.Customers;
using Shop.Tests.Journeys;
using Shop.Tests.Reports;

namespace Shop.Tests.Integration;

public sealed class AnalyticsTests(OpenDemoShop open) : IClassFixture<OpenDemoShop>
{
    private readonly ShopHost _shop = open.Shop;

    [Fact]
    public async Task A_sale_is_measured_once_however_often_it_is_told_when_its_shopper_agreed()
    {
        (Shopper shopper, string client) = (new Shopper(_shop), "GA1.1.11.22");
        JsonElement order = await Buy(shopper, _shop.DigitalSku(), new { clientId = client, sessionId = "1700000000", consent = true });
        JsonElement body = Assert.Single(await Measured(client, 1));

        Order stored = (await _shop.Service<OrderStore>().Find(shopper.OrderId, TestContext.Current.CancellationToken))!.Value;
        await _shop.Service<SendMeasurement>().Run(AsReceived(OrderEvents.Paid(stored)), TestContext.Current.CancellationToken);

        JsonElement sale = body.GetProperty("events")[0].GetProperty("params");
        Assert.Equal(("purchase", order.GetProperty("number").GetString(), "IDR"), (body.GetProperty("events")[0].GetProperty("name").GetString(), sale.GetProperty("transaction_id").GetString(), sale.GetProperty("currency").GetString()));
        Assert.Equal(order.GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt64(), 100 * (sale.GetProperty("value").GetDecimal() + sale.GetProperty("tax").GetDecimal() + sale.GetProperty("shipping").GetDecimal()));
        Assert.Equal((1, "1700000000"), (sale.GetProperty("items")[0].GetProperty("quantity").GetInt32(), sale.GetProperty("session_id").GetString()));
        Assert.DoesNotContain(shopper.Email, body.GetRawText(), StringComparison.Ordinal);
        Assert.Single(await Measured(client, 1));
    }

    [Fact]
    public async Task Nothing_is_measured_of_who_did_not_agree_or_does_not_any_more()
    {
        (Shopper silent, Shopper refusing, Shopper withdrawing, Shopper agreeing) = (new Shopper(_shop), new Shopper(_shop), new Shopper(_shop), new Shopper(_shop));
        Task<string> sku = _shop.DigitalSku();
        await Buy(silent, sku, null);
        await Buy(refusing, sku, new { clientId = "menolak.1", consent = false });
        await withdrawing.Fill((await sku, 1));
        JsonElement agreed = await Patch(withdrawing, new { analytics = new { clientId = "menarik.1", consent = true } });
        JsonElement withdrawn = await Patch(withdrawing, new { analytics = new { clientId = "menarik.1", consent = false } });
        await Pay(withdrawing);
        await Buy(agreeing, sku, new { clientId = "setuju.1", consent = true });

        await Measured("setuju.1", 1);
        Assert.True(agreed.GetProperty("analytics").GetProperty("consent").GetBoolean());
        Assert.Equal(JsonValueKind.Null, withdrawn.GetProperty("analytics").ValueKind);
        Assert.Empty(await Measured("menolak.1", 0));
        Assert.Empty(await Measured("menarik.1", 0));
        Assert.Equal(HttpStatusCode.BadRequest, (await _shop.Send(HttpMethod.Patch, $"/v1/store/carts/{agreeing.CartId}", new { analytics = new { clientId = "ayu@example.test", consent = true } })).StatusCode);
    }

    [Fact]
    public async Task A_refund_is_measured_after_the_sale_unless_consent_was_withdrawn_in_between()
    {
        (Shopper staying, Shopper leaving) = (new Shopper(_shop), new Shopper(_shop));
        string sku = await _shop.PhysicalSku();
        foreach ((Shopper shopper, string client) in ((Shopper, string)[])[(staying, "kembali.1"), (leaving, "kembali.2")])
        {
            await shopper.Fill((sku, 1));
            await Patch(shopper, new { analytics = new { clientId = client, consent = true } });
            await shopper.Prepare();
            await shopper.Checkout();
            await shopper.Pay();
            await Measured(client, 1);
        }
        Assert.Equal(HttpStatusCode.NoContent, (await _shop.Send(HttpMethod.Delete, $"/v1/store/orders/{leaving.OrderId}/analytics?token={leaving.Token}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _shop.Send(HttpMethod.Delete, $"/v1/store/orders/{staying.OrderId}/analytics")).StatusCode);

        foreach (Shopper shopper in (Shopper[])[leaving, staying]) await TakeBack(shopper);
        JsonElement refund = (await Measured("kembali.1", 2)).Single(m => m.GetProperty("events")[0].GetProperty("name").GetString() == "refund").GetProperty("events")[0].GetProperty("params");

        JsonElement order = await staying.Order();
        Assert.Equal(order.GetProperty("number").GetString(), refund.GetProperty("transaction_id").GetString());
        Assert.Equal(order.GetProperty("refunds")[0].GetProperty("amount").GetProperty("amount").GetInt64(), 100 * (refund.GetProperty("value").GetDecimal() + refund.GetProperty("tax").GetDecimal() + refund.GetProperty("shipping").GetDecimal()));
        Assert.Single(await Measured("kembali.2", 1));
    }

    [Fact]
    public async Task A_collector_that_fails_is_told_again()
    {
        await ShopClient.Json(await _shop.Send(HttpMethod.Post, "/emulator/analytics/misbehave", new { fail = 2 }));
        await Buy(new Shopper(_shop), _shop.DigitalSku(), new { clientId = "ulang.1", consent = true });

        Assert.Single(await Measured("ulang.1", 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Value_tax_and_shipping_add_up_to_what_was_paid(bool taxIncluded)
    {
        ReceivedEvent paid = Sales.Paid(shipping: 10_000, shippingTax: 991, taxIncluded: taxIncluded, lines: ("KOPI", "Kopi", 3, 200_000, 19_820));
        Dictionary<string, JsonElement> data = paid.Data.EnumerateObject().ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
        data["analytics"] = JsonSerializer.SerializeToElement(new AnalyticsClient("1.2", null), ShopJson.Options);
        data["coupon"] = JsonSerializer.SerializeToElement("HEMAT");

        Assert.Null(Measurement.Of(paid));
        MeasuredSale sale = Measurement.Of(paid with { Data = JsonSerializer.SerializeToElement(data) })!.Events[0].Parameters;
        Assert.Equal((taxIncluded ? 180_180m : 200_000m, taxIncluded ? 9_009m : 10_000m, 20_811m, "HEMAT"), (sale.Value, sale.Shipping, sale.Tax, sale.Coupon));
        Assert.Equal(taxIncluded ? 210_000m : 230_811m, sale.Value + sale.Tax + sale.Shipping);
        Assert.Equal(Math.Round(sale.Value / 3, 6), sale.Items[0].Price);
        Assert.Equal("ord_01|order.paid|measured", MeasurementStore.RowKey(paid.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_given_back_for_nothing_that_came_back_is_a_refund_without_items_also_while_it_is_owed(bool taxIncluded)
    {
        Measurement refund = Measurement.Of(Sales.Told("ord_01", "order.refunded", null, new
        {
            number = "2026-000001", paymentMethod = "transfer", refundId = "ref_1", amount = Sales.Idr(50_000), due = true, analytics = new AnalyticsClient("1.2", null),
            sale = new { lines = Array.Empty<object>(), shipping = Sales.Idr(0), allowance = Sales.Idr(taxIncluded ? 50_000 : 45_045), tax = Sales.Idr(4_955), taxIncluded },
        }))!;

        MeasuredSale sale = Assert.Single(refund.Events).Parameters;
        Assert.Equal(("refund", 45_045m, 4_955m, 0m), (refund.Events[0].Name, sale.Value, sale.Tax, sale.Shipping));
        Assert.Empty(sale.Items);
        Assert.Null(Measurement.Of(Sales.Told("ord_01", "order.paid-out", null, new { number = "2026-000001", refundId = "ref_1", amount = Sales.Idr(50_000), reference = "TRF-1" })));
    }

    private async Task<JsonElement> Buy(Shopper shopper, Task<string> sku, object? analytics)
    {
        await shopper.Fill((await sku, 1));
        if (analytics is not null) await Patch(shopper, new { analytics });
        await Pay(shopper);
        return await shopper.Order();
    }

    private async Task Pay(Shopper shopper)
    {
        await shopper.Prepare(shipped: false);
        await shopper.Checkout();
        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);
        await shopper.OrderUntil("completed");
    }

    private async Task<JsonElement> Patch(Shopper shopper, object patch) => await ShopClient.Json(await _shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}", patch));

    private async Task TakeBack(Shopper shopper)
    {
        await shopper.OrderUntil("fulfilling");
        string parcel = (await shopper.Order()).GetProperty("shipments")[0].GetProperty("trackingNumber").GetString()!;
        await _shop.AtCourier(parcel, "hold", "move", "move", "fail", "return");
        await shopper.OrderUntil("cancelled");
    }

    /// <summary>What the collector got of a browser, once there is so much of it.</summary>
    private Task<JsonElement[]> Measured(string client, int atLeast) => Until.Found(async () =>
    {
        JsonElement collected = await ShopClient.Json(await _shop.Send(HttpMethod.Get, "/emulator/analytics?limit=1000", null, ("Accept", "application/json")));
        JsonElement[] theirs = [.. collected.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("body")).Where(b => b.GetProperty("client_id").GetString() == client)];
        return theirs.Length >= atLeast ? theirs : null;
    }, $"{atLeast} measurements of {client}");

    private static ReceivedEvent AsReceived(DomainEvent told) => JsonSerializer.Deserialize<ReceivedEvent>(JsonSerializer.SerializeToUtf8Bytes(told, ShopJson.Options), ShopJson.Options)!;
}
