using Shop.Common;

namespace Shop.Catalog;

/// <summary>What the list can be narrowed to. Each count is of the products that one more choice would leave, or one other choice of the same kind.</summary>
/// <param name="Categories">Categories with products, from the root down.</param>
/// <param name="Options">Options and their values, the most frequent first.</param>
/// <param name="Attributes">The attributes that most products have, and their most frequent values; at most 20 of 50.</param>
/// <param name="Prices">Bands of price, cheapest first.</param>
/// <param name="InStock">Of how many something lies in stock, for the filter <c>inStock</c>.</param>
public sealed record Facets(IReadOnlyList<CategoryFacet> Categories, IReadOnlyList<OptionFacet> Options, IReadOnlyList<AttributeFacet> Attributes, IReadOnlyList<PriceFacet> Prices, int InStock);

/// <param name="Slug">For the filter <c>category</c>.</param>
/// <param name="Name">In the answer's language.</param>
/// <param name="Count">Products in it or below it.</param>
public sealed record CategoryFacet(string Slug, string Name, int Count);

/// <param name="Name">For the filter <c>option.{name}</c>.</param>
/// <param name="Values">Its values.</param>
public sealed record OptionFacet(string Name, IReadOnlyList<OptionValueFacet> Values);

/// <param name="Name">For the filter <c>attribute.{name}</c>.</param>
/// <param name="Values">Its values.</param>
public sealed record AttributeFacet(string Name, IReadOnlyList<OptionValueFacet> Values);

/// <param name="Value">For the filter.</param>
/// <param name="Count">Products with it.</param>
public sealed record OptionValueFacet(string Value, int Count);

/// <param name="Min">For the filter <c>minPrice</c>.</param>
/// <param name="Max">For the filter <c>maxPrice</c>; <c>null</c> in the last band.</param>
/// <param name="Count">Products with a variant at such a price.</param>
public sealed record PriceFacet(Money Min, Money? Max, int Count);
