using Shop.Http;

namespace Shop.Catalog;

/// <summary>A category with those below it, in the answer's language.</summary>
/// <param name="Slug">What the list's <c>category</c> filter takes: the steps from the root, joined by <c>/</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">Plain text; empty where nobody said anything.</param>
/// <param name="Products">How many products stand in it or below it.</param>
/// <param name="Children">The categories below it, in the shop's order.</param>
public sealed record CategoryResource(string Slug, string Name, string Description, int Products, IReadOnlyList<CategoryResource> Children);

/// <summary>A category as its page shows it.</summary>
/// <param name="Slug">Its place in the shop's address, in the answer's language: the steps from the root, joined by <c>/</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">Plain text; empty where nobody said anything.</param>
/// <param name="Products">How many products stand in it or below it.</param>
/// <param name="Parents">Those above it, from the root down.</param>
/// <param name="Children">The categories below it, in the shop's order.</param>
/// <param name="Seo">What its page tells search engines.</param>
public sealed record CategoryDetail(
    string Slug, string Name, string Description, int Products, IReadOnlyList<CategoryReference> Parents, IReadOnlyList<CategoryResource> Children, SeoResource Seo)
{
    internal static CategoryDetail From(CategoryNode category, string locale, StorefrontPages pages)
    {
        (CategoryResource own, IReadOnlyList<CategoryNode> way) = (category.In(locale), category.Way);
        return new CategoryDetail(own.Slug, own.Name, own.Description, own.Products, [.. way.SkipLast(1).Select(c => new CategoryReference(c.Slug(locale), c.Name(locale)))], own.Children,
            new SeoResource(own.Name, ProductResource.Shorten(own.Description), Locales.All.ToDictionary(l => l, category.Slug, StringComparer.Ordinal),
                pages.OfCategory(own.Slug, locale), pages.Alternates(category), JsonLd.Of(way, locale, pages)));
    }
}

/// <summary>A category of the tree: one that the shop says something of, or one that only products name.</summary>
/// <param name="path">How products name it.</param>
/// <param name="record">What the shop says of it.</param>
/// <param name="name">What products call it.</param>
/// <param name="fallback">The shop's language.</param>
internal sealed class CategoryNode(string path, Category? record, LocalText name, string fallback)
{
    private readonly List<CategoryNode> _children = [];
    private CategoryNode? _parent;

    public string Path => path;

    public string Fallback => fallback;

    public Category? Record => record;

    public int Products { get; set; }

    /// <summary>Whether shoppers see it.</summary>
    public bool IsVisible => Products > 0 || record is { ShowEmpty: true } || _children.Exists(c => c.IsVisible);

    /// <summary>From the root down to itself.</summary>
    public IReadOnlyList<CategoryNode> Way => _parent is null or { Path: "" } ? [this] : [.. _parent.Way, this];

    /// <summary>In every language.</summary>
    public IEnumerable<string> Slugs => Locales.All.Select(Slug);

    public string Name(string locale) => record?.Text(locale, fallback).Name ?? name.In(locale, fallback);

    public string Slug(string locale) => string.Join('/', Way.Select(c => c.Step(locale)));

    public void Take(CategoryNode child)
    {
        child._parent = this;
        _children.Add(child);
    }

    /// <summary>One that is not among its children, for a product that came since.</summary>
    public CategoryNode Lend(CategoryNode child)
    {
        child._parent = this;
        return child;
    }

    public void Count(int products)
    {
        for (CategoryNode? at = this; at is not null; at = at._parent) at.Products += products;
    }

    public IEnumerable<CategoryNode> Children(string locale) => _children.OrderBy(c => c.Record?.Order ?? 0).ThenBy(c => c.Name(locale), StringComparer.InvariantCultureIgnoreCase).ThenBy(c => c.Path, StringComparer.Ordinal);

    /// <summary>Those below it, each before its own children.</summary>
    public IEnumerable<CategoryNode> Below(string locale) => Children(locale).SelectMany(c => c.Below(locale).Prepend(c));

    public CategoryResource In(string locale) => new(Slug(locale), Name(locale), record?.Text(locale, fallback).Description ?? "", Products, [.. Children(locale).Where(c => c.IsVisible).Select(c => c.In(locale))]);

    private string Step(string locale) => record?.Text(locale, fallback).Slug ?? path[(path.LastIndexOf('/') + 1)..];
}

/// <summary>The tree of what the shop says of its categories and of the paths of the products that shoppers see, in any currency.</summary>
internal sealed class CategoryTree
{
    private readonly CategoryNode _root;
    private readonly CategoryNames _names;
    private readonly Dictionary<string, CategoryNode> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CategoryNode> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CategoryNode> _ofProducts = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<CategoryNode>[] _chains;
    private readonly Lazy<CategoryNode[]>[] _inOrder;

    /// <param name="categories">Those that products stand in: the newest of them, and how many.</param>
    /// <param name="paths">By the numbers of categories, the slugs of each and of those above it.</param>
    /// <param name="names">What the shop says of its categories.</param>
    public CategoryTree(IEnumerable<(ProductEntry Newest, int Products)> categories, string[][] paths, CategoryNames names)
    {
        _names = names;
        _root = new CategoryNode("", null, [], names.Fallback);
        foreach (Category record in names.Categories) _byId.Add(record.Id, new CategoryNode(record.Path, record, [], names.Fallback));
        foreach (Category record in names.Categories) (names.FindById(record.ParentId) is { } parent ? _byId[parent.Id] : _root).Take(_byId[record.Id]);

        // In their order, so that every instance names them alike where products differ.
        Dictionary<string, CategoryNode> strays = new(StringComparer.Ordinal);
        foreach ((ProductEntry entry, int products) in categories.OrderBy(c => c.Newest.CategorySlugs.LastOrDefault(), StringComparer.Ordinal))
        {
            CategoryNode node = Place(entry, strays);
            node.Count(products);
            if (entry.CategorySlugs is [.., var path]) _ofProducts.Add(path, node);
        }
        foreach (CategoryNode node in _byId.Values.Concat(strays.Values))
            foreach (string slug in node.Slugs) _byName.TryAdd(slug, node);
        foreach (CategoryNode node in _byId.Values)
            foreach (string name in node.Record!.FormerSlugs.Append(node.Path)) _byName.TryAdd(name, node);
        foreach ((string path, CategoryNode node) in strays) _byName.TryAdd(path, node);
        _chains = Array.ConvertAll(paths, path => path is [.., var own] && _ofProducts.TryGetValue(own, out CategoryNode? node) ? node.Way : []);
        _inOrder = [.. Locales.All.Select(locale => new Lazy<CategoryNode[]>(() => [.. _root.Below(locale)]))];
    }

    /// <summary>How many categories have a number.</summary>
    public int Numbers => _chains.Length;

    /// <summary>By a slug that it has in any language, or once had.</summary>
    public CategoryNode? Find(string slug) => _byName.GetValueOrDefault(slug);

    /// <summary>From the root down to the category of this number; none where shoppers see no product in it.</summary>
    public IReadOnlyList<CategoryNode> Chain(int number) => _chains[number];

    /// <summary>By the numbers of categories, whether each is this one or below it.</summary>
    public bool[] Below(string slug) => Find(slug) is { } wanted ? Array.ConvertAll(_chains, chain => chain.Contains(wanted)) : new bool[_chains.Length];

    /// <summary>From the root down to where the product stands.</summary>
    public IReadOnlyList<CategoryNode> Of(ProductEntry entry) =>
        entry.CategorySlugs is not [.., var path] ? [] : (_ofProducts.TryGetValue(path, out CategoryNode? node) ? node : Place(entry, null)).Way;

    /// <summary>All of them, each before those below it.</summary>
    /// <param name="locale">A place in <see cref="Locales.All"/>.</param>
    public IReadOnlyList<CategoryNode> InOrder(int locale) => _inOrder[locale].Value;

    public IReadOnlyList<CategoryResource> In(string locale) => _root.In(locale).Children;

    /// <param name="entry">Whose place it is.</param>
    /// <param name="strays">Categories that only products name; those that are missing are put in. Without it the tree stays as it is.</param>
    private CategoryNode Place(ProductEntry entry, Dictionary<string, CategoryNode>? strays)
    {
        (Category? record, int depth) = _names.Of(entry.CategorySlugs);
        CategoryNode at = record is null ? _root : _byId[record.Id];
        for (; depth < entry.CategorySlugs.Length; depth++)
        {
            string path = entry.CategorySlugs[depth];
            if (strays is not null && strays.TryGetValue(path, out CategoryNode? known))
            {
                at = known;
                continue;
            }
            var made = new CategoryNode(path, null, entry.Product.Category[depth].Name, _names.Fallback);
            if (strays is null)
            {
                at = at.Lend(made);
                continue;
            }
            at.Take(made);
            strays.Add(path, made);
            at = made;
        }
        return at;
    }
}
