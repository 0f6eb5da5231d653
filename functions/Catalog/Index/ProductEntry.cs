using System.Globalization;
using System.Text.Json;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// A product in the index. Everything but its variants' availability is fixed; its card is rendered once for each language and kept until
/// availability changes.
/// </summary>
public sealed class ProductEntry
{
    private readonly RenderedCard?[] _cards = new RenderedCard?[Locales.All.Count];
    private int _stamp;

    internal ProductEntry(Product product, Currency currency, string fallback, OptionVocabulary vocabulary, StorefrontPages pages, MediaAddresses media, DateTimeOffset now)
    {
        (Product, Home, Fallback, Pages, Media) = (product, PriceList.In(currency), fallback, pages, media);
        IsVisible = product.IsVisible(now);
        NextTurn = product.NextTurn(now);
        Variants = [.. product.Variants.Select(v => new VariantEntry(this, v, vocabulary.Numbers(product, v), now))];
        Cheapest = FindCheapest(Home);
        CategorySlugs = CategoryRules.Slugs(product.Category);
    }

    public Product Product { get; }

    /// <summary>Its place in this instance's lists: the same for every version of the product.</summary>
    internal int Number { get; init; }

    /// <summary>Its attributes as numbers of the index's vocabulary.</summary>
    internal int[] AttributeIds { get; init; } = [];

    public IReadOnlyList<VariantEntry> Variants { get; }

    /// <summary>The variant whose price stands on the card; <c>null</c> where the product is not sold in the shop's currency.</summary>
    internal VariantEntry? Cheapest { get; }

    /// <summary>What guests get in the shop's own currency.</summary>
    internal PriceList Home { get; }

    internal Currency Currency => Home.Currency;

    internal string Fallback { get; }

    internal StorefrontPages Pages { get; }

    internal MediaAddresses Media { get; }

    /// <summary>The slugs of its category and of all above it.</summary>
    internal string[] CategorySlugs { get; }

    /// <summary>Whether shoppers may see it, until the next turn.</summary>
    internal bool IsVisible { get; }

    /// <summary>When the clock next changes what shoppers see of it; then another entry takes its place.</summary>
    internal DateTimeOffset? NextTurn { get; set; }

    internal bool Listed => IsVisible && Cheapest is not null;

    internal bool InStock => Variants.Any(v => v.InStock);

    internal bool CanBeBought => Variants.Any(v => v.CanBeBought);

    internal long ListPrice => Cheapest!.PriceIn(Currency)!.Amount.Amount;

    /// <summary>As <see cref="Listed"/>, for those who get other prices.</summary>
    internal bool IsListedIn(PriceList prices) => IsVisible && CheapestIn(prices) is not null;

    /// <summary>As <see cref="Cheapest"/>, for those who get other prices.</summary>
    internal VariantEntry? CheapestIn(PriceList prices) => prices == Home ? Cheapest : FindCheapest(prices);

    internal string Title(string locale) => Product.Text(locale, Fallback).Title;

    /// <summary>The JSON of its card in one language.</summary>
    internal byte[] Card(int locale, PriceList prices)
    {
        if (prices != Home) return JsonSerializer.SerializeToUtf8Bytes(ProductResource.Card(this, Locales.All[locale], prices), ShopJson.Options);
        // The stamp is read before the figures: a change in between leaves a rendering that the next reader finds outdated.
        int stamp = Volatile.Read(ref _stamp);
        if (Volatile.Read(ref _cards[locale]) is { } known && known.Stamp == stamp) return known.Json;
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(ProductResource.Card(this, Locales.All[locale], Home), ShopJson.Options);
        Volatile.Write(ref _cards[locale], new RenderedCard(stamp, json));
        return json;
    }

    /// <summary>Its page in one language. It shows cards of other products, so it holds for one state of the catalogue only.</summary>
    /// <param name="locale">A place in <see cref="Locales.All"/>.</param>
    /// <param name="answers">Taken before the view.</param>
    /// <param name="view">Whose products are beside it.</param>
    /// <param name="prices">Which prices it shows.</param>
    internal CatalogAnswer Page(int locale, AnswerCache answers, CatalogView view, PriceList prices)
    {
        string question = string.Create(CultureInfo.InvariantCulture, $"/products/{Number}/{Volatile.Read(ref _stamp)}/{prices.Currency.Code}");
        if (answers.Find(question, locale, prices.Groups) is { } known) return known;
        ProductCard[] related = [.. view.RelatedTo(this, prices).Select(e => ProductResource.Card(e, Locales.All[locale], prices))];
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(ProductResource.From(this, Locales.All[locale], prices, view.Categories.Of(this), related), ShopJson.Options);
        return answers.Keep(question, locale, prices.Groups, new CatalogAnswer(json, Locales.All[locale], prices.Groups));
    }

    /// <summary>To be called after a variant's availability changed.</summary>
    internal void Touch() => Interlocked.Increment(ref _stamp);

    private VariantEntry? FindCheapest(PriceList prices) => Variants.Where(v => v.PriceIn(prices) is not null).MinBy(v => v.PriceIn(prices)!.Amount.Amount);

    private sealed record RenderedCard(int Stamp, byte[] Json);
}
