namespace Shop.Emulator.Stripe;

/// <summary>What a bank says no with.</summary>
/// <param name="Code">Stripe's error code.</param>
/// <param name="DeclineCode">The bank's reason, where there is one.</param>
/// <param name="Message">For the shopper.</param>
internal sealed record CardDecline(string Code, string? DeclineCode, string Message);

/// <summary>What one of Stripe's test payment methods does when it is charged.</summary>
/// <param name="Brand">As Stripe spells it.</param>
/// <param name="Last4">Of the card number.</param>
/// <param name="Decline">What the bank answers, where it refuses.</param>
/// <param name="NeedsAuthentication">Whether the shopper has to authenticate first (3-D Secure).</param>
/// <param name="RiskLevel">What Stripe thinks of its charges.</param>
internal sealed record TestCard(string Brand, string Last4, CardDecline? Decline = null, bool NeedsAuthentication = false, string RiskLevel = "normal");

/// <summary>Stripe's test payment methods, as https://docs.stripe.com/testing lists them.</summary>
internal static class TestCards
{
    public static CardDecline Generic { get; } = new("card_declined", "generic_decline", "Your card was declined.");

    public static CardDecline AuthenticationFailed { get; } = new(
        "payment_intent_authentication_failure", null,
        "We are unable to authenticate your payment method. Please choose a different payment method and try again.");

    /// <summary>Off session, or when the caller does not want an action: the card would need the shopper.</summary>
    public static CardDecline AuthenticationRequired { get; } = new(
        "authentication_required", "authentication_required",
        "Your card was declined. This transaction requires authentication.");

    private static readonly CardDecline InsufficientFunds = new("card_declined", "insufficient_funds", "Your card has insufficient funds.");

    private static readonly Dictionary<string, TestCard> Known = new(StringComparer.Ordinal)
    {
        ["pm_card_visa"] = new("visa", "4242"),
        ["pm_card_visa_debit"] = new("visa", "5556"),
        ["pm_card_mastercard"] = new("mastercard", "4444"),
        ["pm_card_mastercard_debit"] = new("mastercard", "3222"),
        ["pm_card_amex"] = new("amex", "8431"),
        ["pm_card_discover"] = new("discover", "9424"),
        ["pm_card_diners"] = new("diners", "0004"),
        ["pm_card_jcb"] = new("jcb", "0505"),
        ["pm_card_unionpay"] = new("unionpay", "0005"),
        ["pm_card_chargeDeclined"] = new("visa", "0002", Generic),
        ["pm_card_chargeDeclinedInsufficientFunds"] = new("visa", "9995", InsufficientFunds),
        ["pm_card_chargeDeclinedLostCard"] = new("visa", "9987", Generic with { DeclineCode = "lost_card" }),
        ["pm_card_chargeDeclinedStolenCard"] = new("visa", "9979", Generic with { DeclineCode = "stolen_card" }),
        ["pm_card_chargeDeclinedFraudulent"] = new("visa", "0019", Generic with { DeclineCode = "fraudulent" }),
        ["pm_card_chargeDeclinedVelocityLimitExceeded"] = new("visa", "6975", Generic with { DeclineCode = "card_velocity_exceeded" }),
        ["pm_card_chargeDeclinedExpiredCard"] = new("visa", "0069", new("expired_card", null, "Your card has expired.")),
        ["pm_card_chargeDeclinedIncorrectCvc"] = new("visa", "0127", new("incorrect_cvc", null, "Your card's security code is incorrect.")),
        ["pm_card_chargeDeclinedProcessingError"] = new("visa", "0119", new("processing_error", null, "An error occurred while processing your card. Try again in a little bit.")),
        ["pm_card_riskLevelElevated"] = new("visa", "9235", RiskLevel: "elevated"),
        ["pm_card_authenticationRequired"] = new("visa", "3184", NeedsAuthentication: true),
        ["pm_card_threeDSecureRequired"] = new("visa", "3063", NeedsAuthentication: true),
        ["pm_card_threeDSecure2Required"] = new("visa", "3220", NeedsAuthentication: true),
        ["pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"] = new("visa", "3178", InsufficientFunds, NeedsAuthentication: true),
    };

    /// <summary>The documentation spells most declines with the brand, <c>pm_card_visa_chargeDeclined</c>; Stripe takes both.</summary>
    public static TestCard? Find(string paymentMethod) => Known.GetValueOrDefault(paymentMethod.Replace("pm_card_visa_chargeDeclined", "pm_card_chargeDeclined", StringComparison.Ordinal));
}
