using System.ComponentModel.DataAnnotations;

namespace Shop.Payments;

/// <summary>Section <c>Payments</c>.</summary>
public sealed class PaymentOptions
{
    /// <summary>How long a card payment may take before the order is cancelled.</summary>
    [Range(1, 24 * 60)]
    public int CardDeadlineMinutes { get; init; } = 30;
}

/// <summary>Section <c>Stripe</c>.</summary>
public sealed class StripeOptions
{
    /// <summary>Another address than Stripe's own: the emulator's.</summary>
    public Uri? ApiBase { get; init; }

    [Required]
    public string SecretKey { get; init; } = "";

    [Required]
    public string PublishableKey { get; init; } = "";

    /// <summary>Signs the webhooks that Stripe posts to <c>/v1/hooks/stripe</c>.</summary>
    [Required]
    public string WebhookSecret { get; init; } = "";
}
