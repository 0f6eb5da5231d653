namespace Shop.Catalog;

/// <summary>A category with those below it, in the answer's language.</summary>
/// <param name="Slug">What the list's <c>category</c> filter takes: the steps from the root, joined by <c>/</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Products">How many products stand in it or below it.</param>
/// <param name="Children">The categories below it, by name.</param>
public sealed record CategoryResource(string Slug, string Name, int Products, IReadOnlyList<CategoryResource> Children);

/// <summary>The tree that the paths of the products make up that shoppers see, in any currency.</summary>
internal sealed class CategoryTree
{
    private readonly Node _root = new("", []);
    private readonly Dictionary<string, LocalText> _names = new(StringComparer.Ordinal);
    private readonly string _fallback;

    /// <param name="categories">Those that products stand in: the newest of them, and how many.</param>
    /// <param name="fallback">The shop's language.</param>
    public CategoryTree(IEnumerable<(ProductEntry Newest, int Products)> categories, string fallback)
    {
        _fallback = fallback;
        // In their order, so that every instance names them alike where products differ.
        foreach ((ProductEntry entry, int products) in categories.OrderBy(c => c.Newest.CategorySlugs.LastOrDefault(), StringComparer.Ordinal))
        {
            Node at = _root;
            for (int depth = 0; depth < entry.CategorySlugs.Length; depth++)
            {
                string slug = entry.CategorySlugs[depth];
                if (!at.Children.TryGetValue(slug, out Node? child)) at.Children.Add(slug, child = new Node(slug, entry.Product.Category[depth].Name));
                child.Products += products;
                _names.TryAdd(slug, entry.Product.Category[depth].Name);
                at = child;
            }
        }
    }

    /// <summary>The category's name; its slug where it has no products.</summary>
    public string Name(string slug, string locale) => _names.TryGetValue(slug, out LocalText? name) ? name.In(locale, _fallback) : slug;

    /// <summary>Of all categories, from the root down.</summary>
    public IEnumerable<string> Slugs() => _root.Slugs();

    public IReadOnlyList<CategoryResource> In(string locale) => _root.Below(locale, _fallback);

    private sealed class Node(string slug, LocalText name)
    {
        public SortedDictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);

        public string Slug => slug;

        public int Products { get; set; }

        public IReadOnlyList<CategoryResource> Below(string locale, string fallback) =>
            [.. Children.Values.Select(c => c.In(locale, fallback)).OrderBy(c => c.Name, StringComparer.InvariantCultureIgnoreCase)];

        public IEnumerable<string> Slugs() => Children.Values.SelectMany(c => c.Slugs().Prepend(c.Slug));

        private CategoryResource In(string locale, string fallback) => new(slug, name.In(locale, fallback), Products, Below(locale, fallback));
    }
}
