using System.Text.Json.Serialization;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Stripe;

internal static class PaymentStatus
{
    public const string RequiresPaymentMethod = "requires_payment_method";
    public const string RequiresConfirmation = "requires_confirmation";
    public const string RequiresAction = "requires_action";
    public const string RequiresCapture = "requires_capture";
    public const string Succeeded = "succeeded";
    public const string Canceled = "canceled";
}

/// <summary>A payment intent with all that hangs on it, kept as one row. Amounts are in the currency's minor unit, as Stripe counts it.</summary>
internal sealed record Payment
{
    public required string Token { get; init; }

    public required string Id { get; init; }

    public required string ClientSecret { get; init; }

    public required long Amount { get; init; }

    public required string Currency { get; init; }

    public required string CaptureMethod { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required string Status { get; init; }

    public long AmountReceived { get; init; }

    public long AmountCapturable { get; init; }

    /// <summary>The methods that the caller named, of which this emulator has cards; <c>null</c> where the dashboard chooses.</summary>
    public IReadOnlyList<string>? AllowedTypes { get; init; }

    /// <summary>"always" or "never" where the dashboard chooses the methods, <c>null</c> where the caller named them.</summary>
    public string? AllowRedirects { get; init; }

    public CardOnFile? PaymentMethod { get; init; }

    public string? Description { get; init; }

    public string? ReceiptEmail { get; init; }

    public string? StatementDescriptorSuffix { get; init; }

    public string? SetupFutureUsage { get; init; }

    public string? ReturnUrl { get; init; }

    /// <summary>The bank's page, where a shopper authenticates: the emulator's page of this payment.</summary>
    public string? ActionUrl { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public DateTimeOffset? CanceledAt { get; init; }

    public string? CancellationReason { get; init; }

    public PaymentError? LastError { get; init; }

    public IReadOnlyList<Charge> Charges { get; init; } = [];

    public IReadOnlyList<Refund> Refunds { get; init; } = [];

    /// <summary>Refunds from now on are on their way until somebody says what became of them.</summary>
    public bool RefundsPend { get; init; }

    /// <summary>What the cardholder said to their bank.</summary>
    public Dispute? Dispute { get; init; }

    /// <summary>How it moved the balance, oldest first.</summary>
    public IReadOnlyList<Movement> Movements { get; init; } = [];

    /// <summary>How many events there have been.</summary>
    public int Events { get; init; }

    /// <summary>What this payment was told to do wrong; <c>null</c> leaves it to the general order.</summary>
    public PaymentMisbehaviour? Misbehaviour { get; init; }

    /// <summary>The answers that idempotency keys give from now on.</summary>
    public IReadOnlyDictionary<string, KeptAnswer> Answers { get; init; } = new Dictionary<string, KeptAnswer>(StringComparer.Ordinal);

    [JsonIgnore]
    public Charge? LatestCharge => Charges.Count == 0 ? null : Charges[^1];
}

/// <summary>A payment method attached to an intent: Stripe makes one of its own of every <c>pm_card_…</c>.</summary>
internal sealed record CardOnFile(string Id, string TestCard);

internal sealed record PaymentError(CardDecline Decline, string? Charge, CardOnFile PaymentMethod);

/// <summary>One attempt at the card.</summary>
internal sealed record Charge(string Id, long Amount, CardOnFile PaymentMethod, DateTimeOffset Created)
{
    public CardDecline? Failure { get; init; }

    public bool Captured { get; init; }

    public long AmountCaptured { get; init; }

    /// <summary>What went back.</summary>
    public long AmountRefunded { get; init; }
}

internal static class RefundStatus
{
    public const string Pending = "pending";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
}

/// <summary>Money on its way back. A bank may send back later what Stripe called a success. https://docs.stripe.com/refunds#failed-refunds</summary>
internal sealed record Refund(string Id, string Charge, long Amount, string? Reason, DateTimeOffset Created)
{
    public string Status { get; init; } = RefundStatus.Succeeded;

    /// <summary>Why it failed, in Stripe's word.</summary>
    public string? FailureReason { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

internal static class DisputeStatus
{
    public const string NeedsResponse = "needs_response";
    public const string UnderReview = "under_review";
    public const string Won = "won";
    public const string Lost = "lost";

    /// <summary>The bank only asks: no money has moved.</summary>
    public const string Inquiry = "warning_needs_response";

    public const string InquiryClosed = "warning_closed";
}

/// <param name="Due">Until when evidence is taken.</param>
internal sealed record Dispute(string Id, string Charge, long Amount, string Reason, string Status, DateTimeOffset Created, DateTimeOffset Due)
{
    public IReadOnlyDictionary<string, string> Evidence { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public int Submissions { get; init; }
}

/// <summary>A change of the balance, as Stripe lists it.</summary>
/// <param name="Type"><c>charge</c>, <c>refund</c>, <c>refund_failure</c>, <c>adjustment</c> or <c>payout</c>.</param>
/// <param name="Source">The charge, refund, dispute or payout.</param>
/// <param name="Amount">Negative for what leaves.</param>
internal sealed record Movement(string Id, string Type, string Source, long Amount, long Fee, DateTimeOffset At);

/// <summary>What a call under an idempotency key was answered.</summary>
internal sealed record KeptAnswer(int Status, string Body, string RequestId, DateTimeOffset At);
