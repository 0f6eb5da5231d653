using Shop.Common;

namespace Shop.Inventory;

/// <summary>Tells whether all that an order bought lies ready, or some of it was promised and has not come. One operation for each SKU.</summary>
public sealed class AwaitGoods(InventoryStore store)
{
    public async Task<bool> AreReady(string orderId, IReadOnlyList<StockLine> lines, CancellationToken cancellationToken)
    {
        foreach (StockLine line in StockLines.Sum(lines))
            if (await store.ReadHold(line.Sku, orderId, cancellationToken) is { Value.BackOrdered: > 0 }) return false;
        return true;
    }
}
