using Azure;

namespace Shop.Catalog;

/// <summary>A category with what the shop says of it. Products name it by its path, so whatever is said here changes none of them.</summary>
public sealed record Category
{
    /// <summary><c>cat_…</c></summary>
    public required string Id { get; init; }

    /// <summary>How products and files name it: the slugs of their steps, joined by <c>/</c>. It never changes.</summary>
    public required string Path { get; init; }

    /// <summary>From 1, one more with every change.</summary>
    public required long Version { get; init; }

    /// <summary>By language tag; the shop's own language is always there.</summary>
    public required SortedDictionary<string, CategoryText> Texts { get; init; }

    /// <summary>The category above it; <c>null</c> at the root.</summary>
    public string? ParentId { get; init; }

    /// <summary>Its place among its siblings, the lowest first; equal ones go by name.</summary>
    public int Order { get; init; }

    /// <summary>Whether shoppers see it while nothing stands in it or below it.</summary>
    public bool ShowEmpty { get; init; }

    /// <summary>What its slug once was from the root down, in any language: it goes on meaning this category, as its path always does.</summary>
    public IReadOnlyList<string> FormerSlugs { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who changed it: <c>staff:stf_…</c>, or <c>shop</c> for the sample catalogue.</summary>
    public required string Actor { get; init; }

    /// <summary>All categories are stored as one; each has a version of its own.</summary>
    internal ETag ETag => new($"\"{Id}.{Version}\"");

    public CategoryText Text(string locale, string fallback) => Texts.TryGetValue(locale, out CategoryText? text) ? text : Texts[fallback];

    /// <summary>Whether there is no difference in what staff says of it.</summary>
    internal bool SaysTheSameAs(Category other) =>
        (ParentId, Order, ShowEmpty) == (other.ParentId, other.Order, other.ShowEmpty) && Texts.SequenceEqual(other.Texts);
}

/// <summary>What a category says of itself in one language.</summary>
/// <param name="Slug">Its step in the shop's address, below its parent's: lower-case letters, digits and hyphens.</param>
/// <param name="Name">At most 60 characters.</param>
/// <param name="Description">Plain text, at most 2,000 characters.</param>
public sealed record CategoryText(string Slug, string Name, string Description = "");

/// <summary>All categories that the shop says something of.</summary>
/// <param name="Version">One more with every change; 0 while there are none.</param>
/// <param name="Categories">In the order of their making.</param>
/// <param name="Actor">Who changed one last, or took one away.</param>
/// <param name="UpdatedAt">When.</param>
public sealed record CategoryRecords(long Version, IReadOnlyList<Category> Categories, string? Actor, DateTimeOffset? UpdatedAt)
{
    public static CategoryRecords None { get; } = new(0, [], null, null);
}

/// <summary>What staff says of a category, all of it: what is left out is empty.</summary>
public record CategoryDraft
{
    /// <summary>By language tag; the shop's own language is always there.</summary>
    public required SortedDictionary<string, CategoryText> Texts { get; init; }

    /// <summary>The category above it; <c>null</c> at the root.</summary>
    public string? ParentId { get; init; }

    /// <summary>Its place among its siblings, the lowest first; equal ones go by name.</summary>
    public int Order { get; init; }

    /// <summary>Whether shoppers see it while nothing stands in it or below it.</summary>
    public bool ShowEmpty { get; init; }
}

/// <summary>A category that does not exist yet.</summary>
public sealed record NewCategory : CategoryDraft
{
    /// <summary>How products and files name it, <c>minuman/kopi</c>; of its parent's path and its name in the shop's language when absent. It never changes.</summary>
    public string? Path { get; init; }
}
