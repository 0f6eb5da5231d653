using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Shipping;

/// <summary>Couriers' webhooks.</summary>
public sealed class CourierHookEndpoint(TakeCourierEvent take)
{
    /// <summary>Takes what a courier tells of a parcel: 200 once it is stored, 400 when the signature does not fit, 200 for a repeat.</summary>
    [Function("CourierHook"), Access(Caller.Provider)]
    [Body<Stream>(ContentType = "application/json"), Answer<HookReceipt>(200), Refusal(400, "hook.signature-invalid")]
    public Task<IResult> Receive([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/hooks/couriers/{courier}")] HttpRequest request, string courier) =>
        request.ReadBytes().Then(body => take.Run(courier, body, request.Headers["X-Courier-Signature"].ToString(), request.HttpContext.RequestAborted)).ToHttp(Respond.Ok);
}

/// <summary>Verifies a courier's event on its raw bytes, stores it once and hands it on.</summary>
public sealed partial class TakeCourierEvent(ShippingOptions options, CourierEventStore events, TimeProvider clock)
{
    /// <summary>An older signature may have been recorded and played again.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Both are parts of keys, which hold 1 KiB: names are refused that would not fit however they are written.</summary>
    private const int LongestName = 100;

    /// <summary>A queue message holds 48 KiB: longer words of a courier are cut.</summary>
    private const int LongestDescription = 1000;

    private sealed record Told(string Id, string Reference, string Status, DateTimeOffset At, string? Description);

    public async Task<Result<HookReceipt>> Run(string courier, byte[] body, string signature, CancellationToken cancellationToken)
    {
        if (!Signed(body, signature) || !CourierCode().IsMatch(courier)) return ShippingProblems.SignatureInvalid;
        Told told;
        try
        {
            told = JsonSerializer.Deserialize<Told>(body, ShopJson.Options)!;
        }
        catch (JsonException)
        {
            return ShippingProblems.SignatureInvalid;
        }
        if (told.Id.Length > LongestName || told.Reference.Length > LongestName || TrackingEvent.OfCourier(told.Status) is not { } status) return ShippingProblems.SignatureInvalid;
        string? words = told.Description is { Length: > LongestDescription } many ? many[..LongestDescription] : told.Description;
        bool isNew = await events.Take(new ParcelMoved(courier, told.Id, told.Reference, new TrackingEvent(status, told.At, words), Tracing.Parent), cancellationToken);
        return new HookReceipt(Repeated: !isNew);
    }

    /// <summary><c>t=…,v1=…</c>: HMAC-SHA256 in hex over <c>t.body</c>, <c>t</c> in Unix seconds.</summary>
    private bool Signed(byte[] body, string header)
    {
        string[] parts = header.Split(',');
        string? at = Array.Find(parts, p => p.StartsWith("t=", StringComparison.Ordinal))?[2..], given = Array.Find(parts, p => p.StartsWith("v1=", StringComparison.Ordinal))?[3..];
        if (!long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) || given is not { Length: 64 }) return false;
        if (Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds) return false;
        byte[] expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.WebhookSecret), (byte[])[.. Encoding.UTF8.GetBytes(at + "."), .. body]);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected)), Encoding.ASCII.GetBytes(given));
    }

    [GeneratedRegex("^[a-z0-9-]{1,32}\\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CourierCode();
}
