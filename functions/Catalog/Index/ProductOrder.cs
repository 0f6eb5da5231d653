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
        ProductSort.Title => ByTitle(locale),
        _ => Newest,
    };

    /// <summary>Sorts many: titles by keys, which is several times quicker than to compare them pair by pair.</summary>
    public static void Sort(ProductEntry[] entries, ProductSort sort, int locale)
    {
        Array.Sort(entries, By(sort == ProductSort.Title ? ProductSort.Newest : sort, locale));
        if (sort != ProductSort.Title) return;
        CompareInfo compare = Locale(locale);
        SortKey[] keys = Array.ConvertAll(entries, e => compare.GetSortKey(e.Title(Locales.All[locale]), CompareOptions.IgnoreCase));
        int[] places = [.. Enumerable.Range(0, entries.Length)];
        Array.Sort(places, (a, b) => SortKey.Compare(keys[a], keys[b]) is not 0 and var order ? order : a.CompareTo(b));
        ProductEntry[] newest = [.. entries];
        for (int i = 0; i < places.Length; i++) entries[i] = newest[places[i]];
    }

    private static CompareInfo Locale(int locale) => CultureInfo.GetCultureInfo(Locales.All[locale]).CompareInfo;

    private static Comparison<ProductEntry> ByTitle(int locale)
    {
        (CompareInfo compare, string language) = (Locale(locale), Locales.All[locale]);
        return (a, b) => Then(compare.Compare(a.Title(language), b.Title(language), CompareOptions.IgnoreCase), a, b);
    }

    private static int Then(int first, ProductEntry a, ProductEntry b) => first != 0 ? first : Newest(a, b);

    // Ids of one import are made in one millisecond and sort at random there; the file's order is kept in the moment of creation.
    private static int Newest(ProductEntry a, ProductEntry b)
    {
        int byTime = b.Product.CreatedAt.CompareTo(a.Product.CreatedAt);
        return byTime != 0 ? byTime : string.CompareOrdinal(b.Product.Id, a.Product.Id);
    }
}
