using System.Globalization;
using Shop.Common;

namespace Shop.Marketing;

/// <summary>Every refusal of this module.</summary>
public static class CouponProblems
{
    public static Problem Unknown { get; } = new Problem(422, "coupon.unknown", "There is no coupon with this code.").At("/code", "is not a coupon of this shop");

    public static Problem Ended { get; } = new(422, "coupon.ended", "This coupon has ended.");

    public static Problem OtherCurrency { get; } = new(422, "coupon.other-currency", "This coupon is for carts in another currency.");

    public static Problem NotForYou { get; } = new(422, "coupon.not-for-you", "This coupon is for customers of a group that you are not in, or not signed in as.");

    public static Problem UsedUp { get; } = new(422, "coupon.used-up", "This coupon was used as often as it may be.");

    public static Problem UsedUpByCustomer { get; } = new(422, "coupon.used-up-by-customer", "You used this coupon as often as you may.");

    public static Problem AnotherInCart { get; } = new(422, "coupon.another-in-cart", "A cart takes one coupon. Take the other one out first.");

    /// <summary>The order gave it back already: a late repeat must not take it again.</summary>
    internal static Problem Freed { get; } = new(409, "coupon.freed", "The order's coupon was given back.");

    /// <summary>To staff.</summary>
    public static Problem CodeTaken { get; } = new Problem(409, "coupon.code-taken", "There is a coupon with this code.").At("/code", "is used by another coupon");

    /// <summary>To staff.</summary>
    public static Problem NotFound { get; } = new(404, "coupon.not-found", "There is no coupon with this code.");

    /// <summary>To staff.</summary>
    public static Problem TermsInvalid { get; } = new(422, "coupon.terms-invalid", "These terms do not make a coupon.");

    public static Problem NotStarted(DateTimeOffset starts) => new(422, "coupon.not-started", $"This coupon begins at {starts.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture)}.");

    public static Problem TooManyGuesses(TimeSpan wait) => new(429, "coupon.too-many-guesses", "Too many codes were tried. Wait before you try again.") { RetryAfter = wait };

    public static Problem BelowMinimum(Money minimum) => new(422, "coupon.below-minimum", $"This coupon needs items for at least {minimum}.");
}
