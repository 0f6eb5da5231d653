using Shop.Common;

namespace Shop.Payments;

/// <summary>Refusals about gift cards and store credit.</summary>
public static class CreditProblems
{
    /// <summary>The same for a code that was never issued and one that is disabled: nobody learns which.</summary>
    public static Problem CodeUnknown { get; } = new Problem(422, "credit.code-unknown", "There is no gift card with this code.").At("/code", "is not the code of a gift card");

    public static Problem Expired { get; } = new Problem(422, "credit.expired", "The time of this gift card is over.").At("/code", "is of a card whose time is over");

    public static Problem Empty { get; } = new Problem(422, "credit.empty", "Nothing is left on it.");

    public static Problem OtherCurrency { get; } = new Problem(422, "credit.other-currency", "It is good for another currency than the cart's.");

    public static Problem TooMany { get; } = new(422, "credit.too-many", "An order is paid with at most five gift cards.");

    public static Problem CustomersOnly { get; } = new Problem(422, "credit.customers-only", "Only a customer who is signed in has store credit.").At("/useStoreCredit", "needs a customer's cart");

    public static Problem NotInCart { get; } = new(404, "credit.not-in-cart", "The cart has no such gift card.");

    public static Problem TooManyGuesses(TimeSpan wait) => new(429, "credit.too-many-guesses", "Too many codes were tried. Wait before you try again.") { RetryAfter = wait };

    /// <summary>Less is there than was asked for.</summary>
    public static Problem Insufficient { get; } = new(422, "credit.insufficient", "So much is not on it.");

    /// <summary>Of an order that gave its credit back before.</summary>
    public static Problem Released { get; } = new(409, "credit.released", "The order gave its credit back.");

    public static Problem Unknown { get; } = new(404, "credit.unknown", "There is no such gift card or store credit.");

    public static Problem RecipientInvalid { get; } = new Problem(422, "credit.recipient-invalid", "Mail cannot be sent to this address.").At("/email", "is not an e-mail address");

    public static Problem ExpiryPast { get; } = new Problem(422, "credit.expiry-past", "The card would be over before it is issued.").At("/expiresAt", "must be in the future");

    public static Problem AmountInvalid { get; } = new(422, "credit.amount-invalid", "The amount must be more than nothing, in a currency of the shop's and in steps that it can charge.");
}
