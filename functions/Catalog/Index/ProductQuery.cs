using Microsoft.AspNetCore.Http;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>What a shopper asks the list for.</summary>
internal sealed record ProductQuery
{
    private static readonly string[] SortWords = ["relevance", "newest", "price", "-price", "title"];

    public string? Text { get; init; }

    /// <summary>A category's slug; products below it are found as well.</summary>
    public string? Category { get; init; }

    public ProductSort Sort { get; init; }

    public bool? InStock { get; init; }

    /// <summary>Which prices the caller gets.</summary>
    public required PriceList Prices { get; init; }

    /// <summary>Of a variant, in minor units.</summary>
    public long? MinimumPrice { get; init; }

    public long? MaximumPrice { get; init; }

    /// <summary>The values that satisfy, by the option's name; names and values in any language.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Options { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>The values that satisfy, by the attribute's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Attributes { get; init; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    public int Limit { get; init; } = 20;

    /// <summary>Where the previous page ended.</summary>
    public string? After { get; init; }

    /// <returns>400 <c>request.invalid</c> with a pointer such as <c>?limit</c> for every mistake.</returns>
    public static Result<ProductQuery> Read(HttpRequest request, Cursors cursors, IReadOnlyList<string> currencies)
    {
        Query query = request.ReadQuery();
        var read = new ProductQuery
        {
            Prices = PricesOf(request, query, currencies),
            Text = query.Text("q"),
            Category = query.Text("category"),
            Sort = (ProductSort)Array.IndexOf(SortWords, query.OneOf("sort", SortWords)),
            InStock = query.Flag("inStock"),
            MinimumPrice = query.Number("minPrice", 0, Money.MaxAmount),
            MaximumPrice = query.Number("maxPrice", 0, Money.MaxAmount),
            Options = query.Prefixed("option."),
            Attributes = query.Prefixed("attribute."),
            Limit = query.Limit(),
            After = query.Cursor(cursors),
        };
        return query.Problem is { } problem ? problem : read;
    }

    /// <summary>Which prices the caller gets: in the currency that they ask for, those of their groups.</summary>
    /// <param name="currencies">Those that are sold in; the first is the one where none is asked for.</param>
    public static PriceList PricesOf(HttpRequest request, Query query, IReadOnlyList<string> currencies) => new(Currency.Parse(query.OneOf("currency", currencies) is var code && currencies.Contains(code, StringComparer.Ordinal) ? code : currencies[0]), request.Principal().Groups);
}
