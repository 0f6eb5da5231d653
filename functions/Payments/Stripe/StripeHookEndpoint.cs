using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Storage;
using Stripe;

namespace Shop.Payments;

/// <summary>Stripe's webhooks.</summary>
public sealed class StripeHookEndpoint(TakeStripeEvent take)
{
    /// <summary>Takes an event from Stripe: 200 once it is stored, 400 when the signature does not fit, 200 for a repeat.</summary>
    [Function("StripeHook"), Access(Caller.Provider)]
    [Body<Stream>(ContentType = "application/json"), Answer<HookReceipt>(200), Refusal(400, "hook.signature-invalid")]
    public async Task<IResult> Receive([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/hooks/stripe")] HttpRequest request) =>
        await request.ReadBytes().Then(body => take.Run(body, request.Headers["Stripe-Signature"].ToString(), request.HttpContext.RequestAborted)).ToHttp(Respond.Ok);
}

/// <summary>Verifies a Stripe event on its raw bytes, stores it once and hands it on.</summary>
public sealed class TakeStripeEvent(StripeOptions options, PaymentEventStore events, PaymentEventQueue queue, TimeProvider clock)
{
    /// <summary>Stripe's own default: an older signature may have been recorded and played again.</summary>
    private const long ToleranceSeconds = 300;

    public async Task<Result<HookReceipt>> Run(byte[] body, string signature, CancellationToken cancellationToken)
    {
        Event told;
        try
        {
            // A newer API version than our client's is no reason to refuse: the payment is read again from Stripe anyway.
            told = EventUtility.ConstructEvent(Encoding.UTF8.GetString(body), signature, options.WebhookSecret, ToleranceSeconds, clock.GetUtcNow().ToUnixTimeSeconds(), throwOnApiVersionMismatch: false);
        }
        catch (Exception forged) when (forged is StripeException or Newtonsoft.Json.JsonException or ArgumentException)
        {
            return PaymentProblems.SignatureInvalid;
        }
        (string? reference, string? orderId) = told.Data?.Object switch
        {
            PaymentIntent intent => (intent.Id, StripeGateway.OrderOf(intent)),
            _ => (null, null),
        };
        if (orderId is not null) StorageMeter.ChargeTo(orderId);
        if (!await events.Take(StripeGateway.Name, told.Id, told.Type, cancellationToken)) return new HookReceipt(Repeated: true);
        if (told.Data?.Object is Dispute dispute)
        {
            await queue.Send(new DisputeChanged(StripeGateway.Name, told.Id, dispute.Id, Tracing.Parent), cancellationToken);
            return new HookReceipt(Repeated: false);
        }
        if (told.Data?.Object is Refund refund && StripeRefunds.Failed(refund))
        {
            await queue.Send(new RefundFailed(StripeGateway.Name, told.Id, refund.Id, Tracing.Parent), cancellationToken);
            return new HookReceipt(Repeated: false);
        }
        if (reference is null || orderId is null) return new HookReceipt(Repeated: false); // Stored; nothing of ours is about it.
        await queue.Send(new PaymentChanged(StripeGateway.Name, told.Id, reference, orderId, Tracing.Parent), cancellationToken);
        return new HookReceipt(Repeated: false);
    }
}
