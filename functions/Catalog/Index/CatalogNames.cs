using System.Collections.Concurrent;

namespace Shop.Catalog;

/// <summary>
/// The newest known entry by each of its names. A name belongs to one product for ever, so an entry takes the place of the one before it and
/// no reader meets a gap.
/// </summary>
internal sealed class CatalogNames
{
    public ConcurrentDictionary<string, ProductEntry> ById { get; } = Names<ProductEntry>();

    public ConcurrentDictionary<string, ProductEntry> ByHandle { get; } = Names<ProductEntry>();

    /// <summary>By every slug in every language, and by every slug a product once had.</summary>
    public ConcurrentDictionary<string, ProductEntry> BySlug { get; } = Names<ProductEntry>();

    public ConcurrentDictionary<string, VariantEntry> BySku { get; } = Names<VariantEntry>();

    /// <summary>Takes a product, and its SKUs out of the one it takes the place of.</summary>
    public void Take(ProductEntry entry, ProductEntry? before)
    {
        foreach (string slug in entry.Product.Texts.Values.Select(t => t.Slug).Concat(entry.Product.FormerSlugs)) BySlug[slug] = entry;
        foreach (VariantEntry variant in entry.Variants) BySku[variant.Sku.Value] = variant;
        foreach (VariantEntry variant in before?.Variants ?? [])
            if (BySku.GetValueOrDefault(variant.Sku.Value) == variant) BySku.TryRemove(variant.Sku.Value, out _);
        ByHandle[entry.Product.Handle] = entry;
        ById[entry.Product.Id] = entry;
    }

    /// <summary>Names of entries that have been replaced, and that those in their place do not have.</summary>
    public void ForgetReplaced()
    {
        bool IsOld(ProductEntry entry) => ById.GetValueOrDefault(entry.Product.Id) != entry;
        foreach ((string slug, ProductEntry entry) in BySlug)
            if (IsOld(entry)) BySlug.TryRemove(slug, out _);
        foreach ((string handle, ProductEntry entry) in ByHandle)
            if (IsOld(entry)) ByHandle.TryRemove(handle, out _);
    }

    // Changes come one at a time.
    private static ConcurrentDictionary<string, T> Names<T>() => new(concurrencyLevel: 1, capacity: 31, StringComparer.Ordinal);
}
