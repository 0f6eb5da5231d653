using Shop.Common;

namespace Shop.Catalog;

/// <summary>
/// The whole catalogue in this instance's memory: what shoppers read, with no storage operation. It is fed from the catalogue's log and,
/// at once, by this instance's own changes; of each product and each SKU the highest version stays. Where the clock changes what shoppers
/// see, whoever reads next finds it changed.
/// </summary>
/// <param name="options">The shop's currency and language.</param>
/// <param name="clock">Decides what is published; the system's when absent.</param>
/// <param name="media">Where pictures are; under the shop's own address when absent.</param>
public sealed class CatalogIndex(ShopOptions options, TimeProvider? clock = null, MediaAddresses? media = null)
{
    private readonly Lock _applying = new();
    private readonly CatalogNames _names = new();
    private readonly SharedParts _shared = new();
    private readonly CategoryNumbers _categories = new();
    private readonly Dictionary<string, AvailabilityFigure> _availability = new(StringComparer.Ordinal);
    private readonly MediaAddresses _media = media ?? new MediaAddresses(new Uri(options.PublicUrl, "media"));
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly SortedSet<(DateTimeOffset At, string ProductId)> _turns = [];
    private long _nextTurnTicks = long.MaxValue;
    private volatile CatalogView? _known;
    private volatile AnswerCache _answers = new();

    /// <summary>The currency lists are priced and sorted in where no other is asked for.</summary>
    public Currency Currency { get; } = Currency.Parse(options.Currency);

    /// <summary>Every currency that can be asked for, the shop's own first.</summary>
    internal IReadOnlyList<string> Currencies { get; } = [.. options.AllCurrencies().Select(c => c.Code)];

    /// <summary>The language that answers where nothing better is asked for.</summary>
    public string Fallback { get; } = options.Locale;

    /// <summary>How many products it knows, archived ones too.</summary>
    public int Count => View.Count;

    /// <summary>The words that searches take for each other.</summary>
    public SynonymList Synonyms { get; private set; } = SynonymList.None;

    /// <summary>What the shop says of its categories.</summary>
    public CategoryRecords Categories { get; private set; } = CategoryRecords.None;

    internal CategoryNames CategoryNames => Known.CategoryNames;

    /// <summary>How often it was made anew from the tables.</summary>
    internal int Generation { get; set; }

    /// <summary>Raised after products changed, inside the change: listeners only take note.</summary>
    internal event Action<IReadOnlyList<ProductEntry>>? Changed;

    internal CatalogView View
    {
        get
        {
            Turn();
            return Known;
        }
    }

    internal StorefrontPages Pages { get; } = new(options);

    internal OptionVocabulary Options { get; } = new(options.Locale);

    internal OptionVocabulary Attributes { get; } = new(options.Locale);

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
    public VariantEntry? FindAny(Sku sku) => Names.BySku.GetValueOrDefault(sku.Value);

    /// <summary>The product in its newest known version, whatever its status.</summary>
    public ProductEntry? FindProduct(string id) => Names.ById.GetValueOrDefault(id);

    internal ProductEntry? FindByHandle(string handle) => Names.ByHandle.GetValueOrDefault(handle);

    /// <summary>By a slug that it has in any language, or once had.</summary>
    internal ProductEntry? FindBySlug(string slug) => Names.BySlug.GetValueOrDefault(slug);

    /// <summary>Every SKU that has stock.</summary>
    public IEnumerable<Sku> PhysicalSkus => View.All.SelectMany(e => e.Variants).Where(v => v.Kind == ProductKind.Physical).Select(v => v.Sku);

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
            CategoryRecords categories = Categories;
            foreach (CatalogLogLine line in lines)
            {
                if (line.Product is { } product && product.Version > KnownVersion(product.Id, newest)) newest[product.Id] = product;
                if (line.Synonyms is { } words && words.Version > Synonyms.Version) (Synonyms, listsChanged) = (words, true);
                if (line.Categories is { } records && records.Version > categories.Version) categories = records;
                foreach (AvailabilityFigure figure in line.Stock ?? []) listsChanged |= Take(figure);
            }
            listsChanged |= Take(categories);
            if (newest.Count > 0) Replace(newest.Values);
            if (listsChanged || newest.Count > 0) _answers = new AnswerCache();
        }
    }

    /// <summary>
    /// Takes these lines in the place of whatever it has, trusted or not. Products keep their numbers, by which searches find them; those that the
    /// lines do not know are shown to nobody any more.
    /// </summary>
    internal void Replace(int generation, IEnumerable<CatalogLogLine> lines)
    {
        lock (_applying)
        {
            Dictionary<string, Product> newest = new(StringComparer.Ordinal);
            Synonyms = SynonymList.None;
            CategoryRecords categories = CategoryRecords.None;
            _availability.Clear();
            foreach (CatalogLogLine line in lines)
            {
                if (line.Product is { } product && product.Version > (newest.GetValueOrDefault(product.Id)?.Version ?? 0)) newest[product.Id] = product;
                if (line.Synonyms is { } words && words.Version > Synonyms.Version) Synonyms = words;
                if (line.Categories is { } records && records.Version > categories.Version) categories = records;
                foreach (AvailabilityFigure figure in line.Stock ?? [])
                    if (!_availability.TryGetValue(figure.Sku.Value, out AvailabilityFigure? known) || known.Version < figure.Version) _availability[figure.Sku.Value] = figure;
            }
            Take(categories);
            foreach (ProductEntry unknown in Known.All) newest.TryAdd(unknown.Product.Id, unknown.Product with { Status = ProductStatus.Archived, Version = 0 });
            if (newest.Count > 0) Replace(newest.Values);
            _names.ForgetReplaced();
            _answers = new AnswerCache();
            Generation = generation;
        }
    }

    /// <summary>Everything it holds at this moment, in lines that make another index equal to it.</summary>
    internal IEnumerable<CatalogLogLine> Export()
    {
        CatalogView view;
        AvailabilityFigure[] figures;
        lock (_applying) (view, figures) = (Known, [.. _availability.Values]);
        // What only stands in for a number was never made.
        return view.All.Where(e => e.Product.Version > 0).Select(e => new CatalogLogLine { Product = e.Product })
            .Append(new CatalogLogLine { Synonyms = Synonyms }).Append(new CatalogLogLine { Categories = Categories }).Concat(figures.Chunk(1000).Select(f => new CatalogLogLine { Stock = f }));
    }

    private CatalogView Known => _known ?? Interlocked.CompareExchange(ref _known, CatalogView.Empty(_names, options.Locale), null) ?? _known;

    private CatalogNames Names
    {
        get
        {
            Turn();
            return _names;
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
            Product[] due = [.. _turns.TakeWhile(t => t.At <= now).Select(t => _names.ById[t.ProductId].Product)];
            if (due.Length == 0) return;
            Replace(due);
            _answers = new AnswerCache();
        }
    }

    private long KnownVersion(string id, Dictionary<string, Product> newest) =>
        newest.TryGetValue(id, out Product? product) ? product.Version : _names.ById.GetValueOrDefault(id)?.Product.Version ?? 0;

    /// <summary>Only the tree is made anew: products and their orders stay as they are, but are found by what their categories are called now.</summary>
    private bool Take(CategoryRecords categories)
    {
        if (categories == Categories) return false;
        Categories = categories;
        CatalogView before = Known;
        _known = before.With(new CategoryNames(categories.Categories, options.Locale));
        if (_known.RenamedSince(before) is { Count: > 0 } renamed) Changed?.Invoke(renamed);
        return true;
    }

    /// <returns>Whether lists and feeds look different now: they show that something can be bought, and from when on, not how many.</returns>
    private bool Take(AvailabilityFigure figure)
    {
        string sku = figure.Sku.Value;
        if (_availability.TryGetValue(sku, out AvailabilityFigure? known) && known.Version >= figure.Version) return false;
        _availability[sku] = figure;
        if (!_names.BySku.TryGetValue(sku, out VariantEntry? variant)) return false;
        ProductEntry entry = variant.ProductEntry;
        (bool InStock, bool, PromiseKind?, DateOnly?) before = Shown(variant);
        if (variant.Take(figure with { Promise = Hold(figure.Promise, entry, _clock.GetUtcNow()) })) entry.Touch();
        if (before.InStock != variant.InStock) Known.Blocks[entry.Number / ProductBlock.Size].Restock(entry);
        return before != Shown(variant);
    }

    private static (bool InStock, bool, PromiseKind?, DateOnly?) Shown(VariantEntry variant) => (variant.InStock, variant.CanBeBought, variant.Promise?.Kind, variant.Promise?.AvailableFrom);

    /// <summary>A promise as it can be made now: a day that is over is no day. One that is to come ends by the clock.</summary>
    private SalesPromise? Hold(SalesPromise? promise, ProductEntry entry, DateTimeOffset now)
    {
        if (promise?.AvailableFrom is not { } day) return promise;
        DateTimeOffset over = options.StartOf(day.AddDays(1));
        if (over <= now) return promise with { AvailableFrom = null };
        if (entry.NextTurn <= over) return promise;
        if (entry.NextTurn is { } later) _turns.Remove((later, entry.Product.Id));
        entry.NextTurn = over;
        _turns.Add((over, entry.Product.Id));
        Interlocked.Exchange(ref _nextTurnTicks, _turns.Min.At.UtcTicks);
        return promise;
    }

    private void Replace(IReadOnlyCollection<Product> products)
    {
        List<ProductEntry> entries = new(products.Count);
        Dictionary<int, ProductEntry?[]> blocks = [];
        DateTimeOffset now = _clock.GetUtcNow();
        int count = Known.Count;
        foreach (Product product in products)
        {
            ProductEntry? before = _names.ById.GetValueOrDefault(product.Id);
            if (before?.NextTurn is { } planned) _turns.Remove((planned, product.Id));
            var entry = new ProductEntry(_shared.In(product), Currency, options.Locale, Options, Pages, _media, now) { Number = before?.Number ?? count++, AttributeIds = Attributes.Numbers(product.Attributes) };
            if (entry.NextTurn is { } next) _turns.Add((next, product.Id));
            foreach (VariantEntry variant in entry.Variants)
                if (_availability.TryGetValue(variant.Sku.Value, out AvailabilityFigure? figure)) variant.Take(figure with { Promise = Hold(figure.Promise, entry, now) });
            _names.Take(entry, before);
            (int block, int place) = int.DivRem(entry.Number, ProductBlock.Size);
            if (!blocks.TryGetValue(block, out ProductEntry?[]? changed))
                blocks.Add(block, changed = block < Known.Blocks.Count ? Known.Blocks[block].Entries.ToArray() : new ProductEntry?[ProductBlock.Size]);
            changed[place] = entry;
            entries.Add(entry);
        }
        ProductBlock[] all = [.. Enumerable.Range(0, (count + ProductBlock.Size - 1) / ProductBlock.Size)
            .Select(b => blocks.TryGetValue(b, out ProductEntry?[]? changed) ? new ProductBlock(changed, PriceList.In(Currency), _categories) : Known.Blocks[b])];
        _known = Known.After(all, count, _categories.Paths, [.. entries.Select(e => e.Number)]);
        Interlocked.Exchange(ref _nextTurnTicks, _turns.Count == 0 ? long.MaxValue : _turns.Min.At.UtcTicks);
        Changed?.Invoke(entries);
    }
}
