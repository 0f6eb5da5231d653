using System.Text.Json;
using System.Text.Json.Nodes;
using Shop.Common;
using Shop.Payments;

namespace Shop.Tests.Payments;

public sealed class MidtransMessagesTests
{
    private const string Reference = "ord_01kar0000000000000000000000-1";

    [Fact]
    public void Rupiah_are_told_whole_or_not_at_all()
    {
        Assert.Equal(150_000, MidtransMessages.ToRupiah(Money.FromMajor(150_000, Currency.Idr)));
        Assert.Equal(Money.FromMajor(10_000, Currency.Idr), MidtransMessages.FromRupiah("10000.00"));
        Assert.Throws<PaymentRefusedException>(() => MidtransMessages.ToRupiah(new Money(10_000_50, Currency.Idr)));
        Assert.Throws<PaymentRefusedException>(() => MidtransMessages.ToRupiah(Money.FromMajor(10, Currency.Parse("USD"))));
    }

    [Theory]
    [InlineData("bca-va", "bank_transfer", "bank_transfer", """{"bank":"bca"}""")]
    [InlineData("permata-va", "permata", "bank_transfer", null)]
    [InlineData("mandiri-bill", "echannel", "echannel", """{"bill_info1":"Payment:","bill_info2":"Order 10042"}""")]
    [InlineData("qris", "qris", "qris", null)]
    public void A_charge_names_its_way_and_its_deadline(string id, string type, string detail, string? expected)
    {
        JsonObject charge = MidtransMessages.Charge(MidtransChannel.Find(id)!, Reference, new PaymentToOpen("ord_1", 1, id, Money.FromMajor(150_000, Currency.Idr), "Order 10042", 15));
        Assert.Equal((type, """{"order_id":"ord_01kar0000000000000000000000-1","gross_amount":150000}""", """{"expiry_duration":15,"unit":"minute"}""", expected),
            (charge["payment_type"]!.ToString(), charge["transaction_details"]!.ToJsonString(), charge["custom_expiry"]!.ToJsonString(), charge[detail]?.ToJsonString()));
    }

    [Fact]
    public void A_charge_of_OVO_names_its_owner_and_no_deadline()
    {
        PaymentToOpen payment = new("ord_1", 1, "ovo", Money.FromMajor(150_000, Currency.Idr), "Order 10042", 15, Phone: "+62 812 3456 7890");
        JsonObject charge = MidtransMessages.Charge(MidtransChannel.Find("ovo")!, Reference, payment);
        Assert.Equal(("""{"payer_phone_number":"081234567890"}""", false), (charge["ovo"]!.ToJsonString(), charge.ContainsKey("custom_expiry")));
        foreach (string? unknown in (string?[])[null, "", "+65 9123 4567", "021 555 0100", "0812"])
            Assert.Throws<PaymentRefusedException>(() => MidtransMessages.Charge(MidtransChannel.Find("ovo")!, Reference, payment with { Phone = unknown }));
    }

    [Theory]
    [InlineData("pending", "accept", "201", ProviderPaymentStatus.Pending)]
    [InlineData("capture", "accept", "200", ProviderPaymentStatus.Succeeded)]
    [InlineData("capture", "challenge", "201", ProviderPaymentStatus.Pending)]
    [InlineData("settlement", "accept", "200", ProviderPaymentStatus.Succeeded)]
    [InlineData("partial_refund", "accept", "200", ProviderPaymentStatus.Succeeded)]
    [InlineData("refund", "accept", "200", ProviderPaymentStatus.Succeeded)]
    [InlineData("deny", "deny", "202", ProviderPaymentStatus.Failed)]
    [InlineData("failure", "accept", "202", ProviderPaymentStatus.Failed)]
    [InlineData("cancel", "accept", "200", ProviderPaymentStatus.Cancelled)]
    [InlineData("expire", "accept", "407", ProviderPaymentStatus.Cancelled)]
    [InlineData("something new", "accept", "200", ProviderPaymentStatus.Pending)]
    [InlineData(null, null, "404", ProviderPaymentStatus.Cancelled)]
    public void Its_words_are_understood(string? status, string? fraud, string code, ProviderPaymentStatus expected)
    {
        MidtransTransaction told = Told(new { status_code = code, transaction_status = status, fraud_status = fraud, gross_amount = "150000.00", transaction_id = "t-1" });
        ProviderPayment payment = MidtransMessages.ToPayment(Reference, told);
        Assert.Equal((expected, expected == ProviderPaymentStatus.Succeeded ? 150_000_00 : 0), (payment.Status, payment.Received.Amount));
    }

    [Theory]
    [InlineData("bca-va", """{"status_code":"201","va_numbers":[{"bank":"bca","va_number":"807771"}]}""", """{"bank":"bca","accountNumber":"807771","amount":{"amount":15000000,"currency":"IDR"}}""")]
    [InlineData("permata-va", """{"status_code":"201","permata_va_number":"8562"}""", """{"bank":"permata","accountNumber":"8562","amount":{"amount":15000000,"currency":"IDR"}}""")]
    [InlineData("mandiri-bill", """{"status_code":"201","biller_code":"70012","bill_key":"99"}""", """{"bank":"mandiri","billerCode":"70012","billKey":"99","amount":{"amount":15000000,"currency":"IDR"}}""")]
    [InlineData("qris", """{"status_code":"201","qr_string":"0002","actions":[{"name":"generate-qr-code-v2","method":"GET","url":"https://q"}]}""", """{"qrString":"0002","imageUrl":"https://q"}""")]
    [InlineData("shopeepay", """{"status_code":"201","actions":[{"name":"deeplink-redirect","method":"GET","url":"https://w"}]}""", """{"redirectUrl":"https://w"}""")]
    [InlineData("ovo", """{"status_code":"201","transaction_status":"pending"}""", """{"amount":{"amount":15000000,"currency":"IDR"},"phone":"…7890"}""")]
    [InlineData("gopay", """{"status_code":"201","transaction_status":"pending"}""", null)]
    [InlineData("bca-va", """{"status_code":"201","va_numbers":[]}""", null)]
    public void What_the_shopper_needs_is_read_from_the_answer(string channel, string told, string? expected)
    {
        PaymentInstructions? read = MidtransMessages.Instructions(
            MidtransChannel.Find(channel)!, JsonSerializer.Deserialize<MidtransTransaction>(told, MidtransMessages.Json)!, new PaymentToOpen("ord_1", 1, channel, Money.FromMajor(150_000, Currency.Idr), "Order 10042", 15, Phone: "+62 812 3456 7890"));
        Assert.Equal(expected, read is null ? null : JsonSerializer.Serialize(read, ShopJson.Options));
    }

    [Fact]
    public void A_refunds_key_is_of_letters_that_Midtrans_takes() => Assert.Equal("ord_1-refund-a-1", MidtransMessages.RefundKey("ord_1|refund|a.1"));

    private static MidtransTransaction Told(object told) => JsonSerializer.Deserialize<MidtransTransaction>(JsonSerializer.Serialize(told), MidtransMessages.Json)!;
}
