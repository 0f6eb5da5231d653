namespace Shop.Emulator.Stripe;

/// <summary>Which currencies are taken and how little or much of them. Stripe counts in the currency's minor unit.</summary>
internal static class Amounts
{
    /// <summary>
    /// The smallest charge, https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts. Of the others, rupiah among them, it must
    /// convert to 50 US cents; the rates here are rough on purpose.
    /// </summary>
    private static readonly Dictionary<string, long> Smallest = new(StringComparer.Ordinal)
    {
        ["usd"] = 50, ["eur"] = 50, ["gbp"] = 30, ["aud"] = 50, ["sgd"] = 50, ["jpy"] = 50, ["myr"] = 200, ["thb"] = 1000, ["hkd"] = 400, ["nzd"] = 50, ["chf"] = 50, ["cad"] = 50,
        ["idr"] = 800_000, ["php"] = 2_900, ["vnd"] = 13_000, ["krw"] = 700, ["cny"] = 360, ["inr"] = 50, ["kwd"] = 160,
    };

    /// <summary>Eight digits, and twelve for rupiah.</summary>
    private static long Largest(string currency) => currency == "idr" ? 999_999_999_999 : 99_999_999;

    public static string Currency(string text)
    {
        string currency = text.ToLowerInvariant();
        return Smallest.ContainsKey(currency)
            ? currency
            : throw StripeRefusal.Invalid($"Invalid currency: {text}. Stripe currently supports these currencies: {string.Join(", ", Smallest.Keys.Order(StringComparer.Ordinal))}", "currency");
    }

    public static long Check(long amount, string currency)
    {
        if (amount < 1) throw StripeRefusal.Invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer");
        if (amount > Largest(currency)) throw StripeRefusal.Invalid($"Amount must be no more than {Largest(currency)} {currency}", "amount", "amount_too_large");
        if (amount < Smallest[currency])
        {
            throw StripeRefusal.Invalid(
                currency is "idr" or "php" or "vnd" or "krw" or "cny" or "kwd" ? "Amount must convert to at least 50 cents." : $"Amount must be at least {Smallest[currency]} {currency}",
                "amount", "amount_too_small");
        }
        return amount;
    }
}
