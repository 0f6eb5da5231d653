using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Shop.Catalog;

/// <summary>
/// The catalogue at one moment. It never changes but for its variants' availability; a change of products makes a new view that shares
/// every entry that stayed.
/// </summary>
internal sealed class CatalogView
{
    private const int MostRelated = 8;
    private readonly ConcurrentDictionary<(ProductSort Sort, int Locale, PriceList Prices), ProductEntry[]> _orders = new();
    private readonly PriceList _home;
    private readonly Lazy<CategoryTree> _categories;
    private readonly Lazy<ProductEntry[]> _newest;
    private readonly Lazy<Dictionary<string, ProductEntry>> _byHandle;
    private readonly Lazy<ILookup<string, ProductEntry>> _byCategory;

    public CatalogView(ImmutableDictionary<string, ProductEntry> byId, ImmutableDictionary<string, ProductEntry> bySlug, ImmutableDictionary<string, VariantEntry> bySku, string fallback, PriceList home)
    {
        (ById, BySlug, BySku, _home) = (byId, bySlug, bySku, home);
        _byHandle = new(() => ById.Values.ToDictionary(e => e.Product.Handle, StringComparer.Ordinal));
        _byCategory = new(() => Order(ProductSort.Newest, 0).ToLookup(e => e.CategorySlugs.LastOrDefault() ?? "", StringComparer.Ordinal));
        _newest = new(() =>
        {
            ProductEntry[] entries = [.. ById.Values];
            Array.Sort(entries, ProductOrder.Newest);
            return entries;
        });
        _categories = new(() => new CategoryTree(Order(ProductSort.Newest, 0), fallback));
    }

    public static CatalogView Empty(string fallback, PriceList home) => new(
        ImmutableDictionary.Create<string, ProductEntry>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, ProductEntry>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, VariantEntry>(StringComparer.Ordinal),
        fallback, home);

    public ImmutableDictionary<string, ProductEntry> ById { get; }

    /// <summary>By every slug in every language, and by every slug a product once had.</summary>
    public ImmutableDictionary<string, ProductEntry> BySlug { get; }

    public ImmutableDictionary<string, VariantEntry> BySku { get; }

    /// <summary>Every product whatever its status, newest first; made on first use and kept.</summary>
    public ProductEntry[] Newest => _newest.Value;

    /// <summary>What to show beside a product: what staff chose, then the newest of its category.</summary>
    public IEnumerable<ProductEntry> RelatedTo(ProductEntry entry, PriceList prices) => entry.Product.Related.Select(h => _byHandle.Value.GetValueOrDefault(h)).OfType<ProductEntry>()
        .Concat(_byCategory.Value[entry.CategorySlugs.LastOrDefault() ?? ""]).Where(e => e.IsListedIn(prices) && e.Product.Id != entry.Product.Id).Distinct().Take(MostRelated);

    public CategoryTree Categories => _categories.Value;

    /// <summary>Every listed product in this order; made on first use and kept.</summary>
    public ProductEntry[] Order(ProductSort sort, int locale) => Order(sort, locale, _home);

    /// <summary>As above, for those who get other prices: what is not sold in their currency is left out.</summary>
    public ProductEntry[] Order(ProductSort sort, int locale, PriceList prices)
    {
        bool byPrice = sort is ProductSort.Price or ProductSort.PriceDescending;
        return _orders.GetOrAdd(
            (sort, sort == ProductSort.Title ? locale : 0, byPrice ? prices : PriceList.In(prices.Currency)),
            static (key, view) => ProductOrder.Sort(view.ById.Values.Where(e => e.IsListedIn(key.Prices)), key.Sort, key.Locale, key.Prices), this);
    }
}
