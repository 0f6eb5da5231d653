using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Shipping;

/// <summary>Couriers' webhooks.</summary>
public sealed class CourierHookEndpoint(TakeCourierEvent take, ShippingOptions options)
{
    /// <summary>
    /// Takes what Biteship tells of a parcel, under <c>/v1/hooks/couriers/biteship</c>: 200 once it is stored, 400 when the secret does not fit, 200 for a repeat. The empty post, or
    /// empty object, with which Biteship tries an address that is set up is answered 200, whoever sends it.
    /// </summary>
    [Function("CourierHook"), Access(Caller.Provider)]
    [Body<Stream>(ContentType = "application/json"), Answer<HookReceipt>(200), Refusal(400, "hook.signature-invalid")]
    public Task<IResult> Receive([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/hooks/couriers/{courier}")] HttpRequest request, string courier) =>
        request.ReadBytes().Then(body => take.Run(courier, body, request.Headers[options.WebhookHeader].ToString(), request.HttpContext.RequestAborted)).ToHttp(Respond.Ok);
}

/// <summary>
/// Verifies a webhook, stores it once and hands it on. Biteship sends a word of the shop's own with each, which signs nothing: so nothing in it is believed but the name of the
/// booking, which is read again from Biteship.
/// </summary>
public sealed class TakeCourierEvent(ShippingOptions options, CourierEventStore events)
{
    /// <summary>As it is called in the path.</summary>
    public const string Courier = "biteship";

    private const int LongestWord = 100;

    public async Task<Result<HookReceipt>> Run(string courier, byte[] body, string secret, CancellationToken cancellationToken)
    {
        if (courier != Courier) return ShippingProblems.SignatureInvalid;
        if (SaysNothing(body)) return new HookReceipt(Repeated: false);
        if (!IsOurs(secret)) return ShippingProblems.SignatureInvalid;
        BiteshipEvent? told;
        try
        {
            told = JsonSerializer.Deserialize<BiteshipEvent>(body, BiteshipMessages.Json);
        }
        catch (JsonException)
        {
            return ShippingProblems.SignatureInvalid;
        }
        if (told is not { Event: { Length: > 0 and <= LongestWord } kind, OrderId: { Length: > 0 and <= LongestWord } booking } || told is { Status.Length: > LongestWord }) return ShippingProblems.SignatureInvalid;
        // It has no id: what it says is its name.
        string eventId = Digest.Of($"{booking}|{kind}|{told.Status}|{told.CourierWaybillId}");
        // What a courier charges the shop in the end is kept, and moves no parcel.
        bool moves = kind is BiteshipEvent.StatusChanged or BiteshipEvent.Numbered;
        bool isNew = await events.Take(new ParcelMoved(courier, eventId, booking, told.Status ?? kind, Tracing.Parent), moves, cancellationToken);
        return new HookReceipt(Repeated: !isNew);
    }

    private static bool SaysNothing(byte[] body) => Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 8))).Trim() is "" or "{}";

    private bool IsOurs(string secret) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(options.WebhookSecret)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
