using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Shop.Emulator.Midtrans;

/// <summary>Transactions as Midtrans' Core API writes them: snake case, amounts such as <c>"10000.00"</c>, times in Jakarta.</summary>
internal static class MidtransShapes
{
    public const string BillerCode = "70012";
    private static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    /// <summary>The answer to a charge: the only one that says where a wallet or a QR code is found.</summary>
    public static JsonObject Charged(Transaction transaction, string baseUrl)
    {
        PaymentWay way = PaymentWay.Of(transaction);
        JsonObject answer = Body(transaction, "201", $"Success, {way.Name} transaction is created");
        if (transaction.QrString is { } code)
        {
            answer["acquirer"] = "gopay";
            answer["qr_string"] = code;
        }
        if (way is { Kind: PaymentWayKind.Qris } or { Kind: PaymentWayKind.Wallet, AsksByPhone: false })
        {
            string page = PageOf(transaction, baseUrl);
            answer["actions"] = way.Kind == PaymentWayKind.Qris
                ? new JsonArray(Action("generate-qr-code", "GET", $"{baseUrl}{MidtransRoom.Root}/v2/qris/{transaction.TransactionId}/qr-code"))
                : new JsonArray(Action("deeplink-redirect", "GET", page));
        }
        return answer;
    }

    public static JsonObject Status(Transaction transaction)
    {
        JsonObject answer = Body(transaction, StatusCode(transaction, expired: "407"), "Success, transaction is found");
        if (transaction.Refunds.Count > 0)
        {
            answer["refund_amount"] = Amount(TransactionRules.Refunded(transaction));
            answer["refunds"] = new JsonArray([.. transaction.Refunds.Select(Refund)]);
        }
        return answer;
    }

    public static JsonObject Cancelled(Transaction transaction) => Body(transaction, "200", "Success, transaction is canceled");

    public static JsonObject Expired(Transaction transaction) => Body(transaction, "407", "Success, transaction has expired");

    public static JsonObject Refunded(Transaction transaction, TransactionRefund refund)
    {
        JsonObject answer = Body(transaction, "200", "Success, refund request is approved");
        answer["refund_chargeback_id"] = refund.Number;
        answer["refund_amount"] = Amount(refund.Amount);
        answer["refund_key"] = refund.Key;
        return answer;
    }

    /// <summary>What the shop is told. The signature covers neither the status nor the time. https://docs.midtrans.com/docs/https-notification-webhooks</summary>
    public static JsonObject Notification(Transaction transaction, string? serverKey)
    {
        string code = StatusCode(transaction, expired: "202"), amount = Amount(transaction.Amount);
        JsonObject told = Body(transaction, code, "midtrans payment notification");
        if (transaction.Refunds is [.., var latest])
        {
            told["refund_amount"] = Amount(TransactionRules.Refunded(transaction));
            told["refund_key"] = latest.Key;
            told["refunds"] = new JsonArray([.. transaction.Refunds.Select(Refund)]);
        }
        told["signature_key"] = Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes(transaction.OrderId + code + amount + serverKey)));
        return told;
    }

    /// <summary>Where a wallet asks its owner: the emulator's page of the transaction.</summary>
    public static string PageOf(Transaction transaction, string baseUrl) => $"{baseUrl}{MidtransRoom.Root}/{Uri.EscapeDataString(transaction.OrderId)}";

    private static JsonObject Body(Transaction transaction, string code, string message)
    {
        PaymentWay way = PaymentWay.Of(transaction);
        var body = new JsonObject
        {
            ["status_code"] = code,
            ["status_message"] = message,
            ["transaction_id"] = transaction.TransactionId,
            ["order_id"] = transaction.OrderId,
            ["merchant_id"] = "G000000001",
            ["gross_amount"] = Amount(transaction.Amount),
            ["currency"] = "IDR",
            ["payment_type"] = way.PaymentType,
            ["transaction_time"] = Time(transaction.Created),
            ["transaction_status"] = transaction.Status,
            ["fraud_status"] = transaction.Status == TransactionStatus.Deny ? "deny" : "accept",
            ["expiry_time"] = Time(transaction.ExpiresAt),
        };
        if (transaction.SettledAt is { } settled) body["settlement_time"] = Time(settled);
        switch (way)
        {
            case { Id: "permata" }:
                body["permata_va_number"] = transaction.Number;
                break;
            case { Kind: PaymentWayKind.VirtualAccount }:
                body["va_numbers"] = new JsonArray(new JsonObject { ["bank"] = way.Bank, ["va_number"] = transaction.Number });
                break;
            case { Kind: PaymentWayKind.Bill }:
                body["biller_code"] = BillerCode;
                body["bill_key"] = transaction.Number;
                break;
        }
        return body;
    }

    private static string StatusCode(Transaction transaction, string expired) => transaction.Status switch
    {
        TransactionStatus.Pending => "201",
        TransactionStatus.Deny => "202",
        TransactionStatus.Expire => expired,
        _ => "200",
    };

    private static JsonObject Refund(TransactionRefund refund) => new()
    {
        ["refund_chargeback_id"] = refund.Number,
        ["refund_amount"] = Amount(refund.Amount),
        ["created_at"] = Time(refund.At),
        ["reason"] = refund.Reason,
        ["refund_key"] = refund.Key,
        ["refund_method"] = refund.Direct ? "online" : "offline",
    };

    private static JsonObject Action(string name, string method, string url) => new() { ["name"] = name, ["method"] = method, ["url"] = url };

    private static string Amount(long rupiah) => string.Create(CultureInfo.InvariantCulture, $"{rupiah}.00");

    private static string Time(DateTimeOffset at) => at.ToOffset(Jakarta).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
