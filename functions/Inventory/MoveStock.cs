using Shop.Catalog;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>Goods came in. The reference, such as a delivery note's number, makes it happen once.</summary>
public sealed class ReceiveStock(StockChanges stock, CatalogIndex catalog, TimeProvider clock)
{
    public Task<Result<StockLevel>> Run(Sku sku, int quantity, string reference, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantity);
        return StockMovements.Make(stock, catalog, clock, sku, StockMovementKind.Receipt, quantity, reference, null, cancellationToken);
    }
}

/// <summary>Staff corrects what is on hand, up or down, and says why. The reference makes it happen once.</summary>
public sealed class AdjustStock(StockChanges stock, CatalogIndex catalog, TimeProvider clock)
{
    public Task<Result<StockLevel>> Run(Sku sku, int quantity, string reason, string reference, CancellationToken cancellationToken) =>
        StockMovements.Make(stock, catalog, clock, sku, StockMovementKind.Adjustment, quantity, reference, reason, cancellationToken);
}

internal static class StockMovements
{
    public static async Task<Result<StockLevel>> Make(
        StockChanges stock, CatalogIndex catalog, TimeProvider clock,
        Sku sku, StockMovementKind kind, int quantity, string reference, string? reason, CancellationToken cancellationToken)
    {
        if (catalog.FindAny(sku) is not { Kind: ProductKind.Physical }) return CatalogProblems.SkuUnknown;
        return await stock.Run(sku, null, holdExists: false, reference, state => state.Reference is not null
            ? (StockChange?)null
            : state.LevelOrNone(sku).Move(quantity).Map(level => (StockChange?)new StockChange(
                level,
                Movement: new StockMovement(level.Version, kind, quantity, level.OnHand, reference, reason, clock.GetUtcNow())) { ClaimReference = true }), cancellationToken);
    }
}
