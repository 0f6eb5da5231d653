using System.Globalization;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>Lists every product for staff, whatever its status, from memory: what another instance changed shows within seconds.</summary>
public sealed class ProductList(CatalogIndex index)
{
    /// <param name="status">Only of this status.</param>
    /// <param name="words">Only those whose handle, titles or SKUs have these letters in them.</param>
    /// <param name="after">What the page before gave as its end.</param>
    /// <param name="limit">How many at most.</param>
    internal (IReadOnlyList<ProductSummary> Page, string? Last) Run(ProductStatus? status, string? words, string? after, int limit)
    {
        CatalogView view = index.View;
        List<ProductSummary> page = [];
        for (int at = Start(view.Newest, after); at < view.Newest.Length; at++)
        {
            ProductEntry entry = view.Entry(view.Newest[at]);
            Product product = entry.Product;
            if ((status is not null && product.Status != status) || (words is not null && !Has(product, words))) continue;
            if (page.Count == limit) return (page, $"{page[^1].Id}|{at.ToString(CultureInfo.InvariantCulture)}");
            page.Add(Summary(entry));
        }
        return (page, null);
    }

    private ProductSummary Summary(ProductEntry entry)
    {
        Product product = entry.Product;
        return new ProductSummary(product.Id, product.Handle, product.Text(index.Fallback, index.Fallback).Title, product.Status, entry.Listed, product.PublishAt, product.UnpublishAt,
            [.. product.Variants.Select(v => v.Sku)], product.Version, product.UpdatedAt);
    }

    private static bool Has(Product product, string words) =>
        product.Handle.Contains(words, StringComparison.OrdinalIgnoreCase)
        || product.Texts.Values.Any(t => t.Title.Contains(words, StringComparison.OrdinalIgnoreCase))
        || product.Variants.Any(v => v.Sku.Value.Contains(words, StringComparison.OrdinalIgnoreCase) || string.Equals(v.Barcode, words, StringComparison.OrdinalIgnoreCase));

    /// <summary>Behind the product that was shown last, wherever new ones have moved it.</summary>
    private int Start(int[] newest, string? after)
    {
        if (after?.Split('|') is not [var id, var shown]) return 0;
        int last = index.FindProduct(id) is { } entry ? Array.IndexOf(newest, entry.Number) : -1;
        return last >= 0 ? last + 1 : Math.Min(int.Parse(shown, CultureInfo.InvariantCulture), newest.Length);
    }
}

/// <summary>A product in the list of staff.</summary>
/// <param name="Id"><c>prd_…</c></param>
/// <param name="Handle">The name under which files know it.</param>
/// <param name="Title">In the shop's language.</param>
/// <param name="Status">As it was set.</param>
/// <param name="Visible">Whether shoppers see it now.</param>
/// <param name="PublishAt">Of a scheduled product.</param>
/// <param name="UnpublishAt">Of a scheduled product.</param>
/// <param name="Skus">Of its variants.</param>
/// <param name="Version">One more with every change.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record ProductSummary(
    string Id, string Handle, string Title, ProductStatus Status, bool Visible, DateTimeOffset? PublishAt, DateTimeOffset? UnpublishAt, IReadOnlyList<Sku> Skus, long Version, DateTimeOffset UpdatedAt);
