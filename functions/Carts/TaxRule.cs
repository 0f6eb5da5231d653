using System.ComponentModel.DataAnnotations;
using Shop.Common;

namespace Shop.Carts;

/// <summary>
/// Section <c>Tax</c>. Indonesia's PPN is 12 % of eleven twelfths of the price (PMK 131/2024), which is 11 % in effect; shop prices include
/// it. A seller who is not registered for PPN sets the rate to 0.
/// </summary>
public sealed class TaxRule
{
    [Range(0, 100)]
    public int RatePercent { get; init; } = 12;

    [Range(1, 1000)]
    public int BaseNumerator { get; init; } = 11;

    [Range(1, 1000)]
    public int BaseDenominator { get; init; } = 12;

    /// <summary>Whether prices contain the tax.</summary>
    public bool PricesIncludeTax { get; init; } = true;

    /// <summary>Goods of this category are not taxed.</summary>
    public const string Exempt = "exempt";

    /// <summary>The tax of an amount, contained in it or on top of it, rounded half up to what the currency charges.</summary>
    public Money Of(Money amount, string taxCategory)
    {
        if (taxCategory == Exempt) return Money.Zero(amount.Currency);
        long numerator = (long)RatePercent * BaseNumerator, denominator = 100L * BaseDenominator;
        return amount.Share(numerator, PricesIncludeTax ? denominator + numerator : denominator);
    }
}
