namespace Shop.Inventory;

/// <summary>How long what is there has been there, found by going back over its movements. What only went from one location to another came when it first came. Pure.</summary>
/// <param name="now">What is there, on hand or on its way between locations.</param>
internal sealed class StockAge(int now)
{
    private readonly bool _isThere = now > 0;
    private int _was = now;
    private int _uncovered = now;

    /// <summary>When what lifted it from nothing came; <c>null</c> while there is none, or as long as that was not reached.</summary>
    public DateTimeOffset? ThereSince { get; private set; }

    /// <summary>When the oldest of it came: what came first was sold first, so that the newest receipts are what is left. What customers sent back came with an older one.</summary>
    public DateTimeOffset? OldestReceivedAt { get; private set; }

    /// <summary>The next older movement; the newest first.</summary>
    public void Add(StockMovement movement)
    {
        if (movement.Kind is StockMovementKind.TransferIn or StockMovementKind.TransferOut) return;
        if (_uncovered > 0 && movement is { Quantity: > 0, Kind: not StockMovementKind.Return })
        {
            OldestReceivedAt = movement.At;
            _uncovered -= movement.Quantity;
        }
        int before = _was - movement.Quantity;
        if (_isThere && ThereSince is null && before <= 0) ThereSince = movement.At;
        _was = before;
    }
}
