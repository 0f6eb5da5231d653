using Shop.Common;

namespace Shop.Inventory;

/// <summary>Notes that somebody waits for a SKU, or nobody any more. Only then its return is told, so that other goods come and go at no further cost.</summary>
public sealed class AwaitReturn(StockChanges stock)
{
    /// <returns>How many can be sold now.</returns>
    public async Task<int> Run(Sku sku, bool awaited, CancellationToken cancellationToken)
    {
        Result<StockItem> item = await stock.Run(sku, null, holdExists: true, reference: null, state => state.Item.Awaited == awaited
            ? (StockChange?)null
            : new StockChange(state.Item with { Awaited = awaited, Version = state.Item.Version + 1 }), cancellationToken);
        return item.Problem is { } busy ? throw new InvalidOperationException($"The stock of {sku} is changing too quickly: {busy.Code}.") : item.Value.Available;
    }
}
