using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Emulator.Clock;
using Shop.Emulator.Webhooks;

namespace Shop.Tests.Emulator.Midtrans;

public sealed class MidtransTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("bca"), InlineData("bni"), InlineData("bri"), InlineData("cimb")]
    public async Task A_bank_transfer_gets_an_account_number_and_waits(string bank)
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        JsonElement charged = await midtrans.Charge("order-1", bank: bank);

        Assert.Equal(("201", "pending", "150000.00", "bank_transfer"), (Code(charged), Text(charged, "transaction_status"), Text(charged, "gross_amount"), Text(charged, "payment_type")));
        Assert.Equal(bank, Text(charged.GetProperty("va_numbers")[0], "bank"));
        JsonElement status = await midtrans.Status("order-1");
        Assert.Equal((Text(charged.GetProperty("va_numbers")[0], "va_number"), "201"), (Text(status.GetProperty("va_numbers")[0], "va_number"), Code(status)));
        Assert.Equal(Text(charged, "transaction_id"), Text(await midtrans.Status(Text(charged, "transaction_id")), "transaction_id"));
    }

    [Fact]
    public async Task Permata_and_Mandiri_have_their_own_numbers()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        Assert.Matches("^[0-9]{16}$", Text(await midtrans.Charge("order-1", "permata"), "permata_va_number"));
        Assert.Matches("^[0-9]{16}$", Text(await midtrans.Charge("order-2", bank: "permata"), "permata_va_number"));
        JsonElement bill = await midtrans.Charge("order-3", "echannel", change: c => c["echannel"] = new JsonObject { ["bill_info1"] = "Payment:", ["bill_info2"] = "Order 1" });
        Assert.Equal("70012", Text(bill, "biller_code"));
        Assert.Equal(Text(bill, "bill_key"), Text(await midtrans.Status("order-3"), "bill_key"));
    }

    [Fact]
    public async Task Qris_and_wallets_say_once_where_they_are_paid()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        JsonElement qris = await midtrans.Charge("order-1", "qris");
        Assert.StartsWith("000201010212", Text(qris, "qr_string"), StringComparison.Ordinal);
        Assert.Equal("generate-qr-code", Text(qris.GetProperty("actions")[0], "name"));
        using HttpResponseMessage picture = await midtrans.Room.Http.GetAsync(new Uri(Text(qris.GetProperty("actions")[0], "url")), Cancellation);
        Assert.Equal("image/svg+xml", picture.Content.Headers.ContentType!.MediaType);
        foreach (string wallet in (string[])["gopay", "shopeepay", "dana"])
        {
            JsonElement charged = await midtrans.Charge("order-" + wallet, wallet);
            Assert.Equal(("deeplink-redirect", midtrans.Room.BaseUrl + "/emulator/midtrans/order-" + wallet), (Text(charged.GetProperty("actions")[0], "name"), Text(charged.GetProperty("actions")[0], "url")));
        }
        Assert.False((await midtrans.Status("order-1")).TryGetProperty("qr_string", out _));
        Assert.False((await midtrans.Status("order-gopay")).TryGetProperty("actions", out _));
    }

    [Fact]
    public async Task OVO_wants_its_owners_number_and_waits_a_minute_whatever_it_is_told()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        Assert.Equal("400", Code(await midtrans.Charge("order-1", "ovo", change: c => c.Remove("ovo"))));
        JsonElement charged = await midtrans.Charge("order-1", "ovo", change: c => c["custom_expiry"] = new JsonObject { ["expiry_duration"] = 15, ["unit"] = "minute" });
        Assert.False(charged.TryGetProperty("actions", out _));
        midtrans.Room.Clock.Advance(TimeSpan.FromSeconds(61));
        await Until.True(async () => Text(await midtrans.Status("order-1"), "transaction_status") == "expire", "the minute to be over");
    }

    [Fact]
    public async Task Only_the_server_key_opens_it()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        using HttpResponseMessage refused = await midtrans.Send(HttpMethod.Get, "order-1/status", null, null, "SB-Mid-server-of-somebody");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("401", Code(await refused.Content.ReadFromJsonAsync<JsonElement>(Cancellation)));
        Assert.Equal("404", Code(await midtrans.Status("order-1")));
        Assert.Equal("404", Code(await midtrans.Post("order-1", "cancel")));
    }

    [Fact]
    public async Task An_order_id_is_charged_once_and_a_key_gives_its_answer_again_for_five_minutes()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        JsonElement first = await midtrans.Charge("order-1", "gopay", key: "key-1");
        Assert.Equal(first.ToString(), (await midtrans.Charge("order-1", "gopay", key: "key-1")).ToString());
        Assert.Equal("406", Code(await midtrans.Charge("order-1", "gopay", key: "key-2")));
        Assert.Equal("406", Code(await midtrans.Charge("order-1", "gopay")));
        midtrans.Room.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("406", Code(await midtrans.Charge("order-1", "gopay", key: "key-1")));
    }

    [Theory]
    [InlineData("order-1", "bank_transfer", "bca", "150000.5")]
    [InlineData("order-1", "bank_transfer", "bca", "150000.00")]
    [InlineData("order-1", "bank_transfer", "bca", "0")]
    [InlineData("order-1", "bank_transfer", "bca", "-1")]
    [InlineData("order-1", "bank_transfer", "bca", "\"ten\"")]
    [InlineData("order-1", "bank_transfer", "deutsche", "150000")]
    [InlineData("order-1", "cheque", null, "150000")]
    [InlineData("order-1", "echannel", null, "150000")]
    [InlineData("order/1", "bank_transfer", "bca", "150000")]
    [InlineData("", "bank_transfer", "bca", "150000")]
    public async Task What_is_not_a_charge_is_refused(string orderId, string type, string? bank, string amount)
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        JsonElement refused = await midtrans.Charge(orderId, type, bank, JsonNode.Parse(amount));
        Assert.Equal("400", Code(refused));
        Assert.NotEmpty(refused.GetProperty("validation_messages").EnumerateArray());
    }

    [Theory]
    [InlineData("[]"), InlineData("{"), InlineData("\"\\ud800\""), InlineData("""{"payment_type":"\ud800"}"""), InlineData("""{"transaction_details":7}""")]
    public async Task What_is_not_JSON_is_refused(string body)
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/emulator/midtrans/v2/charge") { Content = new StringContent(body) };
        request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String("SB-Mid-server_emulator:"u8));
        using HttpResponseMessage response = await midtrans.Room.Http.SendAsync(request, Cancellation);
        Assert.Equal("400", Code(await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation)));
    }

    [Fact]
    public async Task What_is_paid_is_told_and_cannot_be_cancelled_any_more()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        await midtrans.Charge("order-1");
        Assert.Equal("pending", await midtrans.NextStatus());
        Assert.Equal(HttpStatusCode.OK, (await midtrans.Press("order-1", "pay")).StatusCode);

        JsonElement told = await midtrans.NextNotification();
        Assert.Equal(("settlement", "200", "accept"), (Text(told, "transaction_status"), Code(told), Text(told, "fraud_status")));
        Assert.Equal("412", Code(await midtrans.Post("order-1", "cancel")));
        Assert.Equal("412", Code(await midtrans.Post("order-1", "expire")));
        Assert.Equal(HttpStatusCode.Conflict, (await midtrans.Press("order-1", "pay")).StatusCode);
    }

    [Fact]
    public async Task Cancel_expire_and_deny_are_told()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        foreach ((string order, string code, string status, Func<Task> end) in (IEnumerable<(string, string, string, Func<Task>)>)[
            ("order-1", "200", "cancel", () => midtrans.Post("order-1", "cancel")),
            ("order-2", "407", "expire", () => midtrans.Post("order-2", "expire")),
            ("order-3", "202", "deny", () => midtrans.Press("order-3", "decline"))])
        {
            await midtrans.Charge(order, "gopay");
            Assert.Equal("pending", await midtrans.NextStatus());
            await end();
            Assert.Equal(status, await midtrans.NextStatus());
            Assert.Equal((code, status), (Code(await midtrans.Status(order)), Text(await midtrans.Status(order), "transaction_status")));
        }
    }

    [Fact]
    public async Task What_nobody_pays_expires_on_the_clock_and_after_a_restart()
    {
        var clock = new EmulatorClock();
        string prefix;
        await using (MidtransHost before = await MidtransHost.Start(clock: clock))
        {
            prefix = before.Room.Prefix;
            await before.Charge("order-1", change: c => c["custom_expiry"] = new JsonObject { ["expiry_duration"] = 20, ["unit"] = "minute" });
            await before.Charge("order-2");
            foreach (int _ in (int[])[1, 2]) Assert.Equal("pending", await before.NextStatus());
            clock.Advance(TimeSpan.FromMinutes(20));
            Assert.Equal("order-1", Text(await before.NextNotification(), "order_id"));
        }
        clock.Advance(TimeSpan.FromHours(24));
        await using MidtransHost after = await MidtransHost.Start(prefix, clock);
        JsonElement told = await after.NextNotification();
        // A notification whose answer was not written down before the end is sent again.
        if (Text(told, "order_id") == "order-1") told = await after.NextNotification();
        Assert.Equal(("order-2", "expire"), (Text(told, "order_id"), Text(told, "transaction_status")));
    }

    [Fact]
    public async Task Money_goes_back_in_parts_and_once_for_each_key()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        await midtrans.Charge("order-1", "gopay");
        Assert.Equal("412", Code(await midtrans.Post("order-1", "refund", new { refund_key = "r-1", amount = 50_000 })));
        await midtrans.Press("order-1", "pay");
        foreach (int _ in (int[])[1, 2]) await midtrans.NextStatus();

        foreach (int _ in (int[])[1, 2]) Assert.Equal(("200", "50000.00"), await midtrans.Post("order-1", "refund", new { refund_key = "r-1", amount = 50_000, reason = "late" }) is var back ? (Code(back), Text(back, "refund_amount")) : default);
        Assert.Equal("406", Code(await midtrans.Post("order-1", "refund", new { refund_key = "r-1", amount = 60_000 })));
        Assert.Equal("412", Code(await midtrans.Post("order-1", "refund", new { refund_key = "r-2", amount = 100_001 })));
        Assert.Equal("400", Code(await midtrans.Post("order-1", "refund", new { refund_key = "r-2", amount = 0.5 })));
        JsonElement told = await midtrans.NextNotification();
        Assert.Equal(("partial_refund", "50000.00", "r-1"), (Text(told, "transaction_status"), Text(told, "refund_amount"), Text(told, "refund_key")));

        Assert.Equal("200", Code(await midtrans.Post("order-1", "refund/online/direct", new { refund_key = "r-2" })));
        Assert.Equal("refund", await midtrans.NextStatus());
        Assert.Equal(["r-1", "r-2"], (await midtrans.Status("order-1")).GetProperty("refunds").EnumerateArray().Select(r => Text(r, "refund_key")));
    }

    [Fact]
    public async Task Banks_give_nothing_back_and_wallets_only_for_their_days()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        foreach ((string order, string type) in (IEnumerable<(string, string)>)[("order-1", "bank_transfer"), ("order-2", "ovo"), ("order-3", "shopeepay")])
        {
            await midtrans.Charge(order, type);
            await midtrans.Press(order, "pay");
        }
        Assert.Equal("412", Code(await midtrans.Post("order-1", "refund", new { refund_key = "r" })));
        Assert.Equal("412", Code(await midtrans.Post("order-2", "refund/online/direct", new { refund_key = "r" })));
        midtrans.Room.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal("412", Code(await midtrans.Post("order-2", "refund", new { refund_key = "r" })));
        Assert.Equal("200", Code(await midtrans.Post("order-3", "refund", new { refund_key = "r" })));
    }

    [Fact]
    public async Task Notifications_come_twice_late_out_of_order_or_not_at_all()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        await midtrans.Charge("order-1");
        Assert.Equal("pending", await midtrans.NextStatus());
        await midtrans.Press("order-1", "misbehave", new { duplicate = true });
        await midtrans.Press("order-1", "pay");
        Assert.Equal(["settlement", "settlement"], new[] { await midtrans.NextStatus(), await midtrans.NextStatus() });

        await midtrans.Room.Http.PostAsJsonAsync("/emulator/midtrans/misbehave", new { reorder = true }, Cancellation);
        await midtrans.Charge("order-2");
        await midtrans.Press("order-2", "pay");
        Assert.Equal("settlement", await midtrans.NextStatus());
        midtrans.Room.Clock.Advance(PaymentMisbehaviour.HeldBack);
        Assert.Equal("pending", await midtrans.NextStatus());

        await midtrans.Room.Http.PostAsJsonAsync("/emulator/midtrans/misbehave", new { drop = true }, Cancellation);
        await midtrans.Charge("order-3");
        Assert.False(midtrans.Room.HasHook);
    }

    [Fact]
    public async Task Money_comes_after_the_end_and_in_another_amount_when_it_is_told_to()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        await midtrans.Charge("order-1");
        await midtrans.Press("order-1", "late");
        Assert.Equal("cancel", Text(await midtrans.Post("order-1", "cancel"), "transaction_status"));
        Assert.Equal("settlement", Text(await midtrans.Status("order-1"), "transaction_status"));

        await midtrans.Charge("order-2");
        await midtrans.Press("order-2", "misbehave", new { wrongAmount = 1_000 });
        await midtrans.Press("order-2", "expire");
        await midtrans.Press("order-2", "late");
        Assert.Equal(("settlement", "1000.00"), await midtrans.Status("order-2") is var paid ? (Text(paid, "transaction_status"), Text(paid, "gross_amount")) : default);
    }

    [Fact]
    public async Task A_change_whose_answer_was_lost_is_made_all_the_same()
    {
        await using MidtransHost midtrans = await MidtransHost.Start();
        await midtrans.Room.Http.PostAsJsonAsync("/emulator/midtrans/lose-answers", new { many = 1 }, Cancellation);
        await Assert.ThrowsAsync<HttpRequestException>(() => midtrans.Charge("order-1", key: "key-1"));
        Assert.Equal("201", Code(await midtrans.Charge("order-1", key: "key-1")));
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static string Code(JsonElement of) => Text(of, "status_code");
}
