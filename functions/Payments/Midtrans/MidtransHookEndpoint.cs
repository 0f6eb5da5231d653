using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>Midtrans' notifications.</summary>
public sealed class MidtransHookEndpoint(TakeMidtransEvent take)
{
    /// <summary>Takes a notification from Midtrans: 200 once it is stored, 400 when the signature does not fit, 200 for a repeat.</summary>
    [Function("MidtransHook"), Access(Caller.Provider)]
    [Body<Stream>(ContentType = "application/json"), Answer<HookReceipt>(200), Refusal(400, "hook.signature-invalid")]
    public async Task<IResult> Receive([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/hooks/midtrans")] HttpRequest request) =>
        await request.ReadBytes().Then(body => take.Run(body, request.HttpContext.RequestAborted)).ToHttp(Respond.Ok);
}

/// <summary>
/// Verifies a notification, stores it once and hands it on. Its signature covers neither the status nor a time, so nothing in it is believed
/// but the name of the transaction, which is read again from Midtrans.
/// </summary>
public sealed class TakeMidtransEvent(MidtransOptions options, PaymentEventStore events, PaymentEventQueue queue)
{
    /// <summary>It is kept to be read by people, and no signature covers it.</summary>
    private const int LongestStatus = 100;

    private sealed record Told(string? OrderId, string? StatusCode, string? GrossAmount, string? SignatureKey, string? TransactionStatus);

    public async Task<Result<HookReceipt>> Run(byte[] body, CancellationToken cancellationToken)
    {
        Told? told;
        try
        {
            told = JsonSerializer.Deserialize<Told>(body, MidtransMessages.Json);
        }
        catch (JsonException)
        {
            return PaymentProblems.SignatureInvalid;
        }
        if (told is null || !Signed(told)) return PaymentProblems.SignatureInvalid;
        // Notifications have no id: the same bytes are the same notification.
        string eventId = Digest.Of(body);
        string? orderId = MidtransGateway.OrderOf(told.OrderId);
        if (orderId is not null) StorageMeter.ChargeTo(orderId);
        if (!await events.Take(MidtransGateway.Name, eventId, told.TransactionStatus is { Length: <= LongestStatus } status ? status : "unknown", cancellationToken)) return new HookReceipt(Repeated: true);
        if (orderId is null) return new HookReceipt(Repeated: false); // Stored; nothing of ours is about it.
        await queue.Send(new PaymentChanged(MidtransGateway.Name, eventId, told.OrderId!, orderId, Tracing.Parent), cancellationToken);
        return new HookReceipt(Repeated: false);
    }

    private bool Signed(Told told)
    {
        if (options.ServerKey.Length == 0 || told.SignatureKey is not { Length: 128 } given) return false;
        byte[] expected = SHA512.HashData(Encoding.UTF8.GetBytes($"{told.OrderId}{told.StatusCode}{told.GrossAmount}{options.ServerKey}"));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected)), Encoding.UTF8.GetBytes(given));
    }
}
