using System.Runtime.InteropServices;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// Filters and counts in one pass. A product matches when one of its variants satisfies every filter: red in M, not something red and
/// something in M. A facet leaves its own filter out of account, so that it shows the other choices: it counts what misses no filter, and
/// what misses its own only.
/// </summary>
internal sealed class ProductFilter
{
    private const int None = -1, Category = 0, Stock = 1, Price = 2, FirstChoice = 3;
    private const int MostAttributes = 20, MostValues = 50;

    private readonly PriceList _priceList;
    private readonly CatalogIndex _index;
    private readonly CatalogView _view;
    private readonly int _locale;
    private readonly bool[]? _wantedCategories;
    private readonly long _leastPrice, _mostPrice;
    private readonly bool _inStockOnly, _soldOutOnly;
    private readonly Choices _options, _attributes;
    private readonly int[] _categoryCounts;
    private readonly PriceBands _bands;
    private ProductBlock? _block;
    private long[] _prices = [];
    private int _inStock;
    private int _visited;

    public ProductFilter(ProductQuery query, CatalogIndex index, CatalogView view, int locale)
    {
        (_priceList, _bands, _index, _view, _locale) = (query.Prices, new PriceBands(query.Prices.Currency), index, view, locale);
        (_leastPrice, _mostPrice) = (query.MinimumPrice ?? 0, query.MaximumPrice ?? long.MaxValue);
        (_inStockOnly, _soldOutOnly) = (query.InStock == true, query.InStock == false);
        if (query.Category is { } category) _wantedCategories = view.Categories.Below(category);
        _options = new Choices(index.Options, query.Options, FirstChoice);
        _attributes = new Choices(index.Attributes, query.Attributes, FirstChoice + query.Options.Count);
        _categoryCounts = new int[view.Categories.Numbers];
    }

    /// <summary>How many products matched so far.</summary>
    public int Matches { get; private set; }

    /// <summary>Counts the product for the facets and says whether it belongs to the list.</summary>
    public bool Visit(ProductBlock block, int place)
    {
        (int first, int end) = block.Variants(place);
        if (first == end) return false;
        if (block != _block) (_block, _prices) = (block, block.Prices(_priceList));
        ReadOnlySpan<long> prices = _prices;
        _visited++;
        var product = new Miss();
        if (_wantedCategories is { } wanted && !wanted[block.Category(place)]) product.Add(Category);
        _attributes.Check(block.Attributes(place), ref product);
        if (product.Count > 1) return false;
        if (_soldOutOnly && IsAnyInStock(block, prices, first, end)) product.Add(Stock);
        if (product.Count > 1) return false;

        bool matches = false, nearly = false, countsForCategory = false, countsForStock = false;
        ulong bands = 0;
        for (int variant = first; variant < end; variant++)
        {
            long price = prices[variant];
            if (price == ProductBlock.NotSold) continue;
            Miss miss = product;
            if (price < _leastPrice || price > _mostPrice) miss.Add(Price);
            bool inStock = block.InStock(variant);
            if (_inStockOnly && !inStock) miss.Add(Stock);
            ReadOnlySpan<int> values = block.Values(variant);
            _options.Check(values, ref miss);
            if (miss.Count > 1) continue;
            matches |= miss.Count == 0;
            nearly = true;
            countsForCategory |= miss.IsNothingBut(Category);
            countsForStock |= inStock && miss.IsNothingBut(Stock);
            if (miss.IsNothingBut(Price)) bands |= PriceBands.StepOf(price);
            _options.Count(values, miss, _visited);
        }
        if (countsForCategory) _categoryCounts[block.Category(place)]++;
        if (countsForStock) _inStock++;
        _bands.Count(bands);
        if (matches || (nearly && product.Count == 1)) _attributes.Count(block.Attributes(place), matches ? default : product, _visited);
        if (matches) Matches++;
        return matches;
    }

    public Facets Facets()
    {
        string locale = Locales.All[_locale];
        CategoryTree tree = _view.Categories;
        Dictionary<CategoryNode, int> categories = [];
        for (int number = 0; number < _categoryCounts.Length; number++)
            foreach (CategoryNode node in _categoryCounts[number] == 0 ? [] : tree.Chain(number)) categories[node] = categories.GetValueOrDefault(node) + _categoryCounts[number];
        return new Facets(
            [.. tree.InOrder(_locale).Where(categories.ContainsKey).Select(c => new CategoryFacet(c.Slug(locale), c.Name(locale), categories[c]))],
            [.. _options.Counted(locale).Select(o => new OptionFacet(o.Name, o.Values))],
            [.. _attributes.Counted(locale).Take(MostAttributes).Select(a => new AttributeFacet(a.Name, [.. a.Values.Take(MostValues)]))],
            _bands.ToFacets(),
            _inStock);
    }

    private static bool IsAnyInStock(ProductBlock block, ReadOnlySpan<long> prices, int first, int end)
    {
        for (int variant = first; variant < end; variant++)
            if (prices[variant] != ProductBlock.NotSold && block.InStock(variant)) return true;
        return false;
    }

    /// <summary>How many filters a variant misses, and which: the facets want to know where it is one only.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Miss()
    {
        private int _last = None;

        public int Count { get; private set; }

        public void Add(int filter) => (Count, _last) = (Count + 1, filter);

        public readonly bool IsNothingBut(int filter) => Count == 0 || (Count == 1 && _last == filter);
    }

    /// <summary>Choices among named values, options or attributes: one filter for each name that is asked for.</summary>
    private sealed class Choices
    {
        private readonly OptionVocabulary _vocabulary;
        private readonly int _firstFilter;
        private readonly int[][] _wanted;
        private readonly int[] _optionOfValue;
        private readonly int[] _filterOfOption;
        private readonly int[] _counts;
        private readonly int[] _countedFor;

        public Choices(OptionVocabulary vocabulary, IReadOnlyDictionary<string, IReadOnlyList<string>> asked, int firstFilter)
        {
            (_vocabulary, _firstFilter) = (vocabulary, firstFilter);
            // Values are taken first: their options are there then. Entries of a newer view may have newer numbers, which are not counted.
            _optionOfValue = vocabulary.OptionsOfValues();
            _filterOfOption = new int[vocabulary.Count.Options];
            Array.Fill(_filterOfOption, None);
            _counts = new int[_optionOfValue.Length];
            _countedFor = new int[_optionOfValue.Length];
            _wanted = [.. asked.Select((option, i) =>
            {
                int number = vocabulary.FindOption(option.Key);
                if (number >= 0 && number < _filterOfOption.Length) _filterOfOption[number] = firstFilter + i;
                return option.Value.Select(v => vocabulary.FindValue(number, v)).ToArray();
            })];
        }

        public void Check(ReadOnlySpan<int> values, ref Miss miss)
        {
            // Beyond the second nobody asks which.
            for (int i = 0; i < _wanted.Length && miss.Count < 2; i++)
                if (!values.ContainsAny(_wanted[i])) miss.Add(_firstFilter + i);
        }

        /// <param name="values">Of a variant, or of a product.</param>
        /// <param name="miss">What it misses.</param>
        /// <param name="product">Counted once for each value, however many variants have it.</param>
        public void Count(ReadOnlySpan<int> values, Miss miss, int product)
        {
            foreach (int value in values)
            {
                if (value >= _counts.Length || _countedFor[value] == product) continue;
                if (miss.Count > 0 && (_filterOfOption[_optionOfValue[value]] is not (not None and var filter) || !miss.IsNothingBut(filter))) continue;
                _countedFor[value] = product;
                _counts[value]++;
            }
        }

        /// <summary>By name, those with most products first; equal ones by their names, so that every instance answers alike.</summary>
        public IEnumerable<(string Name, IReadOnlyList<OptionValueFacet> Values)> Counted(string locale)
        {
            int[] counted = [.. Enumerable.Range(0, _counts.Length).Where(v => _counts[v] > 0)];
            return _vocabulary.Names(counted, locale)
                .Zip(counted, (names, value) => (names.Option, names.OptionName, Facet: new OptionValueFacet(names.Name, _counts[value])))
                .GroupBy(v => (v.Option, v.OptionName))
                .OrderByDescending(o => o.Sum(v => v.Facet.Count)).ThenBy(o => o.Key.OptionName, StringComparer.Ordinal)
                .Select(o => (o.Key.OptionName, (IReadOnlyList<OptionValueFacet>)[.. o.Select(v => v.Facet).OrderByDescending(f => f.Count).ThenBy(f => f.Value, StringComparer.Ordinal)]));
        }
    }
}
