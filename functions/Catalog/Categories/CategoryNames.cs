using Shop.Http;

namespace Shop.Catalog;

/// <summary>Which category is meant: by the path that products name, by its slug in any language, and by every slug it once had.</summary>
internal sealed class CategoryNames
{
    private readonly Dictionary<string, Category> _byId;
    private readonly Dictionary<string, Category> _byName = new(StringComparer.Ordinal);

    public CategoryNames(IReadOnlyList<Category> categories, string fallback)
    {
        (Categories, Fallback) = (categories, fallback);
        _byId = categories.ToDictionary(c => c.Id, StringComparer.Ordinal);
        foreach (Category category in categories)
            foreach (string name in NamesOf(category)) _byName.TryAdd(name, category);
    }

    public IReadOnlyList<Category> Categories { get; }

    /// <summary>The shop's language.</summary>
    public string Fallback { get; }

    public Category? FindById(string? id) => id is null ? null : _byId.GetValueOrDefault(id);

    public Category? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Where a product stands.</summary>
    /// <param name="slugs">Of its category and of all above it, from the root down.</param>
    /// <returns>The lowest category on its way that is known, and of how many steps.</returns>
    public (Category? Category, int Steps) Of(IReadOnlyList<string> slugs)
    {
        for (int steps = slugs.Count; steps > 0; steps--)
            if (Find(slugs[steps - 1]) is { } category) return (category, steps);
        return (null, 0);
    }

    /// <summary>From the root down to the category itself.</summary>
    public IReadOnlyList<Category> Chain(Category category)
    {
        List<Category> chain = [];
        for (Category? at = category; at is not null && !chain.Contains(at); at = FindById(at.ParentId)) chain.Insert(0, at);
        return chain;
    }

    public string Slug(Category category, string locale) => string.Join('/', Chain(category).Select(c => c.Text(locale, Fallback).Slug));

    public IEnumerable<string> Slugs(Category category) => Locales.All.Select(locale => Slug(category, locale)).Distinct(StringComparer.Ordinal);

    /// <summary>Everything that means this category and no other.</summary>
    public IEnumerable<string> NamesOf(Category category) => Slugs(category).Append(category.Path).Concat(category.FormerSlugs).Distinct(StringComparer.Ordinal);
}
