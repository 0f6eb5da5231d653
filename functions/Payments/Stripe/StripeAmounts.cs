using Shop.Common;

namespace Shop.Payments;

/// <summary>
/// Our minor units in Stripe's, exactly or not at all. Stripe counts rupiah in sen (they are not on its list of zero-decimal currencies) and
/// wants three-decimal currencies in multiples of ten. https://docs.stripe.com/currencies
/// </summary>
public static class StripeAmounts
{
    /// <exception cref="ArgumentException">Stripe cannot charge this amount exactly.</exception>
    public static long ToStripe(Money money) =>
        money.Currency.Exponent == 3 && money.Amount % 10 != 0 ? throw new ArgumentException($"Stripe cannot charge {money} exactly.", nameof(money)) : money.Amount;

    public static Money FromStripe(long amount, string currency) => new(amount, Currency.Parse(currency.ToUpperInvariant()));
}
