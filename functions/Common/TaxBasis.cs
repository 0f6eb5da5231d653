using System.Text.Json.Serialization;

namespace Shop.Common;

/// <summary>What the tax of a line was reckoned from, frozen with the sale: a tax invoice tells it beside the tax.</summary>
/// <param name="Taxable">What is charged without the tax.</param>
/// <param name="Base">What the rate was taken of: another value than the taxable amount where the law says so, such as eleven twelfths of it.</param>
/// <param name="TransactionCode">The two digits that Indonesia's e-Faktur sorts it by, such as <c>04</c> for another value as base; <c>null</c> where the rule names none.</param>
public sealed record TaxBasis(
    Money Taxable, Money Base, decimal RatePercent, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TransactionCode = null);
