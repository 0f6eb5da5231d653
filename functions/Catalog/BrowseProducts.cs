using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>Lists products from memory: searched, filtered, counted, ordered, one page of them.</summary>
public sealed class BrowseProducts(CatalogIndex index, ProductSearch search)
{
    private readonly PriceList _home = PriceList.In(index.Currency);

    internal async Task<ProductListing> Run(ProductQuery query, int locale, CancellationToken cancellationToken)
    {
        CatalogView view = index.View;
        var filter = new ProductFilter(query, index, view, locale);
        bool[] matching;
        if (query.Text is not { } text)
        {
            matching = Filter(filter, view);
            return Listing(query, view, Ordered(query, view, locale, matching), matching, filter);
        }

        SearchResult found = await search.Find(text, query.Prices, cancellationToken);
        matching = new bool[view.Count];
        // What came since the view was taken is shown by the next.
        int[] numbers = [.. found.Numbers.Where(n => n < view.Count)];
        foreach (int number in numbers) matching[number] = filter.Visit(view.Blocks[number / ProductBlock.Size], number % ProductBlock.Size);
        return Listing(query, view, query.Sort == ProductSort.Relevance ? numbers : Ordered(query, view, locale, matching), matching, filter) with
        {
            Suggestions = found.Suggestions,
            IsComplete = found.IsComplete,
        };
    }

    /// <returns>By number, whether a product matches.</returns>
    private static bool[] Filter(ProductFilter filter, CatalogView view)
    {
        var matching = new bool[view.Count];
        int number = 0;
        foreach (ProductBlock block in view.Blocks)
            for (int place = 0; place < ProductBlock.Size && number < matching.Length; place++) matching[number++] = filter.Visit(block, place);
        return matching;
    }

    /// <summary>
    /// At least the products that match, in order. The orders by guests' prices in the shop's own currency are kept and follow every change; by other prices
    /// only what matches is ordered, each time it is asked for.
    /// </summary>
    private int[] Ordered(ProductQuery query, CatalogView view, int locale, bool[] matching)
    {
        if (query.Prices == _home) return view.Numbers(query.Sort, locale);
        if (query.Sort == ProductSort.Title) return view.ByTitle(locale);
        if (query.Sort is not (ProductSort.Price or ProductSort.PriceDescending)) return view.Newest;

        int[] numbers = [.. view.Newest.Where(n => matching[n])];
        int sign = query.Sort == ProductSort.Price ? 1 : -1;
        (long, int)[] keys = [.. numbers.Select((number, newness) => (sign * view.ListPrice(number, query.Prices), newness))];
        Array.Sort(keys, numbers);
        return numbers;
    }

    private ProductListing Listing(ProductQuery query, CatalogView view, int[] ordered, bool[] matching, ProductFilter filter)
    {
        int start = Start(ordered, matching, filter.Matches, query.After);
        ProductEntry[] page = [.. ordered.Where(n => matching[n]).Skip(start).Take(query.Limit).Select(view.Entry)];
        string? last = start + page.Length < filter.Matches ? $"{page[^1].Product.Id}|{start + page.Length}" : null;
        return new ProductListing(page, last, filter.Facets(), query.Prices);
    }

    /// <summary>
    /// After the last product that was shown, wherever it stands now, so that new products in front of it shift nothing. Where it is gone,
    /// as many in as before.
    /// </summary>
    private int Start(int[] ordered, bool[] matching, int matches, string? after)
    {
        if (after?.Split('|') is not [var id, var shown]) return 0;
        int before = 0, last = index.FindProduct(id)?.Number ?? -1;
        foreach (int number in ordered)
        {
            if (!matching[number]) continue;
            before++;
            if (number == last) return before;
        }
        return Math.Min(int.Parse(shown, CultureInfo.InvariantCulture), matches);
    }
}

/// <summary>A page of products.</summary>
/// <param name="Products">In order.</param>
/// <param name="Last">Names the end of the page, for the cursor; <c>null</c> on the last page.</param>
/// <param name="Facets">Over all pages.</param>
/// <param name="Prices">Which prices the cards show.</param>
internal sealed record ProductListing(IReadOnlyList<ProductEntry> Products, string? Last, Facets Facets, PriceList Prices)
{
    /// <summary>What to search for instead, where nothing was found.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];

    /// <summary>Whether it says the same whenever it is asked for: a search while its index is being made does not.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>The answer's bytes: the cards are rendered already.</summary>
    public byte[] ToJson(int locale, string? cursor)
    {
        var json = new ArrayBufferWriter<byte>(16 * 1024);
        json.Write("{\"data\":["u8);
        for (int i = 0; i < Products.Count; i++)
        {
            if (i > 0) json.Write(","u8);
            json.Write(Products[i].Card(locale, Prices));
        }
        json.Write("],\"nextCursor\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(cursor, ShopJson.Options));
        json.Write(",\"facets\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(Facets, ShopJson.Options));
        json.Write(",\"suggestions\":"u8);
        json.Write(JsonSerializer.SerializeToUtf8Bytes(Suggestions, ShopJson.Options));
        json.Write("}"u8);
        return json.WrittenSpan.ToArray();
    }
}

/// <summary>A page of the product list, as the API describes it.</summary>
/// <param name="Data">The products.</param>
/// <param name="NextCursor">Send it as <c>cursor</c> for the next page; <c>null</c> on the last.</param>
/// <param name="Facets">What the list can be narrowed to.</param>
/// <param name="Suggestions">What to search for instead, where a search found nothing.</param>
public sealed record ProductPage(IReadOnlyList<ProductCard> Data, string? NextCursor, Facets Facets, IReadOnlyList<string> Suggestions);
