using System.Net;
using Shop.Common;
using Stripe;

namespace Shop.Payments;

/// <summary>Cards through Stripe's payment intents.</summary>
public sealed class StripeGateway(IStripeClient stripe, StripeOptions options) : IPaymentGateway
{
    public const string Name = "stripe";

    /// <summary>Metadata that leads from a payment intent back to its order.</summary>
    public const string OrderIdKey = "order_id";

    private const string RefundKey = "refund_key";

    private readonly PaymentIntentService _intents = new(stripe);
    private readonly RefundService _refunds = new(stripe);

    public string Provider => Name;

    public async Task<OpenedPayment> Open(PaymentToOpen payment, CancellationToken cancellationToken)
    {
        var create = new PaymentIntentCreateOptions
        {
            Amount = StripeAmounts.ToStripe(payment.Amount),
            Currency = payment.Amount.Currency.Code.ToLowerInvariant(),
            AllowedPaymentMethodTypes = ["card"],
            CaptureMethod = payment.CaptureLater ? "manual" : "automatic",
            Description = payment.Description,
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [OrderIdKey] = payment.OrderId },
        };
        try
        {
            PaymentIntent intent = await _intents.CreateAsync(create, new RequestOptions { IdempotencyKey = $"{payment.OrderId}|payment|{payment.Attempt}" }, cancellationToken);
            return new OpenedPayment(intent.Id, new PaymentInstructions { Provider = Name, ClientSecret = intent.ClientSecret, PublishableKey = options.PublishableKey });
        }
        catch (StripeException refused) when (refused.HttpStatusCode is HttpStatusCode.BadRequest or HttpStatusCode.PaymentRequired or HttpStatusCode.Forbidden)
        {
            throw new PaymentRefusedException($"Stripe refused to open the payment: {refused.StripeError?.Code ?? refused.StripeError?.Type}.", refused);
        }
    }

    /// <returns><c>null</c> for a payment that is none of the shop's.</returns>
    internal static string? OrderOf(PaymentIntent intent) => intent.Metadata?.GetValueOrDefault(OrderIdKey) is { } id && Ids.IsValid("ord", id) ? id : null;

    public async Task<ProviderPayment> Find(string reference, CancellationToken cancellationToken) =>
        ToPayment(await _intents.GetAsync(reference, new PaymentIntentGetOptions { Expand = ["latest_charge"] }, null, cancellationToken));

    public async Task<ProviderPayment> Capture(string reference, Money amount, string key, CancellationToken cancellationToken)
    {
        try
        {
            return ToPayment(await _intents.CaptureAsync(
                reference, new PaymentIntentCaptureOptions { AmountToCapture = StripeAmounts.ToStripe(amount) }, new RequestOptions { IdempotencyKey = key }, cancellationToken));
        }
        catch (StripeException state) when (state.StripeError?.Code is "payment_intent_unexpected_state" or "charge_expired_for_capture")
        {
            return await Find(reference, cancellationToken); // It was captured before, or the authorisation is gone.
        }
    }

    public async Task<ProviderPayment> Cancel(string reference, CancellationToken cancellationToken)
    {
        try
        {
            return ToPayment(await _intents.CancelAsync(reference, new PaymentIntentCancelOptions { CancellationReason = "abandoned" }, null, cancellationToken));
        }
        catch (StripeException state) when (state.StripeError?.Code == "payment_intent_unexpected_state")
        {
            return await Find(reference, cancellationToken); // It succeeded, or was cancelled before.
        }
    }

    public async Task<ProviderRefund> Refund(string reference, Money amount, string key, CancellationToken cancellationToken)
    {
        // Stripe forgets idempotency keys after a day: what was given back under this one before then is found by its metadata.
        Refund refund = await FindRefund(reference, r => r.Metadata?.GetValueOrDefault(RefundKey) == key, cancellationToken) ?? await Create(reference, amount, key, cancellationToken);
        // One that is pending was taken, too. Of one that moved money and failed since, the events tell; what moved none never was a refund.
        if (StripeRefunds.Failed(refund) && refund.BalanceTransactionId is null) throw new RefundFailedException($"Stripe could not give back {amount}: {refund.FailureReason ?? refund.Status}.");
        return new ProviderRefund(refund.Id, amount);
    }

    private async Task<Refund> Create(string reference, Money amount, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await Create(reference, StripeAmounts.ToStripe(amount), key, key, cancellationToken);
        }
        catch (StripeException disputed) when (disputed.StripeError?.Code == "charge_disputed")
        {
            throw new PaymentDisputedException($"{reference} is disputed: Stripe gives nothing of it back.", disputed);
        }
        catch (StripeException refused) when (refused.StripeError is { Type: "invalid_request_error" } error && error.Code != "balance_insufficient")
        {
            if (await GiveRest(reference, StripeAmounts.ToStripe(amount), key, cancellationToken) is { } given) return given;
            if (error.Code == "charge_already_refunded") throw;
            throw new RefundFailedException($"Stripe will not give back {amount}: {error.Code ?? error.Message}.", refused);
        }
    }

    private Task<Refund> Create(string reference, long amount, string key, string idempotencyKey, CancellationToken cancellationToken)
    {
        var create = new RefundCreateOptions { PaymentIntent = reference, Amount = amount, Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [RefundKey] = key } };
        return _refunds.CreateAsync(create, new RequestOptions { IdempotencyKey = idempotencyKey }, cancellationToken);
    }

    /// <summary>
    /// Somebody gave some of it, or all of it, back in Stripe's own pages: the customer has that, and gets what is left. The reconciliation shows under whose name the money went.
    /// </summary>
    /// <returns><c>null</c> where that is not why Stripe refused.</returns>
    private async Task<Refund?> GiveRest(string reference, long amount, string key, CancellationToken cancellationToken)
    {
        long left = (await _intents.GetAsync(reference, null, null, cancellationToken)).AmountReceived, outside = 0;
        Refund? newest = null;
        await foreach (Refund refund in _refunds.ListAutoPagingAsync(new RefundListOptions { PaymentIntent = reference }, null, cancellationToken))
        {
            if (StripeRefunds.Failed(refund)) continue;
            left -= refund.Amount;
            if (refund.Metadata?.ContainsKey(RefundKey) == true) continue;
            outside += refund.Amount;
            newest ??= refund;
        }
        if (newest is null || left >= amount || amount - left > outside) return null;
        return left <= 0 ? newest : await Create(reference, left, key, $"{key}|rest", cancellationToken);
    }

    private async Task<Refund?> FindRefund(string reference, Func<Refund, bool> wanted, CancellationToken cancellationToken)
    {
        await foreach (Refund refund in _refunds.ListAutoPagingAsync(new RefundListOptions { PaymentIntent = reference }, null, cancellationToken))
            if (wanted(refund)) return refund;
        return null;
    }

    private static ProviderPayment ToPayment(PaymentIntent intent)
    {
        ProviderPaymentStatus status = intent.Status switch
        {
            "succeeded" => ProviderPaymentStatus.Succeeded,
            "canceled" => ProviderPaymentStatus.Cancelled,
            "requires_capture" => ProviderPaymentStatus.Authorized,
            "requires_action" => ProviderPaymentStatus.RequiresAction,
            "requires_payment_method" when intent.LastPaymentError is not null => ProviderPaymentStatus.Failed,
            _ => ProviderPaymentStatus.Pending,
        };
        return new ProviderPayment(
            Name, intent.Id, status, StripeAmounts.FromStripe(intent.AmountReceived, intent.Currency), intent.LastPaymentError?.DeclineCode ?? intent.LastPaymentError?.Code,
            intent.LatestChargeId, intent.LatestCharge?.Outcome?.RiskLevel is "elevated" or "highest");
    }
}
