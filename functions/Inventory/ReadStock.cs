using Shop.Catalog;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>Stock as staff asks for it. Which articles there are the catalogue knows by heart: one that never had any has none, and is not unknown.</summary>
public sealed class ReadStock(InventoryStore store, CatalogIndex catalog, KnownSkus skus)
{
    /// <summary>One read where it ever had stock; <c>null</c> for what is not sold and never lay anywhere.</summary>
    public async Task<StockItem?> Find(string text, CancellationToken cancellationToken) => Sku.TryParse(text, out Sku sku)
        ? await store.FindItem(sku, cancellationToken) ?? (await skus.IsPhysical(sku, cancellationToken) ? StockItem.None(sku) : null)
        : null;

    /// <summary>One page of all articles that have stock, by SKU: one read for each. What is no longer sold is among them until nothing of it is left.</summary>
    /// <param name="after">The last SKU of the page before; <c>null</c> begins with the first.</param>
    /// <param name="most">How many, at most 100; fewer come where some are gone for good.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(IReadOnlyList<StockItem> Items, Sku? Next)> List(string? after, int most, CancellationToken cancellationToken)
    {
        IReadOnlyList<Sku> stored = await store.Known(after, most, cancellationToken);
        Sku[] page = [.. catalog.PhysicalSkus.Where(sku => after is null || string.CompareOrdinal(sku.Value, after) > 0).Concat(stored).Distinct().OrderBy(sku => sku.Value, StringComparer.Ordinal).Take(most)];
        StockItem[] items = await Task.WhenAll(page.Select(async sku => await store.FindItem(sku, cancellationToken) ?? StockItem.None(sku)));
        return ([.. items.Where(item => item is not { OnHand: 0, Held: 0, InTransit: 0 } || catalog.FindAny(item.Sku) is { Kind: ProductKind.Physical })], page.Length == most ? page[^1] : null);
    }
}
