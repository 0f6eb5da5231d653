using System.ComponentModel.DataAnnotations;
using Shop.Common;

namespace Shop.Carts;

/// <summary>A tax on goods of one category, from one business day on until the next rule of that category begins.</summary>
public sealed class TaxRule
{
    /// <summary>Goods of this category are not taxed; a rule of it only names their transaction code.</summary>
    public const string Exempt = "exempt";

    /// <summary>Goods whose category has no rule of its own.</summary>
    public const string Standard = "standard";

    [Required, RegularExpression("^[a-z][a-z0-9-]{0,31}$")]
    public string Category { get; init; } = Standard;

    public DateOnly From { get; init; }

    /// <summary>At most four digits after the point.</summary>
    [Range(0, 100)]
    public decimal RatePercent { get; init; }

    /// <summary>The rate is taken of this part of the price: 11 of 12 for most goods in Indonesia.</summary>
    [Range(1, 1000)]
    public int BaseNumerator { get; init; } = 1;

    [Range(1, 1000)]
    public int BaseDenominator { get; init; } = 1;

    /// <summary>The two digits that Indonesia's e-Faktur sorts such sales by: 01 for most, 04 where another value is the base, 08 for what is exempt.</summary>
    [RegularExpression("^[0-9]{2}$")]
    public string? TransactionCode { get; init; }
}

/// <summary>Section <c>Tax</c>. A seller who is not registered for the tax sets one rule with a rate of 0.</summary>
public sealed class TaxOptions : IValidatableObject
{
    /// <summary>
    /// Indonesia's PPN, PMK 131/2024: 12 %, from 2025 of eleven twelfths of the price, which is 11 % in effect; luxury goods sold to end
    /// consumers pay it on the whole price from 1 February 2025.
    /// </summary>
    private static readonly TaxRule[] Ppn =
    [
        new() { RatePercent = 11, From = new DateOnly(2022, 4, 1), TransactionCode = "01" },
        new() { RatePercent = 12, BaseNumerator = 11, BaseDenominator = 12, From = new DateOnly(2025, 1, 1), TransactionCode = "04" },
        new() { Category = "luxury", RatePercent = 12, From = new DateOnly(2025, 2, 1), TransactionCode = "01" },
        new() { Category = TaxRule.Exempt, From = new DateOnly(2022, 4, 1), TransactionCode = "08" },
    ];

    /// <summary>Whether prices contain the tax.</summary>
    public bool PricesIncludeTax { get; init; } = true;

    /// <summary>Indonesia's when none is set.</summary>
    public IReadOnlyList<TaxRule> Rules { get; init; } = [];

    /// <summary>The rules of a business day.</summary>
    public TaxOfDay On(DateOnly day)
    {
        var rules = new Dictionary<string, TaxRule>(StringComparer.Ordinal);
        foreach (TaxRule rule in (Rules.Count == 0 ? Ppn : Rules).Where(r => r.From <= day).OrderBy(r => r.From)) rules[rule.Category] = rule;
        return new TaxOfDay(PricesIncludeTax, rules);
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        List<ValidationResult> mistakes = [];
        foreach (TaxRule rule in Rules) Validator.TryValidateObject(rule, new ValidationContext(rule), mistakes, validateAllProperties: true);
        if (Rules.Any(r => decimal.Round(r.RatePercent, 4) != r.RatePercent)) mistakes.Add(new ValidationResult("A RatePercent has at most four digits after the point."));
        if (Rules.Any(r => r.Category == TaxRule.Exempt && r.RatePercent != 0)) mistakes.Add(new ValidationResult("The category 'exempt' has no rate."));
        if (Rules.DistinctBy(r => (r.Category, r.From)).Count() != Rules.Count) mistakes.Add(new ValidationResult("Two rules of one category begin on the same day."));
        return mistakes;
    }
}

/// <summary>The tax of one business day, by category.</summary>
public sealed record TaxOfDay(bool PricesIncludeTax, IReadOnlyDictionary<string, TaxRule> Rules)
{
    /// <summary>The tax of an amount, contained in it or on top of it, exact until it is rounded half up to what the currency charges.</summary>
    public Money Of(Money amount, string taxCategory)
    {
        if (RuleOf(taxCategory) is not { } rule) return Money.Zero(amount.Currency);
        long numerator = (long)(rule.RatePercent * 10_000) * rule.BaseNumerator, denominator = 1_000_000L * rule.BaseDenominator;
        return amount.Share(numerator, PricesIncludeTax ? denominator + numerator : denominator);
    }

    /// <summary>What <see cref="Of"/> reckons from, in what the currency charges; <c>null</c> where no rule says anything.</summary>
    public TaxBasis? BasisOf(Money amount, string taxCategory)
    {
        if (RuleOf(taxCategory) is not { } rule) return null;
        Money taxable = PricesIncludeTax ? amount - Of(amount, taxCategory) : amount;
        return new TaxBasis(taxable, taxable.Share(rule.BaseNumerator, rule.BaseDenominator), rule.RatePercent, rule.TransactionCode);
    }

    private TaxRule? RuleOf(string taxCategory) => Rules.GetValueOrDefault(taxCategory) ?? (taxCategory == TaxRule.Exempt ? null : Rules.GetValueOrDefault(TaxRule.Standard));
}
