using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Shop.Checkout;
using Shop.Common;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Tests.Journeys;

public sealed class MidtransJourneys
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_is_paid_by_transfer_to_a_number_of_its_own_at_any_bank()
    {
        await using ShopHost shop = await ShopHost.Start();
        foreach (string bank in (string[])["bca-va", "bni-va", "bri-va", "cimb-va", "permata-va", "mandiri-bill"])
        {
            Shopper shopper = await Shopper.CheckedOut(shop, bank);
            JsonElement order = await shopper.Order(), instructions = Instructions(order);
            string number = bank == "mandiri-bill" ? instructions.GetProperty("billKey").GetString()! : instructions.GetProperty("accountNumber").GetString()!;
            Assert.Equal((bank.Split('-')[0], order.GetProperty("totals").GetProperty("total").ToString()), (instructions.GetProperty("bank").GetString(), instructions.GetProperty("amount").ToString()));
            Assert.Equal(number, (await Transaction(shop, shopper)).GetProperty("number").GetString());
            // Whoever has left the shop for the bank has the number, the amount and the deadline with them.
            string mail = await shopper.Mail("order-payable.1");
            Assert.Contains($": {number}", mail, StringComparison.Ordinal);
            Assert.Contains(instructions.GetProperty("amount").Deserialize<Money>(ShopJson.Options).ForPeople(), mail, StringComparison.Ordinal);
            Assert.Contains(shop.Service<ShopOptions>().TextOf(order.GetProperty("payment").GetProperty("expiresAt").GetDateTimeOffset()), mail, StringComparison.Ordinal);

            await Press(shop, shopper, "pay");
            await Paid(shopper);
        }
    }

    [Fact]
    public async Task An_order_is_paid_by_scanning_its_code()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "qris");
        JsonElement instructions = Instructions(await shopper.Order());
        Assert.Equal((await Transaction(shop, shopper)).GetProperty("qrString").GetString(), instructions.GetProperty("qrString").GetString());
        using HttpResponseMessage picture = await shop.Send(HttpMethod.Get, instructions.GetProperty("imageUrl").GetString()!);
        Assert.Equal("image/svg+xml", picture.Content.Headers.ContentType!.MediaType);

        await Press(shop, shopper, "pay");
        await Paid(shopper);
    }

    [Fact]
    public async Task A_wallet_asks_its_owner_who_pays()
    {
        await using ShopHost shop = await ShopHost.Start();
        foreach ((string id, string name) in (IEnumerable<(string, string)>)[("gopay", "GoPay"), ("shopeepay", "ShopeePay"), ("dana", "DANA")])
        {
            Shopper shopper = await Shopper.CheckedOut(shop, id);
            using HttpResponseMessage page = await shop.Send(HttpMethod.Get, Instructions(await shopper.Order()).GetProperty("redirectUrl").GetString()!, null, ("Accept", "text/html"));
            Assert.Contains($"{name} asks", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

            await Press(shop, shopper, "pay");
            await Paid(shopper);
        }
    }

    [Fact]
    public async Task OVO_asks_the_owner_of_a_telephone_number_for_a_minute_and_another_way_is_open_after_it()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "ovo"), slow = await Shopper.CheckedOut(shop, "ovo");
        Assert.Equal("…7890", Instructions(await shopper.Order()).GetProperty("phone").GetString());
        await Press(shop, shopper, "pay");
        await Paid(shopper);

        shop.Clock.Advance(TimeSpan.FromSeconds(61));
        await Until.True(async () => (await slow.Order()).GetProperty("payment").GetProperty("status").GetString() == "failed", "the minute to be over");
        Assert.Equal("awaitingPayment", (await slow.Order()).GetProperty("status").GetString());
        await slow.PayBy("bca-va");
        await Press(shop, slow, "pay", attempt: 2);
        await Paid(slow);
    }

    [Fact]
    public async Task OVO_wants_a_mobile_number_of_Indonesia()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare(paymentMethod: "ovo");
        await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}", new { phone = "+65 9123 4567" }));
        using HttpResponseMessage refused = await shopper.TryCheckout();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("/phone", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wallet_that_says_no_leaves_the_other_ways_open_until_the_deadline()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper another = await Shopper.CheckedOut(shop, "gopay"), nobody = await Shopper.CheckedOut(shop, "dana");
        foreach (Shopper shopper in (Shopper[])[another, nobody])
        {
            await Press(shop, shopper, "decline");
            await Until.True(async () => (await shopper.Order()).GetProperty("payment").GetProperty("status").GetString() == "failed", "the decline");
        }
        await another.PayBy("bca-va");
        await Press(shop, another, "pay", attempt: 2);
        await Paid(another);

        shop.Clock.Advance(TimeSpan.FromMinutes(16));
        await nobody.OrderUntil("cancelled");
    }

    [Fact]
    public async Task A_refund_that_is_refused_at_night_is_asked_for_again_in_the_morning()
    {
        int refused = 0;
        bool night = true;
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Provider(MidtransGateway.ClientName, (request, _) =>
        {
            if (!night || !request.RequestUri!.AbsolutePath.EndsWith("/refund", StringComparison.Ordinal)) return Task.FromResult<HttpResponseMessage?>(null);
            Interlocked.Increment(ref refused);
            return Task.FromResult<HttpResponseMessage?>(new(HttpStatusCode.OK) { Content = new StringContent("""{"status_code":"412","status_message":"Transaction status cannot be updated."}""", Encoding.UTF8, "application/json") });
        }));
        ShopOptions jakarta = shop.Service<ShopOptions>();
        Shopper shopper = await Shopper.CheckedOut(shop, "qris");
        await Press(shop, shopper, "pay");
        await Paid(shopper);
        shop.Clock.Advance(jakarta.StartOf(jakarta.DayOf(shop.Clock.GetUtcNow()).AddDays(1)).AddHours(1) - shop.Clock.GetUtcNow());

        await Staff(shop, HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "it was late", amount = new { amount = 10_000_00, currency = "IDR" } });
        await Until.True(() => refused > 0, "the refusal");
        Assert.Equal("pending", (await shopper.Order()).GetProperty("refunds")[0].GetProperty("status").GetString());
        night = false;
        await Until.True(
            async () =>
            {
                shop.Clock.Advance(TimeSpan.FromMinutes(1));
                return (await shopper.Order()).GetProperty("refunds")[0].GetProperty("status").GetString() == "done";
            }, "the refund");
    }

    [Theory]
    [InlineData("2026-11-23T16:29:59Z", false)]
    [InlineData("2026-11-23T16:30:00Z", true)]
    [InlineData("2026-11-23T22:59:59Z", true)]
    [InlineData("2026-11-23T23:00:00Z", false)]
    public void Wallets_rest_at_night_as_it_is_in_Jakarta(string at, bool night) => Assert.Equal(night, MidtransMessages.IsNight(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public async Task A_transfer_long_after_the_deadline_is_paid_back_by_people()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "bca-va");
        shop.Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(1));
        await shopper.OrderUntil("cancelled");
        shop.Clock.Advance(TimeSpan.FromDays(3));

        await Press(shop, shopper, "late");
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").GetArrayLength() == 1, "the refund");
        JsonElement order = await shopper.Order();
        Assert.Equal(("due", order.GetProperty("totals").GetProperty("total").ToString()), (order.GetProperty("refunds")[0].GetProperty("status").GetString(), order.GetProperty("refunds")[0].GetProperty("amount").ToString()));
        // Nothing of it was ever kept: what is owed already cannot be refunded once more.
        HttpResponseMessage again = await shop.Send(
            HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "again", amount = order.GetProperty("totals").GetProperty("total") }, await shop.StaffToken(), ("Idempotency-Key", "again"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
        JsonElement due = Assert.Single((await Staff(shop, HttpMethod.Get, "/v1/admin/payouts")).GetProperty("data").EnumerateArray());
        Assert.Equal(shopper.OrderId, due.GetProperty("orderId").GetString());
        string refund = Uri.EscapeDataString(due.GetProperty("refundId").GetString()!);
        HttpResponseMessage paid = await shop.Send(
            HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds/{refund}/payout", new { reference = "TRF-78" }, await shop.StaffToken(), ("Idempotency-Key", "paid"));
        Assert.Equal(HttpStatusCode.Accepted, paid.StatusCode);
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds")[0].GetProperty("status").GetString() == "done", "the refund to be paid out");
    }

    [Fact]
    public async Task A_payment_whose_notification_is_lost_is_found_within_the_hour()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "bni-va");
        await Press(shop, shopper, "drop");
        await Press(shop, shopper, "pay");
        shop.Clock.Advance(TimeSpan.FromMinutes(61));
        await Paid(shopper);
    }

    [Fact]
    public async Task Notifications_that_come_twice_and_out_of_order_change_nothing()
    {
        await using ShopHost shop = await ShopHost.Start();
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/emulator/midtrans/misbehave", new { duplicate = true, reorder = true }));
        Shopper shopper = await Shopper.CheckedOut(shop, "gopay");
        await Press(shop, shopper, "pay");
        await Paid(shopper);
        shop.Clock.Advance(TimeSpan.FromSeconds(11)); // Now "pending" comes, twice.
        await Until.True(async () => (await Transaction(shop, shopper)).GetProperty("webhooks").EnumerateArray().All(w => w.GetProperty("state").GetString() == "delivered"), "the notifications");
        await shop.MoveUntilOver(shopper);
        JsonElement order = await shopper.Order();
        Assert.Equal("paid", order.GetProperty("paymentStatus").GetString());
        Assert.Single(order.GetProperty("timeline").EnumerateArray(), e => e.GetProperty("type").GetString() == "order.paid");
    }

    [Fact]
    public async Task Money_in_another_amount_goes_back_and_ends_the_order()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "dana");
        await Press(shop, shopper, "misbehave", new { wrongAmount = 1_000 });
        await Press(shop, shopper, "pay");
        await shopper.OrderUntil("cancelled");
        JsonElement refund = Assert.Single((await shopper.Order()).GetProperty("refunds").EnumerateArray());
        Assert.Equal(("done", 1_000_00), (refund.GetProperty("status").GetString(), refund.GetProperty("amount").GetProperty("amount").GetInt32()));
        Assert.Equal(1_000, Assert.Single((await Transaction(shop, shopper)).GetProperty("refunds").EnumerateArray()).GetProperty("amount").GetInt32());
    }

    [Fact]
    public async Task A_forged_notification_is_refused_and_one_about_somebody_elses_order_is_kept()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        var told = new { order_id = "of-another-shop", status_code = "200", gross_amount = "10000.00", transaction_status = "settlement" };
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Send(HttpMethod.Post, "/v1/hooks/midtrans", new { told.order_id, told.status_code, told.gross_amount, signature_key = new string('0', 128) })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Send(HttpMethod.Post, "/v1/hooks/midtrans", told)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Send(HttpMethod.Post, "/v1/hooks/midtrans", new { order_id = 7 })).StatusCode);

        string key = Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(told.order_id + told.status_code + told.gross_amount + "SB-Mid-server_emulator")));
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/hooks/midtrans", new { told.order_id, told.status_code, told.gross_amount, told.transaction_status, signature_key = key }));
        var kept = new List<TableEntity>();
        await foreach (TableEntity row in shop.Service<ShopStorage>().Table("PaymentEvents").QueryAsync<TableEntity>(cancellationToken: Cancellation)) kept.Add(row);
        Assert.Equal("settlement", Assert.Single(kept).GetString("Type"));
    }

    [Fact]
    public async Task A_charge_whose_answer_is_lost_gives_the_same_number()
    {
        await using ShopHost shop = await ShopHost.Start();
        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/emulator/midtrans/lose-answers", new { many = 1 }));
        Shopper shopper = await Shopper.CheckedOut(shop, "bri-va");
        string number = Instructions(await shopper.Order()).GetProperty("accountNumber").GetString()!;
        Assert.Equal(number, (await Transaction(shop, shopper)).GetProperty("number").GetString());

        // Long after Midtrans forgot its answer, too.
        shop.Clock.Advance(TimeSpan.FromMinutes(6));
        IPaymentGateway gateway = shop.Service<PaymentGateways>().Of("midtrans");
        JsonElement total = (await shopper.Order()).GetProperty("totals").GetProperty("total");
        var again = new PaymentToOpen(shopper.OrderId, 1, "bri-va", new Money(total.GetProperty("amount").GetInt64(), Currency.Idr), "Order", 60);
        Assert.Equal(number, (await gateway.Open(again, Cancellation)).Instructions.AccountNumber);

        await gateway.Cancel($"{shopper.OrderId}-1", Cancellation);
        await Assert.ThrowsAsync<PaymentRefusedException>(() => gateway.Open(again, Cancellation));
    }

    [Fact]
    public async Task Fractions_of_a_rupiah_are_refused_before_anybody_is_asked()
    {
        await using ShopHost shop = await ShopHost.Start(demo: false);
        var payment = new PaymentToOpen(Ids.New("ord", shop.Clock), 1, "bca-va", new Money(10_000_50, Currency.Idr), "Order", 60);
        await Assert.ThrowsAsync<PaymentRefusedException>(() => shop.Service<PaymentGateways>().Of("midtrans").Open(payment, Cancellation));
        Assert.Equal(0, (await shop.Get("/emulator/midtrans")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_card_gives_way_to_a_transfer_and_back()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "card");
        await shopper.PayBy("bca-va");
        Assert.Equal("pending", (await Transaction(shop, shopper, 2)).GetProperty("status").GetString());
        await shopper.Mail("order-payable.2");
        await shopper.PayBy("card");
        Assert.Equal("cancel", (await Transaction(shop, shopper, 2)).GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, (await shopper.Pay()).StatusCode);
        await Paid(shopper);

        // Money that comes to the number that was closed is too much.
        await Press(shop, shopper, "late", attempt: 2);
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").GetArrayLength() == 1, "the refund");
        Assert.Equal(("paid", "due"), await shopper.Order() is var order ? (order.GetProperty("paymentStatus").GetString(), order.GetProperty("refunds")[0].GetProperty("status").GetString()) : default);
    }

    [Fact]
    public async Task Qris_is_not_offered_above_what_it_takes()
    {
        await using ShopHost shop = await ShopHost.Start(configure: builder => builder.Configuration["Payments:HighestQrisRupiah"] = "1");
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        string?[] offered = [.. (await shop.Get($"/v1/store/carts/{shopper.CartId}/payment-methods")).GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString())];
        Assert.Contains("gopay", offered);
        Assert.DoesNotContain("qris", offered);
        await shopper.Prepare(paymentMethod: "qris");
        using HttpResponseMessage refused = await shopper.TryCheckout();
        Assert.Contains("\"/paymentMethod\"", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.False(refused.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_wallet_gets_its_money_back_once_however_often_it_is_asked_for()
    {
        await using ShopHost shop = await ShopHost.Start();
        Shopper shopper = await Shopper.CheckedOut(shop, "gopay");
        await Press(shop, shopper, "pay");
        await Paid(shopper);

        await ShopClient.Json(await shop.Send(HttpMethod.Post, "/emulator/midtrans/lose-answers", new { many = 1 }));
        string key = Guid.NewGuid().ToString();
        foreach (int _ in (int[])[1, 2])
            await Staff(shop, HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "it was late", amount = new { amount = 10_000_00, currency = "IDR" } }, key);
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").EnumerateArray().Count(r => r.GetProperty("status").GetString() == "done") == 1, "the refund");
        Assert.Equal(10_000, Assert.Single((await Transaction(shop, shopper)).GetProperty("refunds").EnumerateArray()).GetProperty("amount").GetInt32());
        Assert.Equal("partiallyRefunded", (await shopper.Order()).GetProperty("paymentStatus").GetString());
    }

    [Fact]
    public async Task After_the_days_of_a_wallet_people_pay_back()
    {
        await using ShopHost shop = await ShopHost.Start();
        IPaymentGateway gateway = shop.Service<PaymentGateways>().Of("midtrans");
        Shopper shopper = await Shopper.CheckedOut(shop, "dana");
        await Press(shop, shopper, "pay");
        await Paid(shopper);
        shop.Clock.Advance(TimeSpan.FromDays(46));
        await Assert.ThrowsAsync<RefundFailedException>(() => gateway.Refund($"{shopper.OrderId}-1", Money.FromMajor(1_000, Currency.Idr), "key", Cancellation));
    }

    [Fact]
    public async Task A_provider_that_is_away_holds_cart_and_goods_for_minutes_only()
    {
        bool away = true;
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Provider(MidtransGateway.ClientName, (_, _) => Task.FromResult(away ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : null)));
        string sku = await shop.PhysicalSku();
        int before = await shop.AvailableOf(sku);
        var shopper = new Shopper(shop);
        await shopper.Fill((sku, 1));
        await shopper.Prepare(paymentMethod: "bca-va");
        shopper.Placed(await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/checkout", new { }, ("Idempotency-Key", "first"))));

        shop.Clock.Advance(CheckoutOrchestration.LongestPreparation + TimeSpan.FromMinutes(1));
        await shopper.OrderUntil("cancelled");
        Assert.Contains("could not be prepared", (await shopper.Order()).GetProperty("timeline").EnumerateArray().Last().GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await shop.AvailableOf(sku));

        away = false;
        Assert.Equal("awaitingPayment", (await shopper.Checkout()).GetProperty("status").GetString());
    }

    private static JsonElement Instructions(JsonElement order) => order.GetProperty("payment").GetProperty("instructions");

    private static Task<JsonElement> Transaction(ShopHost shop, Shopper shopper, int attempt = 1) => shop.Get($"/emulator/midtrans/{shopper.OrderId}-{attempt}");

    private static async Task Press(ShopHost shop, Shopper shopper, string button, object? sent = null, int attempt = 1) =>
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/emulator/midtrans/{shopper.OrderId}-{attempt}/{button}", sent ?? new { }));

    private static Task Paid(Shopper shopper) => Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");

    private static async Task<JsonElement> Staff(ShopHost shop, HttpMethod method, string path, object? body = null, string? key = null) =>
        await ShopClient.Json(await shop.Send(method, path, body, await shop.StaffToken(), ("Idempotency-Key", key ?? Guid.NewGuid().ToString())));
}
