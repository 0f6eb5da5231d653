using Shop.Common;

namespace Shop.Checkout;

/// <summary>Every refusal of this module.</summary>
public static class CheckoutProblems
{
    public static Problem Incomplete { get; } = new(422, "checkout.incomplete", "Something is missing before this cart can be checked out.");

    public static Problem TermsNotAccepted { get; } = new(422, "checkout.terms-not-accepted", "Something in this cart is sold under terms. Show them, and send the versions that the shopper accepts as acceptTerms.");

    public static Problem NotPrepared { get; } = new(503, "checkout.not-prepared", "The order could not be prepared: a part of the shop, or the payment provider, did not answer. Try again.") { RetryAfter = TimeSpan.FromMinutes(1) };

    /// <summary>The cart is being checked out at this very moment.</summary>
    public static Problem InProgress { get; } = new(503, "checkout.in-progress", "This cart is being checked out; ask again in a moment.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static Problem CartChanged { get; } = new(409, "cart.changed", "The cart is not what it was when it was shown. Read it again and check out what it says now.");
}
