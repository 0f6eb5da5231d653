using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Shop.Checkout;
using Shop.Tests.Catalog;
using Shop.Tests.Faults;
using UglyToad.PdfPig;

namespace Shop.Tests.Journeys;

public sealed class PaymentJourneys
{
    private static readonly byte[] Picture = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];

    [Fact]
    public async Task A_transfer_that_staff_see_on_the_statement_pays_the_order()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "manual-transfer");
        JsonElement order = await shopper.Order(), total = order.GetProperty("totals").GetProperty("total");
        JsonElement instructions = order.GetProperty("payment").GetProperty("instructions");
        Assert.Equal(("BCA", "1234567890", total.ToString()), (instructions.GetProperty("bank").GetString(), instructions.GetProperty("accountNumber").GetString(), instructions.GetProperty("amount").ToString()));
        string number = order.GetProperty("number").GetString()!, mail = await shopper.Mail("order-payable.1");
        Assert.Contains(number, instructions.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.All((string[])["1234567890", instructions.GetProperty("message").GetString()!], told => Assert.Contains(told, mail, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Accepted, await SendProof(shop, shopper, Picture));
        JsonElement waiting = Assert.Single((await Staff(shop, HttpMethod.Get, "/v1/admin/transfers")).GetProperty("data").EnumerateArray());
        Assert.Equal(shopper.OrderId, waiting.GetProperty("orderId").GetString());
        using HttpResponseMessage proof = await shop.Send(HttpMethod.Get, $"/v1/admin/orders/{shopper.OrderId}/transfers/1/proofs/1", null, await shop.StaffToken());
        Assert.Equal(Picture, await proof.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

        await Received(shop, shopper, 1, total);
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");
        Assert.Equal("staff", (await shopper.Order()).GetProperty("timeline").EnumerateArray().First(e => e.GetProperty("type").GetString() == "order.paid").GetProperty("actor").GetString());
        Assert.Empty((await Staff(shop, HttpMethod.Get, "/v1/admin/transfers")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task An_order_that_is_paid_has_an_invoice_for_its_buyer_and_for_staff()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "card");
        string mine = $"/v1/store/orders/{shopper.OrderId}/invoice?token={shopper.Token}", staffs = $"/v1/admin/orders/{shopper.OrderId}/invoice";
        HttpResponseMessage early = await shop.Send(HttpMethod.Get, mine);
        Assert.Equal("order.not-invoiced", await StaffProducts.Refused(early, HttpStatusCode.NotFound));

        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);
        await PaymentIs(shopper, "paid");
        Assert.Contains($"/v1/store/orders/{shopper.OrderId}/invoice?token=", await shopper.Mail("order-paid"), StringComparison.Ordinal);
        string number = (await shopper.Order()).GetProperty("invoiceNumber").GetString()!;
        foreach (HttpResponseMessage read in (HttpResponseMessage[])[await shop.Send(HttpMethod.Get, mine), await shop.Send(HttpMethod.Get, staffs, null, await shop.StaffToken())])
        {
            Assert.Equal((HttpStatusCode.OK, "application/pdf", "no-store"), (read.StatusCode, read.Content.Headers.ContentType!.MediaType, read.Headers.CacheControl!.ToString()));
            using PdfDocument invoice = PdfDocument.Open(await read.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            Assert.Contains(number, invoice.GetPage(1).Text, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Send(HttpMethod.Get, staffs.Replace("ord_", "ord_x", StringComparison.Ordinal), null, await shop.StaffToken())).StatusCode);
    }

    [Fact]
    public async Task A_bank_that_asks_its_customer_first_is_waited_for_until_it_says_yes()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "card"), leaves = await Shopper.CheckedOut(shop, "card");
        Assert.Equal(HttpStatusCode.PaymentRequired, (await shopper.Pay("pm_card_chargeDeclined")).StatusCode);
        await PaymentIs(shopper, "failed");
        // Twice: a bank's no is no reason not to ask again.
        foreach (int _ in (int[])[1, 2])
        {
            Assert.Equal(HttpStatusCode.OK, (await shopper.Pay("pm_card_threeDSecureRequired")).StatusCode);
            await PaymentIs(shopper, "requiresAction");
            await shopper.Press("decline");
            await PaymentIs(shopper, "failed");
        }
        Assert.Equal(HttpStatusCode.OK, (await leaves.Pay("pm_card_threeDSecureRequired")).StatusCode);
        await PaymentIs(leaves, "requiresAction");
        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay("pm_card_threeDSecureRequired")).StatusCode);
        await PaymentIs(shopper, "requiresAction");
        await shopper.Press("pay");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");

        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        await leaves.OrderUntil("cancelled");
        await PaymentIs(leaves, "expired");
    }

    [Theory]
    [InlineData("amount", "50000000")]
    [InlineData("currency", "usd")]
    public async Task A_card_payment_that_is_not_what_was_asked_for_goes_back_and_ends_the_order(string what, string instead)
    {
        await using ShopHost shop = await ShopHost.Start();
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        Shopper shopper = await Shopper.CheckedOut(shop, "card");
        using var changed = new HttpRequestMessage(HttpMethod.Post, $"/emulator/stripe/v1/payment_intents/{shopper.Intent}") { Content = new FormUrlEncodedContent([new(what, instead)]) };
        changed.Headers.TryAddWithoutValidation("Authorization", "Bearer sk_test_emulator");
        await ShopClient.Json(await shop.Http.SendAsync(changed, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);
        await shopper.OrderUntil("cancelled");
        JsonElement order = await shopper.Order(), refund = Assert.Single(order.GetProperty("refunds").EnumerateArray());
        Assert.Equal((true, "done", JsonValueKind.Null), (refund.GetProperty("surplus").GetBoolean(), refund.GetProperty("status").GetString(), order.GetProperty("invoiceNumber").ValueKind));
        await Until.True(async () => await shop.AvailableOf(sku) == before, "the goods");
    }

    [Fact]
    public async Task A_transfer_of_another_amount_is_paid_out_again_and_ends_the_order()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "manual-transfer");

        await Received(shop, shopper, 1, new { amount = 100_00, currency = "IDR" });
        await shopper.OrderUntil("cancelled");
        JsonElement refund = Assert.Single((await shopper.Order()).GetProperty("refunds").EnumerateArray());
        Assert.Equal(("due", 100_00), (refund.GetProperty("status").GetString(), refund.GetProperty("amount").GetProperty("amount").GetInt32()));
    }

    [Fact]
    public async Task Staff_have_a_provider_asked_about_a_payment_whose_word_was_lost()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "card");
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/emulator/payments/misbehave", new { drop = true }));
        await shopper.Pay();
        Assert.Equal("unpaid", (await shopper.Order()).GetProperty("paymentStatus").GetString());

        HttpResponseMessage asked = await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/payment/check", null, await shop.StaffToken(), ("Idempotency-Key", "1"));
        Assert.Equal((HttpStatusCode.Accepted, "stripe"), (asked.StatusCode, (await ShopClient.Json(asked)).GetProperty("provider").GetString()));
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");
    }

    [Fact]
    public async Task Only_a_picture_or_a_pdf_is_a_proof()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "manual-transfer");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendProof(shop, shopper, "<html>"u8.ToArray()));
    }

    [Fact]
    public async Task Another_way_to_pay_closes_the_one_before_and_keeps_the_goods()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "card");
        string intent = shopper.Intent;

        JsonElement order = await shopper.PayBy("manual-transfer");
        Assert.Equal("canceled", (await shop.Client.Stripe($"/emulator/stripe/v1/payment_intents/{intent}")).GetProperty("status").GetString());
        Assert.Equal("awaitingPayment", order.GetProperty("status").GetString());

        // The new way has its own deadline: the card's passes.
        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        await Received(shop, shopper, 2, order.GetProperty("totals").GetProperty("total"));
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");
    }

    [Fact]
    public async Task Another_amount_that_came_the_way_before_closes_the_way_that_is_open()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "manual-transfer");
        await shopper.PayBy("card");

        await Received(shop, shopper, 1, new { amount = 100_00, currency = "IDR" });
        await shopper.OrderUntil("cancelled");
        Assert.Equal("canceled", (await shop.Client.Stripe($"/emulator/stripe/v1/payment_intents/{shopper.Intent}")).GetProperty("status").GetString());
        JsonElement order = await shopper.Order();
        Assert.Equal(("manual-transfer", "refunded"), (order.GetProperty("payment").GetProperty("method").GetString(), order.GetProperty("paymentStatus").GetString()));
    }

    [Fact]
    public async Task Both_ways_that_were_paid_go_back_where_the_first_was_another_amount()
    {
        var seen = new TaskCompletionSource();
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Before(CheckoutActivities.ConfirmName, () => seen.Task));
        Shopper shopper = await Shopper.CheckedOut(shop, "manual-transfer");
        await shopper.PayBy("card");
        await Received(shop, shopper, 1, new { amount = 100_00, currency = "IDR" });
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/emulator/payments/misbehave", new { drop = true }));
        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);
        seen.SetResult();
        await shopper.OrderUntil("cancelled");

        await Staff(shop, HttpMethod.Post, "/emulator/payments/misbehave", new { drop = false });
        await shopper.Press("duplicate");
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").GetArrayLength() == 2, "the second refund");
        Assert.All((await shopper.Order()).GetProperty("refunds").EnumerateArray(), r => Assert.True(r.GetProperty("surplus").GetBoolean()));
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task Money_that_came_before_another_way_was_chosen_wins()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "card");
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/emulator/payments/misbehave", new { drop = true }));
        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);

        await ShopClient.Json(await shopper.TryPayBy("manual-transfer"));
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");
        Assert.Equal("card", (await shopper.Order()).GetProperty("payment").GetProperty("method").GetString());
    }

    [Fact]
    public async Task Money_that_comes_twice_goes_back_and_the_order_stays_paid()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "manual-transfer");
        await shopper.PayBy("card");
        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);
        await shopper.OrderUntil("fulfilling");

        await Received(shop, shopper, 1, (await shopper.Order()).GetProperty("totals").GetProperty("total"), "TRSF E-BANKING AYU LESTARI 0411");
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").GetArrayLength() == 1, "the refund");
        Assert.Empty(await new StoredBytes(shop.Prefix).Find([], "TRSF E-BANKING"));
        JsonElement order = await shopper.Order();
        Assert.Equal(("paid", "due", true), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("refunds")[0].GetProperty("status").GetString(), order.GetProperty("refunds")[0].GetProperty("surplus").GetBoolean()));
        await shop.MoveUntilOver(shopper);
    }

    [Fact]
    public async Task A_second_transfer_of_the_same_order_goes_back()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "manual-transfer");
        JsonElement total = (await shopper.Order()).GetProperty("totals").GetProperty("total");
        await Received(shop, shopper, 1, total, "TRF-1");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");

        foreach (int _ in (int[])[1, 2]) await Received(shop, shopper, 1, total, "TRF-2");
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").GetArrayLength() == 1, "the refund");
        JsonElement refund = (await shopper.Order()).GetProperty("refunds")[0];
        Assert.Equal((true, total.ToString(), "paid"), (refund.GetProperty("surplus").GetBoolean(), refund.GetProperty("amount").ToString(), (await shopper.Order()).GetProperty("paymentStatus").GetString()));
    }

    [Fact]
    public async Task A_line_of_the_statement_pays_one_order()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper first = await Shopper.CheckedOut(shop, "manual-transfer"), second = await Shopper.CheckedOut(shop, "manual-transfer");
        JsonElement total = (await first.Order()).GetProperty("totals").GetProperty("total");
        foreach (int _ in (int[])[1, 2]) await Received(shop, first, 1, total, "TRSF E-BANKING 0411/AYU");

        Assert.Equal((HttpStatusCode.Conflict, "payment.transfer-elsewhere"), await Refused(shop, second, new { attempt = 1, amount = total, bankReference = "trsf e-banking  0411/ayu" }));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "payment.transfer-amount"), await Refused(shop, second, new { attempt = 1, amount = new { amount = 1L << 60, currency = "IDR" }, bankReference = "TRF-9" }));
        Assert.Equal("unpaid", (await second.Order()).GetProperty("paymentStatus").GetString());
    }

    [Fact]
    public async Task The_way_to_pay_is_changed_a_few_times_only()
    {
        await using ShopHost shop = await ShopHost.Start(configure: builder => builder.Configuration["Payments:MostAttempts"] = "2");
        Shopper shopper = await Shopper.CheckedOut(shop, "card");
        await shopper.PayBy("manual-transfer");

        Assert.Equal(HttpStatusCode.Conflict, (await shopper.TryPayBy("card")).StatusCode);
    }

    private static Task PaymentIs(Shopper shopper, string status) => Until.True(async () => (await shopper.Order()).GetProperty("payment").GetProperty("status").GetString() == status, $"the payment to be {status}");

    private static async Task<HttpStatusCode> SendProof(ShopHost shop, Shopper shopper, byte[] content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/payment-proof?token={shopper.Token}") { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using HttpResponseMessage response = await shop.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static Task<JsonElement> Received(ShopHost shop, Shopper shopper, int attempt, object amount, string? bankReference = null) =>
        Staff(shop, HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/transfers", new { attempt, amount, bankReference = bankReference ?? $"TRF-{Guid.NewGuid():n}" });

    private static async Task<(HttpStatusCode, string?)> Refused(ShopHost shop, Shopper shopper, object receipt)
    {
        HttpResponseMessage refused = await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/transfers", receipt, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()));
        return (refused.StatusCode, JsonDocument.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("code").GetString());
    }

    private static async Task<JsonElement> Staff(ShopHost shop, HttpMethod method, string path, object? body = null) =>
        await ShopClient.Json(await shop.Send(method, path, body, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString())));
}
