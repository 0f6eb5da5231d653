using Shop.Common;

namespace Shop.Checkout;

/// <summary>Every refusal of this module.</summary>
public static class CheckoutProblems
{
    public static Problem Incomplete { get; } = new(422, "checkout.incomplete", "Something is missing before this cart can be checked out.");

    public static Problem CartChanged { get; } = new(409, "cart.changed", "The cart is not what it was when it was shown. Read it again and check out what it says now.");
}
