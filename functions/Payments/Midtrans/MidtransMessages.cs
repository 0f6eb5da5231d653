using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Payments;

/// <summary>A transaction as Midtrans tells it.</summary>
internal sealed record MidtransTransaction(
    string StatusCode, string? TransactionId, string? OrderId, string? TransactionStatus, string? FraudStatus, string? PaymentType, string? GrossAmount,
    IReadOnlyList<MidtransTransaction.Account>? VaNumbers, string? PermataVaNumber, string? BillerCode, string? BillKey, string? QrString,
    IReadOnlyList<MidtransTransaction.Action>? Actions, [property: JsonPropertyName("refunds")] IReadOnlyList<MidtransTransaction.Refund>? RefundList)
{
    public const int Done = 200, Waiting = 201, Missing = 404, Duplicate = 406, Insufficient = 414;

    internal sealed record Account(string Bank, string VaNumber);

    internal sealed record Action(string Name, string Url);

    internal sealed record Refund(string RefundKey);

    public int Code => int.TryParse(StatusCode, NumberStyles.None, CultureInfo.InvariantCulture, out int code) ? code : 0;

    /// <summary>The keys under which money went back.</summary>
    [JsonIgnore]
    public IEnumerable<string> Refunds => (RefundList ?? []).Select(r => r.RefundKey);
}

/// <summary>Between the shop's words and Midtrans'. Pure.</summary>
internal static class MidtransMessages
{
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Midtrans counts whole rupiah and refuses fractions.</summary>
    /// <exception cref="PaymentRefusedException">The amount is not one of whole rupiah.</exception>
    public static long ToRupiah(Money money) => money.Currency == Currency.Idr && money.Amount % Currency.Idr.MinorUnits == 0
        ? money.Amount / Currency.Idr.MinorUnits
        : throw new PaymentRefusedException($"Midtrans cannot charge {money} exactly.", null);

    /// <summary>It tells amounts as <c>10000.00</c>.</summary>
    public static Money FromRupiah(string? amount) => Money.FromMajor(decimal.Parse(amount ?? "0", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture), Currency.Idr);

    public static JsonObject Charge(MidtransChannel channel, string reference, PaymentToOpen payment)
    {
        var charge = new JsonObject
        {
            ["payment_type"] = channel.PaymentType,
            ["transaction_details"] = new JsonObject { ["order_id"] = reference, ["gross_amount"] = ToRupiah(payment.Amount) },
        };
        if (!channel.AsksByPhone) charge["custom_expiry"] = new JsonObject { ["expiry_duration"] = payment.WithinMinutes, ["unit"] = "minute" };
        switch (channel.PaymentType)
        {
            case "bank_transfer":
                charge["bank_transfer"] = new JsonObject { ["bank"] = channel.Bank };
                break;
            case "echannel":
                charge["echannel"] = new JsonObject { ["bill_info1"] = "Payment:", ["bill_info2"] = payment.Description };
                break;
            case "ovo":
                charge["ovo"] = new JsonObject { ["payer_phone_number"] = Phone(payment) };
                break;
        }
        return charge;
    }

    /// <summary>How the shopper pays; <c>null</c> where Midtrans says it only once, and this is not that time.</summary>
    public static PaymentInstructions? Instructions(MidtransChannel channel, MidtransTransaction told, PaymentToOpen payment)
    {
        Money amount = payment.Amount;
        string? Address(params string[] names) => told.Actions?.FirstOrDefault(a => names.Contains(a.Name, StringComparer.Ordinal))?.Url;
        return channel.Kind switch
        {
            PaymentKind.BankTransfer when told is { BillerCode: { } biller, BillKey: { } key } => new PaymentInstructions { Bank = channel.Bank, BillerCode = biller, BillKey = key, Amount = amount },
            PaymentKind.BankTransfer when (told.PermataVaNumber ?? (told.VaNumbers is [var first, ..] ? first.VaNumber : null)) is { } number => new PaymentInstructions { Bank = channel.Bank, AccountNumber = number, Amount = amount },
            PaymentKind.Qris when told.QrString is { } code => new PaymentInstructions { QrString = code, ImageUrl = Address("generate-qr-code", "generate-qr-code-v2") },
            PaymentKind.Ewallet when channel.AsksByPhone => new PaymentInstructions { Phone = $"…{Phone(payment)[^4..]}", Amount = amount },
            PaymentKind.Ewallet when Address("deeplink-redirect", "web-redirect") is { } address => new PaymentInstructions { RedirectUrl = address },
            _ => null,
        };
    }

    public static ProviderPayment ToPayment(string reference, MidtransTransaction told)
    {
        ProviderPaymentStatus status = told.TransactionStatus switch
        {
            // A capture that Midtrans' fraud detection questions is not money yet.
            "capture" when told.FraudStatus == "challenge" => ProviderPaymentStatus.Pending,
            "capture" or "settlement" or "refund" or "partial_refund" or "chargeback" or "partial_chargeback" => ProviderPaymentStatus.Succeeded,
            "deny" or "failure" => ProviderPaymentStatus.Failed,
            "cancel" or "expire" => ProviderPaymentStatus.Cancelled,
            null when told.Code == MidtransTransaction.Missing => ProviderPaymentStatus.Cancelled, // What was never charged cannot be paid.
            _ => ProviderPaymentStatus.Pending,
        };
        Money received = status == ProviderPaymentStatus.Succeeded ? FromRupiah(told.GrossAmount) : Money.Zero(Currency.Idr);
        return new ProviderPayment(MidtransGateway.Name, reference, status, received, status is ProviderPaymentStatus.Failed or ProviderPaymentStatus.Cancelled ? told.TransactionStatus : null, told.TransactionId);
    }

    private static string Phone(PaymentToOpen payment) => MobileNumber.ToLocal(payment.Phone) ?? throw new PaymentRefusedException("The wallet needs a mobile number of Indonesia.", null);

    /// <summary>Whether money of this transaction goes back the way it came: transfers between banks do not.</summary>
    public static bool Refunds(MidtransTransaction paid) => MidtransChannel.All.Any(c => c.PaymentType == paid.PaymentType && c.Refunds);

    /// <summary>In Jakarta, wherever the shop is.</summary>
    public static bool IsNight(DateTimeOffset at) => at.ToOffset(TimeSpan.FromHours(7)).TimeOfDay is var hour && (hour >= new TimeSpan(23, 30, 0) || hour < new TimeSpan(6, 0, 0));

    /// <summary>Midtrans takes letters, digits, dashes and underscores.</summary>
    public static string RefundKey(string key) => string.Concat(key.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '-'));
}
