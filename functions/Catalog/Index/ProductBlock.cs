using Shop.Common;

namespace Shop.Catalog;

/// <summary>
/// Some of the products, by their numbers, laid out in columns: to filter and count 100,000 of them reads memory in order instead of
/// following half a million references. It never changes but for stock; where a product changes, another block takes its place.
/// </summary>
internal sealed class ProductBlock
{
    public const int Size = 1024;

    private readonly ProductEntry?[] _entries;
    private readonly int[] _categories = new int[Size];
    private readonly int[] _firstVariant = new int[Size + 1];
    private readonly int[] _firstAttribute = new int[Size + 1];
    private readonly int[] _firstValue;
    private readonly long[] _prices;
    private readonly int[] _values;
    private readonly int[] _attributes;
    private readonly bool[] _inStock;

    /// <param name="entries">By their place; a place without a product is <c>null</c>.</param>
    /// <param name="currency">A variant without a price in it is not sold.</param>
    /// <param name="categories">Numbers the products' categories.</param>
    public ProductBlock(ProductEntry?[] entries, Currency currency, CategoryNumbers categories)
    {
        _entries = entries;
        List<VariantEntry> variants = [];
        List<int> attributes = [];
        for (int place = 0; place < Size; place++)
        {
            if (entries[place] is { Listed: true } entry)
            {
                _categories[place] = categories.Of(entry);
                variants.AddRange(Sold(entry, currency));
                attributes.AddRange(entry.AttributeIds);
            }
            (_firstVariant[place + 1], _firstAttribute[place + 1]) = (variants.Count, attributes.Count);
        }
        _attributes = [.. attributes];
        _prices = [.. variants.Select(v => v.PriceIn(currency)!.Amount.Amount)];
        _values = [.. variants.SelectMany(v => v.ValueIds)];
        _firstValue = new int[variants.Count + 1];
        for (int v = 0; v < variants.Count; v++) _firstValue[v + 1] = _firstValue[v] + variants[v].ValueIds.Length;
        _inStock = [.. variants.Select(v => v.InStock)];
    }

    public ReadOnlySpan<ProductEntry?> Entries => _entries;

    /// <summary>The number of the product's category.</summary>
    public int Category(int place) => _categories[place];

    public ReadOnlySpan<int> Attributes(int place) => _attributes.AsSpan(_firstAttribute[place].._firstAttribute[place + 1]);

    /// <summary>Where its variants stand; none where it is not listed.</summary>
    public (int First, int End) Variants(int place) => (_firstVariant[place], _firstVariant[place + 1]);

    public long Price(int variant) => _prices[variant];

    public bool InStock(int variant) => Volatile.Read(ref _inStock[variant]);

    public bool IsAnyInStock(int place) => _inStock.AsSpan(_firstVariant[place].._firstVariant[place + 1]).Contains(true);

    public ReadOnlySpan<int> Values(int variant) => _values.AsSpan(_firstValue[variant].._firstValue[variant + 1]);

    /// <summary>Takes over what is in stock of a product now.</summary>
    public void Restock(ProductEntry entry, Currency currency)
    {
        int at = _firstVariant[entry.Number % Size];
        if (!entry.Listed) return;
        foreach (VariantEntry variant in Sold(entry, currency)) Volatile.Write(ref _inStock[at++], variant.InStock);
    }

    private static IEnumerable<VariantEntry> Sold(ProductEntry entry, Currency currency) => entry.Variants.Where(v => v.PriceIn(currency) is not null);
}

/// <summary>Numbers the paths of categories; numbers are only ever added. It is used inside changes of the index only, and its arrays are replaced, never changed.</summary>
internal sealed class CategoryNumbers
{
    private readonly Dictionary<string, int> _bySlug = new(StringComparer.Ordinal);

    /// <summary>By number, the slugs from the root down to the category itself; the first is of products without one.</summary>
    public string[][] Paths { get; private set; } = [[]];

    public int Of(ProductEntry entry)
    {
        if (entry.CategorySlugs is not [.., var slug]) return 0;
        if (_bySlug.TryGetValue(slug, out int number)) return number;
        _bySlug.Add(slug, number = Paths.Length);
        Paths = [.. Paths, entry.CategorySlugs];
        return number;
    }
}
