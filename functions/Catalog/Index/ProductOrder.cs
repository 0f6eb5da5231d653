using System.Globalization;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>How a list is ordered; <c>relevance</c> without a search text means newest first.</summary>
public enum ProductSort { Relevance, Newest, Price, PriceDescending, Title }

/// <summary>Total orders over products: what is equal falls back to newest first, so that paging never skips one.</summary>
internal static class ProductOrder
{
    public static ProductEntry[] Sort(IEnumerable<ProductEntry> listed, ProductSort sort, int locale, PriceList prices)
    {
        if (sort is ProductSort.Price or ProductSort.PriceDescending)
        {
            long sign = sort == ProductSort.Price ? 1 : -1;
            (ProductEntry Entry, long Price)[] priced = [.. listed.Select(e => (e, sign * e.ListPriceIn(prices)))];
            Array.Sort(priced, static (a, b) => Then(a.Price.CompareTo(b.Price), a.Entry, b.Entry));
            return Array.ConvertAll(priced, static p => p.Entry);
        }
        ProductEntry[] entries = [.. listed];
        Array.Sort(entries, sort == ProductSort.Title ? ByTitle(Locales.All[locale]) : Newest);
        return entries;
    }

    private static Comparison<ProductEntry> ByTitle(string locale)
    {
        CompareInfo compare = CultureInfo.GetCultureInfo(locale).CompareInfo;
        return (a, b) => Then(compare.Compare(a.Title(locale), b.Title(locale), CompareOptions.IgnoreCase), a, b);
    }

    private static int Then(int first, ProductEntry a, ProductEntry b) => first != 0 ? first : Newest(a, b);

    // Ids of one import are made in one millisecond and sort at random there; the file's order is kept in the moment of creation.
    public static int Newest(ProductEntry a, ProductEntry b)
    {
        int byTime = b.Product.CreatedAt.CompareTo(a.Product.CreatedAt);
        return byTime != 0 ? byTime : string.CompareOrdinal(b.Product.Id, a.Product.Id);
    }
}
