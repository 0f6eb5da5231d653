using Shop.Catalog;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Which SKUs staff may do something with: articles that lie on a shelf, and whatever ever lay there. What is no longer sold still has to be counted, moved and written off.
/// </summary>
public sealed class KnownStock(KnownSkus skus, InventoryStore store)
{
    /// <summary>One operation for what is not sold, none for what this instance knows.</summary>
    public async Task<bool> Has(Sku sku, CancellationToken cancellationToken) =>
        await skus.IsPhysical(sku, cancellationToken) || await store.FindItem(sku, cancellationToken) is not null;
}
