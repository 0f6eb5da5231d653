using Shop.Catalog;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Takes what an import file says lies at the default location. The same figure again changes nothing, even after sales: a file that is
/// imported twice must not put sold goods back. A new figure is a fresh count.
/// </summary>
public sealed class CountStock(StockChanges stock, LocationDirectory locations, FillBackOrders fill, TimeProvider clock) : IStockCounts
{
    public async Task<CountedStock> Count(Sku sku, int onHand, string reference, string actor, CancellationToken cancellationToken)
    {
        var count = new CountedStock(false, onHand);
        string place = locations.Default;
        Result<StockItem> counted = await stock.Run(sku, null, holdExists: false, reference: null, state =>
        {
            count = new CountedStock(state.Item.Counted != onHand, onHand);
            if (!count.IsNews) return (StockChange?)null;
            StockLevel before = state.Item.At(place);
            // What is held for orders cannot be counted away: the figure was true before those orders, or the goods are still to be found.
            // And all places together hold no more than one SKU can.
            long room = StockItem.Most - (state.Item.OnHand - (long)before.OnHand) - state.Item.InTransit;
            count = count with { Taken = (int)Math.Min(Math.Max(onHand, before.Held), room) };
            int difference = count.Taken - before.OnHand;
            return state.Item.Move(place, difference).Map(item => (StockChange?)StockMovements.Add(
                item with { Counted = onHand }, StockMovementKind.Count, [new StockShare(place, difference)], reference, actor, clock.GetUtcNow()));
        }, cancellationToken);
        if (counted.Problem is { } busy) throw new InvalidOperationException($"Stock of {sku} could not be counted: {busy.Detail}");
        await fill.Run(counted, cancellationToken);
        return count;
    }
}
