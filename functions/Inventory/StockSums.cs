using Shop.Common;

namespace Shop.Inventory;

/// <summary>What a SKU's rows add up to, fed with them one by one, and whether its figures say the same.</summary>
internal sealed class StockSums
{
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private int _backOrdered;

    public Dictionary<(string Location, StockMovementKind Kind), (int Quantity, int Count)> OnHand { get; } = [];

    /// <summary>When it was last sold; <c>null</c> where that never happened.</summary>
    public DateTimeOffset? LastSold { get; private set; }

    /// <summary>A movement, or a live hold.</summary>
    public void Add(object row)
    {
        if (row is StockMovement movement) Add(movement);
        else if (row is StockHold hold) Add(hold);
    }

    /// <summary>Every figure that its rows do not explain.</summary>
    public IEnumerable<StockDifference> Differences(StockItem item)
    {
        IEnumerable<string> places = item.Levels.Select(level => level.Location).Union(OnHand.Keys.Select(key => key.Location)).Union(_held.Keys).Order(StringComparer.Ordinal);
        foreach (string place in places)
        {
            int moved = OnHand.Where(sum => sum.Key.Location == place).Sum(sum => sum.Value.Quantity), held = _held.GetValueOrDefault(place);
            if (item.At(place).OnHand != moved) yield return new StockDifference(item.Sku, StockFigure.OnHand, place, item.At(place).OnHand, moved);
            if (item.At(place).Held != held) yield return new StockDifference(item.Sku, StockFigure.Held, place, item.At(place).Held, held);
        }
        int travels = -OnHand.Where(sum => sum.Key.Kind is StockMovementKind.TransferOut or StockMovementKind.TransferIn).Sum(sum => sum.Value.Quantity);
        if (item.InTransit != travels) yield return new StockDifference(item.Sku, StockFigure.InTransit, null, item.InTransit, travels);
        if (item.BackOrdered != _backOrdered) yield return new StockDifference(item.Sku, StockFigure.BackOrdered, null, item.BackOrdered, _backOrdered);
    }

    private void Add(StockMovement movement)
    {
        var key = (movement.Location, movement.Kind);
        (int quantity, int count) = OnHand.GetValueOrDefault(key);
        OnHand[key] = (quantity + movement.Quantity, count + 1);
        if (movement.Kind == StockMovementKind.Sale && !(LastSold > movement.At)) LastSold = movement.At;
    }

    private void Add(StockHold hold)
    {
        _backOrdered += hold.BackOrdered;
        if (hold.Status != StockHoldStatus.Held) return;
        foreach (StockShare share in hold.Shares) _held[share.Location] = _held.GetValueOrDefault(share.Location) + share.Quantity;
    }
}

public enum StockFigure { OnHand, Held, BackOrdered, InTransit }

/// <summary>A figure that its rows do not explain.</summary>
/// <param name="Location">Where; <c>null</c> for what is promised or travels, which lies nowhere.</param>
/// <param name="Stated">What the SKU says.</param>
/// <param name="Explained">What its rows add up to.</param>
public sealed record StockDifference(Sku Sku, StockFigure Figure, string? Location, int Stated, int Explained);
