using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>Lists products from memory: searched, filtered, counted, ordered, one page of them.</summary>
public sealed class BrowseProducts(CatalogIndex index, ProductSearch search)
{
    internal async Task<ProductListing> Run(ProductQuery query, int locale, CancellationToken cancellationToken)
    {
        IReadOnlyList<ProductEntry> candidates = index.View.Order(query.Sort, locale, query.Prices);
        if (query.Text is { } text)
        {
            IReadOnlyList<ProductEntry> found = await search.Find(text, cancellationToken);
            var hits = found.ToHashSet();
            candidates = query.Sort == ProductSort.Relevance ? found : [.. candidates.Where(hits.Contains)];
        }

        var filter = new ProductFilter(query, index, locale);
        List<ProductEntry> matches = [.. candidates.Where(filter.Visit)];
        int start = Start(matches, query.After);
        ProductEntry[] page = [.. matches.Skip(start).Take(query.Limit)];
        string? last = start + page.Length < matches.Count ? $"{page[^1].Product.Id}|{start + page.Length}" : null;
        return new ProductListing(page, last, filter.Facets(), query.Prices);
    }

    /// <summary>
    /// After the last product that was shown, wherever it stands now, so that new products in front of it shift nothing. Where it is gone,
    /// as many in as before.
    /// </summary>
    private static int Start(List<ProductEntry> matches, string? after)
    {
        if (after?.Split('|') is not [var id, var shown]) return 0;
        int last = matches.FindIndex(m => m.Product.Id == id);
        return last >= 0 ? last + 1 : Math.Min(int.Parse(shown, CultureInfo.InvariantCulture), matches.Count);
    }
}

/// <summary>A page of products.</summary>
/// <param name="Products">In order.</param>
/// <param name="Last">Names the end of the page, for the cursor; <c>null</c> on the last page.</param>
/// <param name="Facets">Over all pages.</param>
/// <param name="Prices">Which prices the cards show.</param>
internal sealed record ProductListing(IReadOnlyList<ProductEntry> Products, string? Last, Facets Facets, PriceList Prices)
{
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
        json.Write("}"u8);
        return json.WrittenSpan.ToArray();
    }
}

/// <summary>A page of the product list, as the API describes it.</summary>
/// <param name="Data">The products.</param>
/// <param name="NextCursor">Send it as <c>cursor</c> for the next page; <c>null</c> on the last.</param>
/// <param name="Facets">What the list can be narrowed to.</param>
public sealed record ProductPage(IReadOnlyList<ProductCard> Data, string? NextCursor, Facets Facets);
