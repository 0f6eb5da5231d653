using System.Collections.Concurrent;

namespace Shop.Catalog;

/// <summary>
/// Some of the products, by their numbers, laid out in columns: to filter and count 100,000 of them reads memory in order instead of
/// following half a million references. It never changes but for stock; where a product changes, another block takes its place. What shoppers see
/// is in it, whatever it is sold in; prices have a column for each list of prices that somebody gets.
/// </summary>
internal sealed class ProductBlock
{
    public const int Size = 1024;

    /// <summary>In a column of prices, of a variant that is not sold in the currency.</summary>
    public const long NotSold = -1;

    private const int MostOtherPrices = 16;

    private readonly ProductEntry?[] _entries;
    private readonly int[] _categories = new int[Size];
    private readonly int[] _firstVariant = new int[Size + 1];
    private readonly int[] _firstAttribute = new int[Size + 1];
    private readonly int[] _firstValue;
    private readonly VariantEntry[] _variants;
    private readonly PriceList _home;
    private readonly long[] _homePrices;
    private readonly ConcurrentDictionary<PriceList, long[]> _otherPrices = new(concurrencyLevel: 1, capacity: 3);
    private readonly int[] _values;
    private readonly int[] _attributes;
    private readonly bool[] _inStock;

    /// <param name="entries">By their place; a place without a product is <c>null</c>.</param>
    /// <param name="home">What guests get in the shop's own currency.</param>
    /// <param name="categories">Numbers the products' categories.</param>
    public ProductBlock(ProductEntry?[] entries, PriceList home, CategoryNumbers categories)
    {
        (_entries, _home) = (entries, home);
        List<VariantEntry> variants = [];
        List<int> attributes = [];
        for (int place = 0; place < Size; place++)
        {
            if (entries[place] is { IsVisible: true } entry)
            {
                _categories[place] = categories.Of(entry);
                variants.AddRange(entry.Variants);
                attributes.AddRange(entry.AttributeIds);
            }
            (_firstVariant[place + 1], _firstAttribute[place + 1]) = (variants.Count, attributes.Count);
        }
        _attributes = [.. attributes];
        _variants = [.. variants];
        _homePrices = Column(home);
        _values = [.. variants.SelectMany(v => v.ValueIds)];
        _firstValue = new int[variants.Count + 1];
        for (int v = 0; v < variants.Count; v++) _firstValue[v + 1] = _firstValue[v] + variants[v].ValueIds.Length;
        _inStock = [.. variants.Select(v => v.InStock)];
    }

    public ReadOnlySpan<ProductEntry?> Entries => _entries;

    /// <summary>The number of the product's category.</summary>
    public int Category(int place) => _categories[place];

    public ReadOnlySpan<int> Attributes(int place) => _attributes.AsSpan(_firstAttribute[place].._firstAttribute[place + 1]);

    /// <summary>Where its variants stand; none where shoppers do not see it.</summary>
    public (int First, int End) Variants(int place) => (_firstVariant[place], _firstVariant[place + 1]);

    /// <summary>By variant, what the first of it costs those who get these prices, in minor units, or <see cref="NotSold"/>.</summary>
    public long[] Prices(PriceList prices)
    {
        if (prices == _home) return _homePrices;
        if (_otherPrices.TryGetValue(prices, out long[]? known)) return known;
        // Groups come and go; their columns are made again where they are still asked for.
        if (_otherPrices.Count >= MostOtherPrices) _otherPrices.Clear();
        return _otherPrices.GetOrAdd(prices, Column);
    }

    /// <summary>What stands on the card of those who get these prices; <see cref="NotSold"/> where they do not see it.</summary>
    public long ListPrice(int place, PriceList prices)
    {
        long lowest = NotSold;
        foreach (long price in Prices(prices).AsSpan(_firstVariant[place].._firstVariant[place + 1]))
            if (price != NotSold && (lowest == NotSold || price < lowest)) lowest = price;
        return lowest;
    }

    public bool InStock(int variant) => Volatile.Read(ref _inStock[variant]);

    public ReadOnlySpan<int> Values(int variant) => _values.AsSpan(_firstValue[variant].._firstValue[variant + 1]);

    /// <summary>Takes over what is in stock of a product now.</summary>
    public void Restock(ProductEntry entry)
    {
        int at = _firstVariant[entry.Number % Size];
        if (!entry.IsVisible) return;
        foreach (VariantEntry variant in entry.Variants) Volatile.Write(ref _inStock[at++], variant.InStock);
    }

    private long[] Column(PriceList prices) => Array.ConvertAll(_variants, v => v.PriceIn(prices)?.Amount.Amount ?? NotSold);
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
