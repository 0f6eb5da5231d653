using System.Globalization;
using System.Text.Json.Serialization;

namespace Shop.Common;

/// <summary>An exact amount in ISO 4217 minor units: <c>{"amount":15000000,"currency":"IDR"}</c> is Rp150.000.</summary>
/// <param name="Amount">Minor units, at most 2^53 either way, so that every JSON reader keeps it exact.</param>
/// <param name="Currency">The currency; amounts of two currencies never mix.</param>
[method: JsonConstructor]
public readonly record struct Money(long Amount, Currency Currency) : IComparable<Money>
{
    /// <summary>The largest amount that JavaScript reads exactly.</summary>
    public const long MaxAmount = (1L << 53) - 1;

    public static Money Zero(Currency currency) => new(0, currency);

    /// <summary>From major units, as import files state them: 150000 IDR is <c>Amount = 15000000</c>.</summary>
    /// <exception cref="FormatException">The currency has no such fraction, or does not charge it.</exception>
    public static Money FromMajor(decimal major, Currency currency)
    {
        decimal minor = major * currency.MinorUnits;
        if (minor != decimal.Truncate(minor) || Math.Abs(minor) > MaxAmount || (long)minor % currency.Increment != 0)
            throw new FormatException($"{major.ToString(CultureInfo.InvariantCulture)} is not an amount that {currency} can charge.");
        return new Money((long)minor, currency);
    }

    [JsonIgnore]
    public bool IsZero => Amount == 0;

    public static Money operator +(Money a, Money b) => new(checked(a.Amount + b.Same(a).Amount), a.Currency);

    public static Money operator -(Money a, Money b) => new(checked(a.Amount - b.Same(a).Amount), a.Currency);

    public static Money operator -(Money a) => new(checked(-a.Amount), a.Currency);

    public static Money operator *(Money a, int quantity) => new(checked(a.Amount * quantity), a.Currency);

    public static bool operator <(Money a, Money b) => a.CompareTo(b) < 0;

    public static bool operator >(Money a, Money b) => a.CompareTo(b) > 0;

    public static bool operator <=(Money a, Money b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Money a, Money b) => a.CompareTo(b) >= 0;

    public int CompareTo(Money other) => Amount.CompareTo(other.Same(this).Amount);

    /// <summary>This amount times a fraction, rounded half up (away from zero) to the currency's increment.</summary>
    public Money Share(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        Int128 exact = (Int128)Amount * numerator;
        Int128 step = (Int128)denominator * Currency.Increment;
        Int128 half = exact < 0 ? -step / 2 : step / 2;
        return new Money(checked((long)((exact + half) / step) * Currency.Increment), Currency);
    }

    /// <summary>
    /// Splits this amount by weight so that the parts add up to it exactly: each part is its share rounded down to the currency's
    /// increment, and what is left goes, an increment each, to the largest remainders (the first of equals).
    /// </summary>
    public IReadOnlyList<Money> Split(IReadOnlyList<long> weights)
    {
        Int128 total = 0;
        foreach (long weight in weights)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weight, nameof(weights));
            total += weight;
        }
        if (total == 0) throw new ArgumentException("At least one weight must be positive.", nameof(weights));

        long increment = Amount % Currency.Increment == 0 ? Currency.Increment : 1;
        long units = Amount / increment;
        long sign = units < 0 ? -1 : 1;
        units = Math.Abs(units);
        long[] parts = [.. weights.Select(w => (long)((Int128)units * w / total))];
        long left = units - parts.Sum();
        Int128 whole = total;
        foreach (int i in Enumerable.Range(0, parts.Length).OrderByDescending(i => (Int128)units * weights[i] % whole).ThenBy(i => i).Take((int)left)) parts[i]++;

        Currency currency = Currency;
        return [.. parts.Select(p => new Money(sign * p * increment, currency))];
    }

    /// <summary>As people write it: <c>Rp150.000</c>, <c>USD 1,234.50</c>.</summary>
    public string ForPeople()
    {
        decimal major = Amount / (decimal)Currency.MinorUnits;
        return Currency == Currency.Idr ? "Rp" + major.ToString("N0", CultureInfo.GetCultureInfo("id-ID")) : $"{Currency} {major.ToString("N" + Currency.Exponent, CultureInfo.InvariantCulture)}";
    }

    public override string ToString() => $"{Currency} {(Amount / (decimal)Currency.MinorUnits).ToString("F" + Currency.Exponent, CultureInfo.InvariantCulture)}";

    private Money Same(Money other) => Currency == other.Currency
        ? this
        : throw new InvalidOperationException($"{Currency} and {other.Currency} do not mix.");
}

/// <summary>Sums over lines.</summary>
public static class MoneySums
{
    public static Money Sum(this IEnumerable<Money> amounts, Currency currency) => amounts.Aggregate(Money.Zero(currency), (sum, amount) => sum + amount);
}
