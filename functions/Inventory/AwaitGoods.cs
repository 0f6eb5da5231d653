using Shop.Common;

namespace Shop.Inventory;

/// <summary>Tells where what an order bought lies, and what of it was promised and has not come. One operation for each SKU.</summary>
public sealed class AwaitGoods(InventoryStore store)
{
    public async Task<IReadOnlyDictionary<Sku, StockHold>> Where(string orderId, IReadOnlyList<StockLine> lines, CancellationToken cancellationToken)
    {
        Dictionary<Sku, StockHold> holds = [];
        foreach (StockLine line in StockLines.Sum(lines))
            if (await store.ReadHold(line.Sku, orderId, cancellationToken) is { } hold) holds.Add(line.Sku, hold.Value);
        return holds;
    }
}
