using Shop.Common;

namespace Shop.Catalog;

/// <summary>A variant as the catalogue sells it now: what carts, checkout and reports look up by SKU, without asking storage.</summary>
public sealed class VariantEntry
{
    // Availability and its version change together under the index's lock; readers need the availability alone, which is one word.
    private int _available;
    private SalesPromise? _promise;
    private long _availabilityVersion = -1;

    private readonly Price[] _prices;

    internal VariantEntry(ProductEntry product, Variant variant, int[] valueIds, DateTimeOffset now)
    {
        (ProductEntry, Variant, ValueIds) = (product, variant, valueIds);
        _prices = [.. variant.Prices.Select(p => p.At(now))];
    }

    public Variant Variant { get; }

    public Product Product => ProductEntry.Product;

    public Sku Sku => Variant.Sku;

    public ProductKind Kind => Product.Kind;

    public int WeightGrams => Variant.WeightGrams;

    public string TaxCategory => Variant.TaxCategory;

    /// <summary>On hand less held; <c>null</c> for digital goods, which never run out.</summary>
    public int? Available => Kind == ProductKind.Digital ? null : Volatile.Read(ref _available);

    /// <summary>What can be ordered before it is there; <c>null</c> where nothing is promised.</summary>
    public SalesPromise? Promise => Volatile.Read(ref _promise);

    /// <summary>What can be sold, with what may be promised; <c>null</c> for digital goods.</summary>
    public int? Sellable => Available is { } available ? available + (Promise?.Quantity ?? 0) : null;

    /// <summary>Whether one can be ordered now, be it there or promised.</summary>
    public bool CanBeBought => Sellable is null or > 0;

    /// <summary>Whether one is there that can be sold now.</summary>
    public bool InStock => Available is null or > 0;

    /// <summary>What it costs now in this currency, a sale taken into account; <c>null</c> where it is not sold in it.</summary>
    public Price? PriceIn(Currency currency)
    {
        foreach (Price price in _prices)
            if (price.Amount.Currency == currency) return price;
        return null;
    }

    /// <summary>What it costs now for those who get this list; <c>null</c> where it is not sold in its currency.</summary>
    public Price? PriceIn(PriceList prices) => PriceIn(prices.Currency) is not { } price ? null : prices.Groups.IsEmpty ? price : price.For(prices.Groups);

    /// <summary>The product's title with what was chosen: <c>Kopi Gayo (250 g, Biji)</c>.</summary>
    public string Title(string locale)
    {
        string title = Product.Text(locale, ProductEntry.Fallback).Title;
        return Product.Options.Count == 0 ? title : $"{title} ({string.Join(", ", Options(locale).Select(o => o.Value))})";
    }

    /// <summary>What was chosen, by the option's name, in this language.</summary>
    public IEnumerable<KeyValuePair<string, string>> Options(string locale)
    {
        for (int i = 0; i < Product.Options.Count; i++)
        {
            ProductOption option = Product.Options[i];
            yield return new(option.Name.In(locale, ProductEntry.Fallback), option.Values[Variant.Choices[i]].In(locale, ProductEntry.Fallback));
        }
    }

    public string Slug(string locale) => Product.Text(locale, ProductEntry.Fallback).Slug;

    /// <summary>The first picture that shows it; <c>null</c> where there is none.</summary>
    internal ProductImage? Image => Product.Images.FirstOrDefault(i => i.Skus is null || i.Skus.Contains(Sku)) ?? (Product.Images is [var first, ..] ? first : null);

    internal ProductEntry ProductEntry { get; }

    /// <summary>Its chosen values as numbers of the <see cref="OptionVocabulary"/>.</summary>
    internal int[] ValueIds { get; }

    internal long AvailabilityVersion => _availabilityVersion;

    /// <summary>Takes a newer figure; an older or equal version changes nothing.</summary>
    /// <returns>Whether the figure changed.</returns>
    internal bool Take(AvailabilityFigure figure)
    {
        if (figure.Version <= _availabilityVersion) return false;
        _availabilityVersion = figure.Version;
        bool changed = _available != figure.Available || _promise != figure.Promise;
        Volatile.Write(ref _available, figure.Available);
        Volatile.Write(ref _promise, figure.Promise);
        return changed;
    }
}
