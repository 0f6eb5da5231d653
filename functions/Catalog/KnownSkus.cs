using Shop.Common;

namespace Shop.Catalog;

/// <summary>
/// Which articles there are, for staff: by heart, and by the tables for what was made at another instance a moment ago, of which this one has not
/// heard yet.
/// </summary>
public sealed class KnownSkus(CatalogIndex index, CatalogStore store)
{
    /// <summary>Whether it is something that lies on a shelf; sold or not. No operation for what this instance knows, two at most for anything else.</summary>
    public async Task<bool> IsPhysical(Sku sku, CancellationToken cancellationToken)
    {
        if (index.FindAny(sku) is { } known) return known.Kind == ProductKind.Physical;
        return await store.FindOwner(CatalogKeys.Sku(sku), cancellationToken) is { } id
            && await store.Find(id, cancellationToken) is { Value: { Kind: ProductKind.Physical } product } && product.Variants.Any(v => v.Sku == sku);
    }
}
