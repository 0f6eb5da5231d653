using Shop.Catalog;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// Takes what an import file says lies there. The same figure again changes nothing, even after sales: a file that is imported twice must
/// not put sold goods back. A new figure is a fresh count.
/// </summary>
public sealed class CountStock(StockChanges stock, TimeProvider clock) : IStockCounts
{
    public async Task<bool> Count(Sku sku, int onHand, string reference, CancellationToken cancellationToken)
    {
        bool changed = false;
        Result<StockLevel> counted = await stock.Run(sku, null, holdExists: false, reference: null, state =>
        {
            StockLevel before = state.LevelOrNone(sku);
            changed = before.Counted != onHand;
            if (!changed) return (StockChange?)null;
            // What is held for orders cannot be counted away: the figure was true before those orders, or the goods are still to be found.
            int difference = Math.Max(onHand, before.Held) - before.OnHand;
            return before.Move(difference).Map(level => (StockChange?)new StockChange(
                level with { Counted = onHand },
                Movement: new StockMovement(level.Version, StockMovementKind.Count, difference, level.OnHand, reference, null, clock.GetUtcNow())));
        }, cancellationToken);
        return counted.Ok ? changed : throw new InvalidOperationException($"Stock of {sku} could not be counted: {counted.Problem!.Detail}");
    }
}
