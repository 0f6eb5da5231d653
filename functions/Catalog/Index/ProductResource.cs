using System.Text.Json.Nodes;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>A product in a list.</summary>
/// <param name="Id">The product's id, <c>prd_…</c>.</param>
/// <param name="Slug">Its place in the shop's address, in the answer's language.</param>
/// <param name="Title">Its name in the answer's language.</param>
/// <param name="ImageUrl">A small picture of its cheapest variant.</param>
/// <param name="Price">Of its cheapest variant.</param>
/// <param name="CompareAtPrice">The former or recommended price of that variant.</param>
/// <param name="Available">Whether any of its variants can be bought now.</param>
public sealed record ProductCard(string Id, string Slug, string Title, string? ImageUrl, Money Price, Money? CompareAtPrice, bool Available);

/// <summary>A product with all that a shopper may know of it.</summary>
/// <param name="Id">The product's id, <c>prd_…</c>.</param>
/// <param name="Slug">Its place in the shop's address, in the answer's language.</param>
/// <param name="Title">Its name in the answer's language.</param>
/// <param name="ImageUrl">A small picture of its cheapest variant.</param>
/// <param name="Price">Of its cheapest variant.</param>
/// <param name="CompareAtPrice">The former or recommended price of that variant.</param>
/// <param name="Available">Whether any of its variants can be bought now.</param>
/// <param name="Description">Plain text.</param>
/// <param name="Kind">Physical goods are shipped, digital ones downloaded.</param>
/// <param name="Options">What is to be chosen.</param>
/// <param name="Variants">Each combination that is sold.</param>
/// <param name="Images">Its pictures.</param>
/// <param name="Categories">From the root of the tree down to where the product stands.</param>
/// <param name="Attributes">Facts such as material or origin.</param>
/// <param name="Seo">What its page tells search engines.</param>
/// <param name="Related">Other products to show beside it, at most eight: what staff chose, then the newest of its category.</param>
public sealed record ProductResource(
    string Id, string Slug, string Title, string? ImageUrl, Money Price, Money? CompareAtPrice, bool Available,
    string Description, ProductKind Kind, IReadOnlyList<OptionResource> Options, IReadOnlyList<VariantResource> Variants,
    IReadOnlyList<ImageResource> Images, IReadOnlyList<CategoryReference> Categories, IReadOnlyDictionary<string, string> Attributes, SeoResource Seo,
    IReadOnlyList<ProductCard> Related)
{
    private const int SeoDescriptionLength = 160;

    internal static ProductCard Card(ProductEntry entry, string locale, PriceList prices)
    {
        VariantEntry cheapest = entry.CheapestIn(prices)!;
        Price price = cheapest.PriceIn(prices)!;
        ProductText text = entry.Product.Text(locale, entry.Fallback);
        return new ProductCard(entry.Product.Id, text.Slug, text.Title, cheapest.Image is { } image ? entry.Media.Card(image) : null, price.Amount, price.CompareAt, entry.CanBeBought);
    }

    internal static ProductResource From(ProductEntry entry, string locale, PriceList prices, IReadOnlyList<CategoryNode> way, IReadOnlyList<ProductCard> related)
    {
        Product product = entry.Product;
        ProductText text = product.Text(locale, entry.Fallback);
        ProductCard card = Card(entry, locale, prices);
        return new ProductResource(
            card.Id, card.Slug, card.Title, card.ImageUrl, card.Price, card.CompareAtPrice, card.Available,
            text.Description, product.Kind,
            [.. product.Options.Select(o => new OptionResource(o.Name.In(locale, entry.Fallback), [.. o.Values.Select(v => v.In(locale, entry.Fallback))]))],
            [.. entry.Variants.Where(v => v.PriceIn(prices) is not null).Select(v => VariantResource.From(v, prices, locale))],
            [.. product.Images.Select(i => entry.Media.Resource(i, locale, entry.Fallback))],
            [.. way.Select(step => new CategoryReference(step.Slug(locale), step.Name(locale)))],
            product.Attributes,
            new SeoResource(
                text.Title, Shorten(text.Description), product.Texts.ToDictionary(t => t.Key, t => t.Value.Slug, StringComparer.Ordinal),
                entry.Pages.Of(entry, locale), entry.Pages.Alternates(entry), JsonLd.Of(entry, way, locale, entry.Pages)),
            related);
    }

    internal static string Shorten(string text)
    {
        if (text.Length <= SeoDescriptionLength) return text;
        int end = text.LastIndexOf(' ', SeoDescriptionLength - 2);
        return string.Concat(text.AsSpan(0, end > 0 ? end : SeoDescriptionLength - 2).TrimEnd(" ,.;"), "…");
    }
}

/// <summary>A choice and its values, in the answer's language.</summary>
public sealed record OptionResource(string Name, IReadOnlyList<string> Values);

/// <summary>What goes into a cart.</summary>
/// <param name="Sku">What carts and orders name it by.</param>
/// <param name="Options">The value chosen for each option.</param>
/// <param name="Price">The lowest that the caller gets for one.</param>
/// <param name="CompareAtPrice">The former or recommended price.</param>
/// <param name="Available">How many can be sold now; <c>null</c> for digital goods.</param>
/// <param name="WeightGrams">With packaging.</param>
/// <param name="Promise">What can be ordered beyond that, as a back-order or a pre-order; <c>null</c> where nothing can.</param>
/// <param name="Tiers">What each costs for those who buy more; empty where it is always the same.</param>
/// <param name="SaleUntil">When the present price is over; <c>null</c> where it is no sale.</param>
/// <param name="Quantity">How many one line may have; <c>null</c> for any number.</param>
public sealed record VariantResource(
    string Sku, IReadOnlyDictionary<string, string> Options, Money Price, Money? CompareAtPrice, int? Available, int WeightGrams, SalesPromise? Promise,
    IReadOnlyList<PriceTier> Tiers, DateTimeOffset? SaleUntil, QuantityRule? Quantity)
{
    internal static VariantResource From(VariantEntry variant, PriceList prices, string locale)
    {
        Price price = variant.PriceIn(prices)!;
        return new VariantResource(variant.Sku.Value, new Dictionary<string, string>(variant.Options(locale)), price.Amount, price.CompareAt, variant.Available, variant.WeightGrams, variant.Promise,
            price.Tiers ?? [], price.Amount == price.Sale?.Amount ? price.Sale.Until : null, variant.Variant.Quantity);
    }
}

/// <summary>A category by the slug that the list's <c>category</c> filter takes.</summary>
public sealed record CategoryReference(string Slug, string Name);

/// <summary>For the page's head.</summary>
/// <param name="Title">The page's title.</param>
/// <param name="Description">At most 160 characters.</param>
/// <param name="Alternates">The slug of the product or category in each language.</param>
/// <param name="Canonical">The one address of the page in this language.</param>
/// <param name="Links">Its address in each language, with <c>x-default</c>.</param>
/// <param name="JsonLd">schema.org's Product or ProductGroup, and BreadcrumbList; of a category the latter alone: put each into a script of type <c>application/ld+json</c>.</param>
public sealed record SeoResource(
    string Title, string Description, IReadOnlyDictionary<string, string> Alternates, string Canonical, IReadOnlyList<AlternateLink> Links, JsonArray JsonLd);
