using System.Globalization;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>How a list is ordered; <c>relevance</c> without a search text means newest first.</summary>
public enum ProductSort { Relevance, Newest, Price, PriceDescending, Title }

/// <summary>Total orders over products: what is equal falls back to newest first, so that paging never skips one.</summary>
internal static class ProductOrder
{
    public static Comparison<ProductEntry> By(ProductSort sort, int locale) => sort switch
    {
        ProductSort.Price => static (a, b) => Then(a.ListPrice.CompareTo(b.ListPrice), a, b),
        ProductSort.PriceDescending => static (a, b) => Then(b.ListPrice.CompareTo(a.ListPrice), a, b),
        ProductSort.Title => ByTitle(Locales.All[locale]),
        _ => Newest,
    };

    private static Comparison<ProductEntry> ByTitle(string locale)
    {
        CompareInfo compare = CultureInfo.GetCultureInfo(locale).CompareInfo;
        return (a, b) => Then(compare.Compare(a.Title(locale), b.Title(locale), CompareOptions.IgnoreCase), a, b);
    }

    private static int Then(int first, ProductEntry a, ProductEntry b) => first != 0 ? first : Newest(a, b);

    // Ids of one import are made in one millisecond and sort at random there; the file's order is kept in the moment of creation.
    private static int Newest(ProductEntry a, ProductEntry b)
    {
        int byTime = b.Product.CreatedAt.CompareTo(a.Product.CreatedAt);
        return byTime != 0 ? byTime : string.CompareOrdinal(b.Product.Id, a.Product.Id);
    }
}
