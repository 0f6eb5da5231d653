using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// How much of a SKU there is and how much of it is spoken for. Never below zero, never more held than on hand; on hand is the sum of the
/// movements.
/// </summary>
public sealed record StockLevel
{
    public required Sku Sku { get; init; }

    /// <summary>Where it lies; one place for now.</summary>
    public string Location { get; init; } = "main";

    public required int OnHand { get; init; }

    public required int Held { get; init; }

    /// <summary>From 1, one more with every change; also the number of the movement that came with the change.</summary>
    public required long Version { get; init; }

    /// <summary>What the last import said there is: the same file again does not undo the sales in between.</summary>
    public int? Counted { get; init; }

    /// <summary>What can still be sold.</summary>
    [JsonIgnore]
    public int Available => OnHand - Held;

    /// <summary>The most one SKU can hold, so that sums never overflow.</summary>
    public const int Most = 1_000_000_000;

    public static StockLevel None(Sku sku) => new() { Sku = sku, OnHand = 0, Held = 0, Version = 0 };

    /// <summary>Keeps some for an order; refused where less is available.</summary>
    public Result<StockLevel> Hold(int quantity) =>
        quantity <= Available ? Change(0, quantity) : InventoryProblems.Insufficient;

    /// <summary>Sells what was held.</summary>
    public Result<StockLevel> Commit(int quantity) => Change(-quantity, -quantity);

    /// <summary>Gives back what was held.</summary>
    public Result<StockLevel> Release(int quantity) => Change(0, -quantity);

    /// <summary>Adds to, or takes from, what lies there; what is held for orders cannot be taken.</summary>
    public Result<StockLevel> Move(int quantity) =>
        quantity < -Available ? InventoryProblems.BelowHeld : OnHand + (long)quantity > Most ? InventoryProblems.TooMuch : Change(quantity, 0);

    private Result<StockLevel> Change(int onHand, int held)
    {
        StockLevel changed = this with { OnHand = OnHand + onHand, Held = Held + held, Version = Version + 1 };
        return changed.Held >= 0 && changed.Held <= changed.OnHand ? changed : InventoryProblems.Inconsistent;
    }
}

public enum StockHoldStatus { Held, Committed, Released }

/// <summary>What one order holds of one SKU. Its row is named by both, so that nothing is held, sold or given back twice.</summary>
public sealed record StockHold(string OrderId, int Quantity, StockHoldStatus Status, DateTimeOffset At);

public enum StockMovementKind { Receipt, Sale, Adjustment, Count }

/// <summary>A change of what is on hand; written once, never changed.</summary>
/// <param name="Sequence">The level's version after it.</param>
/// <param name="Kind">Why.</param>
/// <param name="Quantity">What came, or negative what went.</param>
/// <param name="OnHand">What was there afterwards.</param>
/// <param name="Reference">The order, the delivery note, the adjustment or the import it belongs to.</param>
/// <param name="Reason">What staff wrote.</param>
/// <param name="At">When.</param>
public sealed record StockMovement(long Sequence, StockMovementKind Kind, int Quantity, int OnHand, string Reference, string? Reason, DateTimeOffset At);

/// <summary>So many of a SKU.</summary>
public sealed record StockLine(Sku Sku, int Quantity);
