using Shop.Common;

namespace Shop.Inventory;

/// <summary>Explains changes of what is on hand. Pure.</summary>
internal static class StockMovements
{
    /// <summary>A change with a movement for each place that it moved goods at, numbered on from the item's newest.</summary>
    /// <param name="moved">The item with the goods moved already.</param>
    public static StockChange Add(
        StockItem moved, StockMovementKind kind, IReadOnlyList<StockShare> shares, string reference, string actor, DateTimeOffset at,
        StockHold? hold = null, StockReason? reason = null, string? note = null)
    {
        StockMovement[] movements = [.. shares.Select((share, i) =>
            new StockMovement(moved.LastMovement + 1 + i, kind, share.Location, share.Quantity, moved.At(share.Location).OnHand, reference, reason, note, actor, at))];
        return new StockChange(moved with { LastMovement = moved.LastMovement + movements.Length }, hold, movements);
    }
}
