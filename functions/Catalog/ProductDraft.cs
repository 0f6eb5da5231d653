using Shop.Common;

namespace Shop.Catalog;

/// <summary>What staff says of a product, all of it: what is left out is empty. <see cref="ProductRules"/> says what it must be like.</summary>
public record ProductDraft
{
    public ProductStatus Status { get; init; } = ProductStatus.Draft;

    /// <summary>Of a scheduled product: when shoppers begin to see it.</summary>
    public DateTimeOffset? PublishAt { get; init; }

    /// <summary>Of a scheduled product: when they stop.</summary>
    public DateTimeOffset? UnpublishAt { get; init; }

    public required ProductKind Kind { get; init; }

    /// <summary>By language tag; the shop's own language is always there.</summary>
    public required SortedDictionary<string, ProductText> Texts { get; init; }

    /// <summary>From the root of the category tree down to where the product stands; a step's slug is made of its name in the shop's language.</summary>
    public required IReadOnlyList<CategoryStep> Category { get; init; }

    /// <summary>What a shopper chooses, in the order of choosing; at most three.</summary>
    public IReadOnlyList<ProductOption> Options { get; init; } = [];

    /// <summary>What is sold, 1 to 100.</summary>
    public required IReadOnlyList<Variant> Variants { get; init; }

    public IReadOnlyList<ProductImage> Images { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Facts such as material or origin.</summary>
    public OrderedDictionary<string, string> Attributes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Handles of products to show beside it; they need not be there yet.</summary>
    public IReadOnlyList<string> Related { get; init; } = [];

    internal Product ToProduct(string handle) => new()
    {
        Id = "", Version = 0, CreatedAt = default, UpdatedAt = default,
        Handle = handle,
        Status = Status,
        PublishAt = PublishAt?.ToUniversalTime(),
        UnpublishAt = UnpublishAt?.ToUniversalTime(),
        Kind = Kind,
        Texts = new SortedDictionary<string, ProductText>(Texts, StringComparer.Ordinal),
        Category = Category,
        Options = Options,
        // One way to write a moment, so that the same moment is no change.
        Variants = [.. Variants.Select(v => v with { Prices = [.. v.Prices.Select(p => p with { Sale = p.Sale is { } s ? s with { From = s.From.ToUniversalTime(), Until = s.Until.ToUniversalTime() } : null })] })],
        Images = Images,
        Tags = Tags,
        Attributes = Attributes,
        Related = Related,
    };
}

/// <summary>A product that does not exist yet.</summary>
public sealed record NewProduct : ProductDraft
{
    /// <summary>The name under which files and other systems know it: lower-case letters, digits and hyphens. It never changes.</summary>
    public required string Handle { get; init; }

    internal static NewProduct Of(Product product) => new()
    {
        Handle = product.Handle,
        Status = product.Status,
        PublishAt = product.PublishAt,
        UnpublishAt = product.UnpublishAt,
        Kind = product.Kind,
        Texts = product.Texts,
        Category = product.Category,
        Options = product.Options,
        Variants = product.Variants,
        Images = product.Images,
        Tags = product.Tags,
        Attributes = product.Attributes,
        Related = product.Related,
    };
}
