using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Shop.Emulator.Clock;
using Shop.Emulator.Hosting;

namespace Shop.Emulator.Midtrans;

/// <summary>Midtrans' Core API: charges, their status, cancel, expire and refund. https://docs.midtrans.com/reference</summary>
internal sealed partial class MidtransCalls(MidtransTransactions transactions, EmulatorClock clock, EmulatorAddresses addresses, IConfiguration settings)
{
    private static readonly TimeSpan KeysLive = TimeSpan.FromMinutes(5);
    private const int LongestExpiryDays = 180;

    /// <summary>The server key as the user of Basic authentication, without a password.</summary>
    public void CheckKey(HttpContext context)
    {
        string? key = settings["Midtrans:ServerKey"];
        byte[] expected = Encoding.UTF8.GetBytes("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
        if (string.IsNullOrEmpty(key) || !CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()))) throw MidtransRefusal.Unauthorized();
    }

    public async Task<JsonObject> Charge(HttpContext context)
    {
        using JsonDocument sent = await Body(context);
        JsonElement details = Property(sent.RootElement, "transaction_details");
        string orderId = Text(details, "order_id") is { } id && OrderIds().IsMatch(id) ? id : throw MidtransRefusal.Invalid("transaction_details.order_id is required: 1 to 50 letters, digits, dashes, underscores, tildes and dots");
        long amount = Whole(details, "gross_amount") ?? throw MidtransRefusal.Invalid("transaction_details.gross_amount is required");
        string? type = Text(sent.RootElement, "payment_type");
        PaymentWay way = PaymentWay.Find(type, Text(Property(sent.RootElement, "bank_transfer"), "bank")) ?? throw MidtransRefusal.Invalid("payment_type, or its bank, is not supported");
        if (way.Kind == PaymentWayKind.Bill && Text(Property(sent.RootElement, "echannel"), "bill_info1") is null) throw MidtransRefusal.Invalid("echannel.bill_info1 is required", "echannel.bill_info2 is required");
        if (way.AsksByPhone && (Text(Property(sent.RootElement, "ovo"), "payer_phone_number") ?? Text(Property(sent.RootElement, "customer_details"), "phone")) is not { Length: >= 10 and <= 15 })
            throw MidtransRefusal.Invalid("ovo.payer_phone_number or customer_details.phone is required");
        TimeSpan expiry = way.AsksByPhone ? way.Waits : Expiry(sent.RootElement) ?? way.Waits;

        DateTimeOffset now = clock.GetUtcNow();
        string transactionId = Guid.NewGuid().ToString();
        string? key = context.Request.Headers["Idempotency-Key"] is [{ Length: > 0 } given] ? given : null;
        var transaction = new Transaction
        {
            OrderId = orderId,
            TransactionId = transactionId,
            Way = way.Id,
            Amount = amount,
            Status = TransactionStatus.Pending,
            Created = now,
            ExpiresAt = now + expiry,
            Number = way.Digits == 0 ? null : way.Prefix + RandomNumberGenerator.GetString("0123456789", way.Digits - way.Prefix.Length),
            QrString = way.Kind == PaymentWayKind.Qris ? QrisCode.Of(amount, transactionId) : null,
            IdempotencyKey = key,
        };
        if (await transactions.Charge(transaction, context.RequestAborted)) return MidtransShapes.Charged(transaction, addresses.BaseUrl);

        Transaction before = (await transactions.Find(orderId, context.RequestAborted))!;
        if (key is null || before.IdempotencyKey != key || now - before.Created > KeysLive) throw MidtransRefusal.Duplicate("order_id has been used, please use another order_id.");
        return MidtransShapes.Charged(before with { Status = TransactionStatus.Pending, SettledAt = null }, addresses.BaseUrl);
    }

    public async Task<JsonObject> Status(HttpContext context) => MidtransShapes.Status(await Find(context));

    public Task<JsonObject> Cancel(HttpContext context) => Close(context, TransactionStatus.Cancel, MidtransShapes.Cancelled);

    public Task<JsonObject> Expire(HttpContext context) => Close(context, TransactionStatus.Expire, MidtransShapes.Expired);

    public async Task<JsonObject> Refund(HttpContext context, bool direct)
    {
        using JsonDocument sent = await Body(context);
        long? amount = Whole(sent.RootElement, "amount");
        string key = Text(sent.RootElement, "refund_key") ?? Guid.NewGuid().ToString();
        string? reason = Text(sent.RootElement, "reason");
        string orderId = (await Find(context)).OrderId;
        TransactionChange change = (await transactions.Change(orderId, (before, _, now) => TransactionRules.Refund(before, key, amount, reason, direct, now), context.RequestAborted))!;
        return MidtransShapes.Refunded(change.Answered, change.Answered.Refunds.First(r => r.Key == key));
    }

    private async Task<JsonObject> Close(HttpContext context, string status, Func<Transaction, JsonObject> shape)
    {
        string orderId = (await Find(context)).OrderId;
        return shape((await transactions.Change(orderId, (before, misbehaviour, now) => TransactionRules.Close(before, status, misbehaviour, now), context.RequestAborted))!.Answered);
    }

    private async Task<Transaction> Find(HttpContext context) =>
        context.Request.RouteValues["id"] is string id && OrderIds().IsMatch(id) && await transactions.Find(id, context.RequestAborted) is { } found ? found : throw MidtransRefusal.Missing();

    private static TimeSpan? Expiry(JsonElement charge)
    {
        JsonElement custom = Property(charge, "custom_expiry");
        if (custom.ValueKind != JsonValueKind.Object) return null;
        long duration = Whole(custom, "expiry_duration") ?? throw MidtransRefusal.Invalid("custom_expiry.expiry_duration is required");
        TimeSpan? unit = Text(custom, "unit") switch
        {
            "second" => TimeSpan.FromSeconds(1),
            "minute" or null => TimeSpan.FromMinutes(1),
            "hour" => TimeSpan.FromHours(1),
            "day" => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is not { } one) throw MidtransRefusal.Invalid("custom_expiry.unit is second, minute, hour or day");
        return duration <= TimeSpan.FromDays(LongestExpiryDays) / one ? one * duration : throw MidtransRefusal.Invalid($"custom_expiry is longer than {LongestExpiryDays.ToString(CultureInfo.InvariantCulture)} days");
    }

    private static async Task<JsonDocument> Body(HttpContext context)
    {
        try
        {
            JsonDocument sent = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            if (sent.RootElement.ValueKind == JsonValueKind.Object) return sent;
            sent.Dispose();
        }
        catch (JsonException)
        {
            // Said below.
        }
        throw MidtransRefusal.Invalid("The request body is not a JSON object");
    }

    private static JsonElement Property(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out JsonElement value) ? value : default;

    private static string? Text(JsonElement of, string name)
    {
        JsonElement value = Property(of, name);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return null;
        try
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : throw MidtransRefusal.Invalid($"{name} must be a text");
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            throw MidtransRefusal.Invalid($"{name} must be a text");
        }
    }

    /// <summary>Positive: rupiah have no fractions here, not even <c>.00</c>.</summary>
    private static long? Whole(JsonElement of, string name)
    {
        JsonElement value = Property(of, name);
        return value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long whole) && whole is > 0 and < 1_000_000_000_000 ? whole
            : throw MidtransRefusal.Invalid($"{name} must be a whole number above 0");
    }

    [GeneratedRegex(@"^[A-Za-z0-9._~-]{1,50}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OrderIds();
}
