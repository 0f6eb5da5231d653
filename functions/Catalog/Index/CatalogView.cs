using System.Collections.Concurrent;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// The catalogue at one moment, for lists: the products by their numbers and in order. It never changes but for its variants' availability; a
/// change of products makes a new view that shares everything that stayed, and follows in the orders that were asked for before.
/// </summary>
internal sealed class CatalogView
{
    private const int MostRelated = 8;
    private readonly ConcurrentDictionary<Ordering, Lazy<int[]>> _orders = new();
    private readonly Lazy<int[]> _ages;
    private readonly Dictionary<string, int[]> _byCategory;
    private readonly Lazy<CategoryTree> _categories;
    private readonly CatalogNames _names;
    private readonly ProductBlock[] _blocks;
    private readonly string[][] _categoryPaths;

    private CatalogView(CatalogNames names, ProductBlock[] blocks, int count, string[][] categoryPaths, Dictionary<string, int[]> byCategory, CategoryNames categoryNames)
    {
        (_names, _blocks, Count, _categoryPaths, _byCategory, CategoryNames) = (names, blocks, count, categoryPaths, byCategory, categoryNames);
        _ages = new(RankByAge);
        _categories = new(() => new CategoryTree(_byCategory.Values.Select(numbers => (Entry(numbers[0]), numbers.Length)), _categoryPaths, categoryNames));
    }

    private readonly record struct Ordering(ProductSort Sort, int Locale, bool ListedOnly);

    /// <summary>How many products it has, whatever their status: their numbers are below it.</summary>
    public int Count { get; }

    public IReadOnlyList<ProductBlock> Blocks => _blocks;

    public CategoryNames CategoryNames { get; }

    /// <summary>The numbers of all products whatever their status, newest first; made on first use and kept.</summary>
    public int[] Newest => Numbers(new Ordering(ProductSort.Newest, 0, ListedOnly: false));

    public IEnumerable<ProductEntry> All => _blocks.SelectMany(b => b.Entries.ToArray()).OfType<ProductEntry>();

    public CategoryTree Categories => _categories.Value;

    public static CatalogView Empty(CatalogNames names, string fallback) => new(names, [], 0, [[]], new(StringComparer.Ordinal), new CategoryNames([], fallback));

    public ProductEntry Entry(int number) => _blocks[number / ProductBlock.Size].Entries[number % ProductBlock.Size]!;

    /// <summary>What stands on a product's card for those who get these prices, in minor units; <see cref="ProductBlock.NotSold"/> where they do not see it.</summary>
    public long ListPrice(int number, PriceList prices) => _blocks[number / ProductBlock.Size].ListPrice(number % ProductBlock.Size, prices);

    /// <summary>What to show beside a product: what staff chose, then the newest of its category.</summary>
    public IEnumerable<ProductEntry> RelatedTo(ProductEntry entry, PriceList prices) => entry.Product.Related.Select(h => _names.ByHandle.GetValueOrDefault(h)).OfType<ProductEntry>()
        .Concat(_byCategory.GetValueOrDefault(Category(entry), []).Select(Entry)).Where(e => e.IsListedIn(prices) && e.Number != entry.Number).DistinctBy(e => e.Number).Take(MostRelated);

    /// <summary>The numbers of all listed products in this order; made on first use and kept.</summary>
    public int[] Numbers(ProductSort sort, int locale) => Numbers(new Ordering(sort == ProductSort.Relevance ? ProductSort.Newest : sort, sort == ProductSort.Title ? locale : 0, ListedOnly: true));

    /// <summary>The numbers of all products whatever their status, by title; made on first use and kept.</summary>
    public int[] ByTitle(int locale) => Numbers(new Ordering(ProductSort.Title, locale, ListedOnly: false));

    /// <summary>By number, the place among the newest: 0 for the newest of all.</summary>
    public int[] Ages => _ages.Value;

    /// <summary>Every listed product in this order.</summary>
    public IEnumerable<ProductEntry> Order(ProductSort sort, int locale) => Numbers(sort, locale).Select(Entry);

    /// <summary>The view after a change.</summary>
    /// <param name="blocks">All, with those of the changed products made anew.</param>
    /// <param name="count">How many products there are now.</param>
    /// <param name="categoryPaths">By the numbers of categories.</param>
    /// <param name="changed">The numbers of products that changed or came.</param>
    public CatalogView After(ProductBlock[] blocks, int count, string[][] categoryPaths, IReadOnlyCollection<int> changed)
    {
        var touched = new bool[count];
        foreach (int number in changed) touched[number] = true;
        var categories = new Dictionary<string, int[]>(_byCategory, StringComparer.Ordinal);
        var after = new CatalogView(_names, blocks, count, categoryPaths, categories, CategoryNames);
        int[] listed = [.. changed.Where(n => after.Entry(n).Listed)];

        // Categories are everybody's, whatever currency they buy in.
        ILookup<string, int> cameIn = changed.Where(n => after.Entry(n).IsVisible).ToLookup(n => Category(after.Entry(n)), StringComparer.Ordinal);
        IEnumerable<string> left = changed.Where(n => n < Count && Entry(n).IsVisible).Select(n => Category(Entry(n)));
        Comparison<ProductEntry> newest = ProductOrder.By(ProductSort.Newest, 0);
        foreach (string category in left.Concat(cameIn.Select(c => c.Key)).Distinct(StringComparer.Ordinal))
        {
            int[] numbers = SortedNumbers.Follow(categories.GetValueOrDefault(category, []), touched, [.. cameIn[category]], (a, b) => newest(after.Entry(a), after.Entry(b)));
            if (numbers.Length > 0) categories[category] = numbers;
            else categories.Remove(category);
        }
        // Beyond that, sorting is no dearer, and nobody may ask.
        if (changed.Count > Count / 4) return after;
        foreach ((Ordering ordering, Lazy<int[]> numbers) in _orders)
        {
            if (!numbers.IsValueCreated) continue;
            Comparison<ProductEntry> by = ProductOrder.By(ordering.Sort, ordering.Locale);
            int[] followed = SortedNumbers.Follow(numbers.Value, touched, ordering.ListedOnly ? [.. listed] : [.. changed], (a, b) => by(after.Entry(a), after.Entry(b)));
            after._orders[ordering] = new Lazy<int[]>(followed);
        }
        return after;
    }

    /// <summary>The view after categories changed: of products nothing is another.</summary>
    public CatalogView With(CategoryNames categoryNames)
    {
        var after = new CatalogView(_names, _blocks, Count, _categoryPaths, _byCategory, categoryNames);
        foreach ((Ordering ordering, Lazy<int[]> numbers) in _orders) after._orders[ordering] = numbers;
        return after;
    }

    /// <summary>The products that stand in categories of other names than before.</summary>
    public IReadOnlyList<ProductEntry> RenamedSince(CatalogView before)
    {
        return [.. _byCategory.Values.Where(numbers => !Names(this, numbers[0]).SequenceEqual(Names(before, numbers[0]))).SelectMany(numbers => numbers).Select(Entry)];

        static IEnumerable<string> Names(CatalogView view, int number) => view.Categories.Of(view.Entry(number)).SelectMany(c => Locales.All.Select(c.Name));
    }

    private static string Category(ProductEntry entry) => entry.CategorySlugs.LastOrDefault() ?? "";

    /// <summary>Those who ask at the same time wait for one that sorts.</summary>
    private int[] Numbers(Ordering ordering) => _orders.GetOrAdd(ordering, static (key, view) => new Lazy<int[]>(() =>
    {
        ProductEntry[] entries = [.. view.All.Where(e => e.Listed || !key.ListedOnly)];
        ProductOrder.Sort(entries, key.Sort, key.Locale);
        return Array.ConvertAll(entries, e => e.Number);
    }), this).Value;

    private int[] RankByAge()
    {
        int[] newest = Newest, ranks = new int[Count];
        for (int rank = 0; rank < newest.Length; rank++) ranks[newest[rank]] = rank;
        return ranks;
    }
}
