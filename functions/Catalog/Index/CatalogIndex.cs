using System.Collections.Immutable;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>
/// The whole catalogue in this instance's memory: what shoppers read, with no storage operation. It is fed from the catalogue's log and,
/// at once, by this instance's own changes; of each product and each SKU the highest version stays. Where the clock changes what shoppers
/// see, whoever reads next finds it changed.
/// </summary>
/// <param name="options">The shop's currency and language.</param>
/// <param name="clock">Decides what is published; the system's when absent.</param>
public sealed class CatalogIndex(ShopOptions options, TimeProvider? clock = null)
{
    private readonly Lock _applying = new();
    private readonly OptionVocabulary _vocabulary = new(options.Locale);
    private readonly Dictionary<string, AvailabilityFigure> _availability = new(StringComparer.Ordinal);
    private readonly StorefrontPages _pages = new(options);
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly SortedSet<(DateTimeOffset At, string ProductId)> _turns = [];
    private long _nextTurnTicks = long.MaxValue;
    private volatile CatalogView _view = CatalogView.Empty(options.Locale, PriceList.In(Currency.Parse(options.Currency)));
    private volatile AnswerCache _answers = new(0);

    /// <summary>The currency lists are priced and sorted in where no other is asked for.</summary>
    public Currency Currency { get; } = Currency.Parse(options.Currency);

    /// <summary>Every currency that can be asked for, the shop's own first.</summary>
    internal IReadOnlyList<string> Currencies { get; } = [.. options.AllCurrencies().Select(c => c.Code)];

    /// <summary>The language that answers where nothing better is asked for.</summary>
    public string Fallback { get; } = options.Locale;

    /// <summary>How many products it knows, archived ones too.</summary>
    public int Count => View.ById.Count;

    /// <summary>Raised after products changed, inside the change: listeners only take note.</summary>
    internal event Action<IReadOnlyList<ProductEntry>>? Changed;

    internal CatalogView View
    {
        get
        {
            Turn();
            return _view;
        }
    }

    internal OptionVocabulary Vocabulary => _vocabulary;

    /// <summary>Finished answers of the present state: taken before a computation, it never receives what a later state outdated.</summary>
    internal AnswerCache Answers
    {
        get
        {
            Turn();
            return _answers;
        }
    }

    /// <summary>The variant as it is sold now; <c>null</c> when there is none or shoppers do not see its product.</summary>
    public VariantEntry? Find(Sku sku) => FindAny(sku) is { ProductEntry.IsVisible: true } variant ? variant : null;

    /// <summary>The variant, also where its product is a draft or archived: goods come in before they are sold, and go out after.</summary>
    public VariantEntry? FindAny(Sku sku) => View.BySku.GetValueOrDefault(sku.Value);

    /// <summary>The product in its newest known version, whatever its status.</summary>
    public ProductEntry? FindProduct(string id) => View.ById.GetValueOrDefault(id);

    /// <summary>Every SKU that has stock.</summary>
    public IEnumerable<Sku> PhysicalSkus => View.BySku.Values.Where(v => v.Kind == ProductKind.Physical).Select(v => v.Sku);

    /// <summary>The version of the availability figure it holds; -1 where it has none.</summary>
    public long AvailabilityVersion(Sku sku)
    {
        lock (_applying) return _availability.TryGetValue(sku.Value, out AvailabilityFigure? known) ? known.Version : -1;
    }

    /// <summary>Takes what is newer than what it has; the rest is ignored.</summary>
    public void Apply(IEnumerable<CatalogLogLine> lines)
    {
        lock (_applying)
        {
            Dictionary<string, Product> newest = new(StringComparer.Ordinal);
            bool listsChanged = false;
            foreach (CatalogLogLine line in lines)
            {
                if (line.Product is { } product && product.Version > KnownVersion(product.Id, newest)) newest[product.Id] = product;
                foreach (AvailabilityFigure figure in line.Stock ?? []) listsChanged |= Take(figure);
            }
            if (newest.Count > 0) Replace(newest.Values);
            if (listsChanged || newest.Count > 0) _answers = new AnswerCache(_answers.State + 1);
        }
    }

    /// <summary>Everything it holds, in lines that make another index equal to it.</summary>
    internal IReadOnlyList<CatalogLogLine> Export()
    {
        lock (_applying)
        {
            return [.. _view.ById.Values.Select(e => new CatalogLogLine { Product = e.Product }), .. _availability.Values.Chunk(1000).Select(f => new CatalogLogLine { Stock = f })];
        }
    }

    /// <summary>Lets what the clock has published, or taken back, come to light. While nothing is due it costs a look at the clock, and nothing where nothing ever is.</summary>
    private void Turn()
    {
        long next = Interlocked.Read(ref _nextTurnTicks);
        if (next == long.MaxValue || _clock.GetUtcNow().UtcTicks < next) return;
        lock (_applying)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            Product[] due = [.. _turns.TakeWhile(t => t.At <= now).Select(t => _view.ById[t.ProductId].Product)];
            if (due.Length == 0) return;
            Replace(due);
            _answers = new AnswerCache(_answers.State + 1);
        }
    }

    private long KnownVersion(string id, Dictionary<string, Product> newest) =>
        newest.TryGetValue(id, out Product? product) ? product.Version : _view.ById.GetValueOrDefault(id)?.Product.Version ?? 0;

    /// <returns>Whether lists look different now: they show that something can be bought, not how many.</returns>
    private bool Take(AvailabilityFigure figure)
    {
        string sku = figure.Sku.Value;
        if (_availability.TryGetValue(sku, out AvailabilityFigure? known) && known.Version >= figure.Version) return false;
        _availability[sku] = figure;
        if (!_view.BySku.TryGetValue(sku, out VariantEntry? variant)) return false;
        (bool, bool) before = (variant.InStock, variant.CanBeBought);
        if (variant.Take(figure)) variant.ProductEntry.Touch();
        return before != (variant.InStock, variant.CanBeBought);
    }

    private void Replace(IReadOnlyCollection<Product> products)
    {
        ImmutableDictionary<string, ProductEntry>.Builder byId = _view.ById.ToBuilder();
        ImmutableDictionary<string, ProductEntry>.Builder bySlug = _view.BySlug.ToBuilder();
        ImmutableDictionary<string, VariantEntry>.Builder bySku = _view.BySku.ToBuilder();
        List<ProductEntry> entries = new(products.Count);
        DateTimeOffset now = _clock.GetUtcNow();
        foreach (Product product in products)
        {
            if (byId.TryGetValue(product.Id, out ProductEntry? before))
            {
                foreach (string slug in Slugs(before.Product)) bySlug.Remove(slug);
                foreach (VariantEntry variant in before.Variants) bySku.Remove(variant.Sku.Value);
                if (before.NextTurn is { } planned) _turns.Remove((planned, product.Id));
            }
            var entry = new ProductEntry(product, Currency, options.Locale, _vocabulary, _pages, now);
            if (entry.NextTurn is { } next) _turns.Add((next, product.Id));
            foreach (VariantEntry variant in entry.Variants)
            {
                if (_availability.TryGetValue(variant.Sku.Value, out AvailabilityFigure? figure)) variant.Take(figure);
                bySku[variant.Sku.Value] = variant;
            }
            foreach (string slug in Slugs(product)) bySlug[slug] = entry;
            byId[product.Id] = entry;
            entries.Add(entry);
        }
        _view = new CatalogView(byId.ToImmutable(), bySlug.ToImmutable(), bySku.ToImmutable(), options.Locale, PriceList.In(Currency));
        Interlocked.Exchange(ref _nextTurnTicks, _turns.Count == 0 ? long.MaxValue : _turns.Min.At.UtcTicks);
        Changed?.Invoke(entries);
    }

    private static IEnumerable<string> Slugs(Product product) => product.Texts.Values.Select(t => t.Slug).Concat(product.FormerSlugs);
}
