using Shop.Common;

namespace Shop.Catalog;

public enum ProductKind { Physical, Digital }

/// <summary>Only an active product is listed, found or sold.</summary>
public enum ProductStatus { Active, Archived }

/// <summary>A product with everything that is sold under its name: one row, one partition.</summary>
public sealed record Product
{
    /// <summary><c>prd_…</c>; ids sort by the time of making.</summary>
    public required string Id { get; init; }

    /// <summary>The name under which files and other systems know it; never changes.</summary>
    public required string Handle { get; init; }

    /// <summary>From 1, one more with every change.</summary>
    public required long Version { get; init; }

    public required ProductStatus Status { get; init; }

    public required ProductKind Kind { get; init; }

    /// <summary>By language tag; the shop's own language is always there.</summary>
    public required SortedDictionary<string, ProductText> Texts { get; init; }

    /// <summary>Slugs it once had, in any language: they redirect for ever.</summary>
    public IReadOnlyList<string> FormerSlugs { get; init; } = [];

    /// <summary>From the root of the category tree down to where the product stands.</summary>
    public required IReadOnlyList<CategoryStep> Category { get; init; }

    /// <summary>What a shopper chooses, in the order of choosing; at most three.</summary>
    public required IReadOnlyList<ProductOption> Options { get; init; }

    public required IReadOnlyList<Variant> Variants { get; init; }

    public IReadOnlyList<ProductImage> Images { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    public SortedDictionary<string, string> Attributes { get; init; } = new(StringComparer.Ordinal);

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public ProductText Text(string locale, string fallback) => Texts.TryGetValue(locale, out ProductText? text) ? text : Texts[fallback];
}

/// <summary>What a product says of itself in one language.</summary>
/// <param name="Slug">Its place in the shop's address: lower-case letters, digits and hyphens; unique over all languages and products.</param>
/// <param name="Title">At most 200 characters.</param>
/// <param name="Description">Plain text, at most 10,000 characters.</param>
public sealed record ProductText(string Slug, string Title, string Description);

/// <summary>One step of a category's path. The slug of a category is the slugs of its steps, joined by <c>/</c>.</summary>
public sealed record CategoryStep(string Slug, LocalText Name);

/// <summary>A choice such as size, and what can be chosen.</summary>
public sealed record ProductOption(LocalText Name, IReadOnlyList<LocalText> Values);

/// <summary>What is counted, priced and shipped.</summary>
public sealed record Variant
{
    public required Sku Sku { get; init; }

    /// <summary>For each of the product's options, in their order, the place of the chosen value.</summary>
    public required IReadOnlyList<int> Choices { get; init; }

    /// <summary>One price for each currency it is sold in.</summary>
    public required IReadOnlyList<Price> Prices { get; init; }

    /// <summary>With its packaging; 0 for digital goods.</summary>
    public int WeightGrams { get; init; }

    public Dimensions? Dimensions { get; init; }

    /// <summary>Which tax rule applies, such as <c>standard</c> or <c>exempt</c>.</summary>
    public string TaxCategory { get; init; } = "standard";

    /// <summary>The file that a buyer of a digital variant may download.</summary>
    public string? DownloadFile { get; init; }
}

/// <summary>Outer size of the parcel in centimetres, for volumetric weight.</summary>
public sealed record Dimensions(int LengthCm, int WidthCm, int HeightCm);

/// <summary>What a variant costs in one currency.</summary>
/// <param name="Amount">With or without tax as the shop is set up.</param>
/// <param name="CompareAt">The price it is compared with, higher than the amount; shown struck through.</param>
public sealed record Price(Money Amount, Money? CompareAt);

/// <summary>A picture; width and height in pixels, 0 while unknown.</summary>
public sealed record ProductImage(string Url, int Width, int Height, string Alt);
