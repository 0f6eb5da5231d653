using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>Where people see what the API tells of: the addresses of the storefront's pages, which canonical links and sitemaps name.</summary>
internal sealed class StorefrontPages(ShopOptions shop)
{
    private readonly string _root = (shop.StorefrontUrl ?? shop.PublicUrl).ToString().TrimEnd('/');

    public string Root => _root;

    public string Of(ProductEntry entry, string locale) => _root + Fill(shop.ProductPage, locale, entry.Product.Text(locale, entry.Fallback).Slug);

    public string OfCategory(string slug, string locale) => _root + Fill(shop.CategoryPage, locale, slug);

    /// <summary>A picture's address as others can open it: largest, and from the root of the web.</summary>
    public string OfPicture(ProductEntry entry, ProductImage image) => entry.Media.Largest(image) is ['/', ..] path ? _root + path : entry.Media.Largest(image);

    /// <summary>The page in each language that the product speaks, and the shop's own for everybody else.</summary>
    public IReadOnlyList<AlternateLink> Alternates(ProductEntry entry) =>
    [
        .. Locales.All.Where(entry.Product.Texts.ContainsKey).Select(locale => new AlternateLink(locale, Of(entry, locale))),
        new AlternateLink("x-default", Of(entry, entry.Fallback)),
    ];

    /// <summary>The page of a category in each language, and the shop's own for everybody else.</summary>
    public IReadOnlyList<AlternateLink> Alternates(CategoryNode category) =>
    [
        .. Locales.All.Select(locale => new AlternateLink(locale, OfCategory(category.Slug(locale), locale))),
        new AlternateLink("x-default", OfCategory(category.Slug(category.Fallback), category.Fallback)),
    ];

    private static string Fill(string path, string locale, string slug) =>
        path.Replace("{locale}", locale, StringComparison.Ordinal).Replace("{slug}", string.Join('/', slug.Split('/').Select(Uri.EscapeDataString)), StringComparison.Ordinal);
}

/// <summary>The same page in another language, for <c>link rel="alternate" hreflang</c>.</summary>
public sealed record AlternateLink(string Hreflang, string Href);
