using System.Collections.Immutable;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// Filters and counts in one pass. A product matches when one of its variants satisfies every filter: red in M, not something red and
/// something in M. A facet leaves its own filter out of account, so that it shows the other choices.
/// </summary>
internal sealed class ProductFilter
{
    private const int CategoryBit = 1, StockBit = 2, PriceBit = 4, FirstOptionBit = 8;

    /// <summary>Lower ends of the price bands in units that a currency's shoppers think in.</summary>
    private static readonly int[] Bands = [0, 10, 20, 50, 100, 200];

    private readonly ProductQuery _query;
    private readonly Currency _currency;
    private readonly CatalogIndex _index;
    private readonly int _locale;
    private readonly ImmutableArray<LocalText> _options;
    private readonly ImmutableArray<OptionVocabulary.OptionValue> _values;
    private readonly HashSet<int>[] _wantedValues;
    private readonly int[] _bitOfOption;
    private readonly int[] _valueCounts;
    private readonly int[] _valueSeen;
    private readonly Dictionary<string, (string Name, int Count)> _categoryCounts = new(StringComparer.Ordinal);
    private readonly int[] _bandCounts = new int[Bands.Length];
    private int _inStock;
    private int _visited;

    public ProductFilter(ProductQuery query, CatalogIndex index, int locale)
    {
        (_query, _currency, _index, _locale) = (query, query.Prices.Currency, index, locale);
        // Entries of a newer view may have newer numbers; those beyond are simply not counted. Values are taken first: their options are there then.
        (_values, _options) = (index.Vocabulary.Values, index.Vocabulary.Options);
        _valueCounts = new int[_values.Length];
        _valueSeen = new int[_valueCounts.Length];
        _bitOfOption = new int[_options.Length];
        _wantedValues = [.. query.Options.Select((option, i) =>
        {
            int number = index.Vocabulary.FindOption(option.Key);
            if (number >= 0 && number < _bitOfOption.Length) _bitOfOption[number] |= FirstOptionBit << i;
            return option.Value.Select(v => index.Vocabulary.FindValue(number, v)).ToHashSet();
        })];
    }

    /// <summary>Counts the product for the facets and says whether it belongs to the list.</summary>
    public bool Visit(ProductEntry entry)
    {
        _visited++;
        bool matches = false, countsForCategory = false, countsForStock = false;
        int bands = 0;
        int misses = _query.Category is { } category && !entry.CategorySlugs.Contains(category, StringComparer.Ordinal) ? CategoryBit : 0;
        foreach (VariantEntry variant in entry.Variants)
        {
            if (variant.PriceIn(_query.Prices)?.Amount.Amount is not { } price) continue;
            int missed = misses | Misses(entry, variant, price);
            matches |= missed == 0;
            countsForCategory |= (missed & ~CategoryBit) == 0;
            countsForStock |= (missed & ~StockBit) == 0 && variant.InStock;
            if ((missed & ~PriceBit) == 0) bands |= 1 << Band(price);
            CountValues(variant, missed);
        }
        if (countsForCategory) CountCategories(entry);
        if (countsForStock) _inStock++;
        for (int band = 0; band < Bands.Length; band++) _bandCounts[band] += (bands >> band) & 1;
        return matches;
    }

    public Facets Facets()
    {
        string locale = Locales.All[_locale];
        return new Facets(
            [.. _categoryCounts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new CategoryFacet(c.Key, c.Value.Name, c.Value.Count))],
            [.. Enumerable.Range(0, _valueCounts.Length).Where(v => _valueCounts[v] > 0).GroupBy(v => _values[v].Option).OrderBy(o => o.Key).Select(option => new OptionFacet(
                _options[option.Key].In(locale, _index.Fallback),
                [.. option.Select(v => new OptionValueFacet(_values[v].Name.In(locale, _index.Fallback), _valueCounts[v]))]))],
            [.. Enumerable.Range(0, Bands.Length).Where(b => _bandCounts[b] > 0).Select(b => new PriceFacet(
                Major(Bands[b]),
                b + 1 < Bands.Length ? Major(Bands[b + 1]) - new Money(_currency.Increment, _currency) : null,
                _bandCounts[b]))],
            _inStock);
    }

    private int Misses(ProductEntry entry, VariantEntry variant, long price)
    {
        int missed = 0;
        if (_query.InStock is { } wanted && (wanted ? !variant.InStock : entry.InStock)) missed |= StockBit;
        if (price < _query.MinimumPrice || price > _query.MaximumPrice) missed |= PriceBit;
        for (int i = 0; i < _wantedValues.Length; i++)
            if (!variant.ValueIds.Any(_wantedValues[i].Contains)) missed |= FirstOptionBit << i;
        return missed;
    }

    private void CountValues(VariantEntry variant, int missed)
    {
        foreach (int value in variant.ValueIds)
        {
            if (value >= _valueCounts.Length || _valueSeen[value] == _visited) continue;
            int option = _values[value].Option;
            if ((missed & ~_bitOfOption[option]) != 0) continue;
            _valueSeen[value] = _visited;
            _valueCounts[value]++;
        }
    }

    private void CountCategories(ProductEntry entry)
    {
        for (int depth = 0; depth < entry.CategorySlugs.Length; depth++)
        {
            string slug = entry.CategorySlugs[depth];
            if (!_categoryCounts.TryGetValue(slug, out (string Name, int Count) known))
                known.Name = entry.Product.Category[depth].Name.In(Locales.All[_locale], _index.Fallback);
            _categoryCounts[slug] = (known.Name, known.Count + 1);
        }
    }

    private int Band(long price)
    {
        for (int band = Bands.Length - 1; band > 0; band--)
            if (price >= Bands[band] * Unit * _currency.MinorUnits) return band;
        return 0;
    }

    private Money Major(int amount) => Money.FromMajor(amount * Unit, _currency);

    /// <summary>In major units: a band ends at Rp50.000, at 10 dollars, at 1,000 yen.</summary>
    private long Unit => _currency.Code switch
    {
        "IDR" or "VND" => 5_000,
        "KRW" => 1_000,
        "JPY" => 100,
        "INR" or "PHP" or "THB" => 50,
        "CNY" => 5,
        _ => 1,
    };
}
