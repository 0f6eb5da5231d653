using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>
/// How much of a SKU there is, where it lies, and how much of it is spoken for. No place ever holds less than nothing or more for orders than
/// lies there; what is promised beyond that is counted apart and never exceeds the SKU's policy. On hand is the sum of the movements.
/// </summary>
public sealed record StockItem
{
    public required Sku Sku { get; init; }

    /// <summary>By location, in the order of their ids: every place where some ever lay.</summary>
    public IReadOnlyList<StockLevel> Levels { get; init; } = [];

    /// <summary>Promised to orders beyond what lies anywhere.</summary>
    public int BackOrdered { get; init; }

    /// <summary>On their way between locations: no longer on hand at one and not yet at the other.</summary>
    public IReadOnlyList<StockTransit> Transits { get; init; } = [];

    /// <summary>From 1, one more with every change.</summary>
    public required long Version { get; init; }

    /// <summary>The number of the newest movement.</summary>
    public long LastMovement { get; init; }

    /// <summary>What the last import said there is: the same file again does not undo the sales in between.</summary>
    public int? Counted { get; init; }

    /// <summary>Somebody wants to be told when there are some again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Awaited { get; init; }

    public StockPolicy Policy { get; init; } = StockPolicy.Deny;

    /// <summary>When to buy again, for the SKU as a whole or for one location each.</summary>
    public IReadOnlyList<ReorderRule> Reorder { get; init; } = [];

    [JsonIgnore]
    public int OnHand => Levels.Sum(level => level.OnHand);

    /// <summary>Kept for orders, whether it lies somewhere or is promised.</summary>
    [JsonIgnore]
    public int Held => Levels.Sum(level => level.Held) + BackOrdered;

    /// <summary>What can still be sold of what is there; negative while more is promised than there is.</summary>
    [JsonIgnore]
    public int Available => OnHand - Held;

    /// <summary>What lies somewhere and is kept for nobody, although orders may wait for it.</summary>
    [JsonIgnore]
    public int Free => Levels.Sum(level => level.Free);

    [JsonIgnore]
    public int InTransit => Transits.Sum(transit => transit.Quantity);

    /// <summary>What may still be promised beyond what is there.</summary>
    [JsonIgnore]
    public int Promisable => Policy.Kind == OversellKind.Deny ? 0 : Math.Max(0, Policy.Limit - BackOrdered);

    /// <summary>The most one SKU can hold, so that sums never overflow.</summary>
    public const int Most = 1_000_000_000;

    /// <summary>How many transfers of one SKU may be on their way.</summary>
    public const int MostTransits = 50;

    public static StockItem None(Sku sku) => new() { Sku = sku, Version = 0 };

    public StockLevel At(string location) => Levels.FirstOrDefault(level => level.Location == location) ?? new StockLevel(location, 0, 0);

    /// <summary>Keeps some for an order, from where the rule says; what is not there is promised as far as the policy allows, or all is refused.</summary>
    public Result<StockTaken> Hold(int quantity, IReadOnlyList<Location> locations)
    {
        int now = Math.Clamp(Available, 0, quantity), later = quantity - now;
        if (later > Promisable) return InventoryProblems.Insufficient;
        IReadOnlyList<StockShare> shares = Allocation.Choose(Levels, locations, now);
        return new StockTaken(Put(shares, onHand: 0, held: 1) with { BackOrdered = BackOrdered + later }, shares, later);
    }

    /// <summary>Sells what was held where it lies; what was promised stays promised until it comes.</summary>
    public StockItem Commit(IReadOnlyList<StockShare> shares) => Put(shares, onHand: -1, held: -1);

    /// <summary>Gives back what was held, and takes back what was promised.</summary>
    public StockItem Release(StockHold hold) => Put(hold.Shares, onHand: 0, held: -1) with { BackOrdered = BackOrdered - hold.BackOrdered };

    /// <summary>Takes back some of what was sold, and some of what was promised with it.</summary>
    public StockItem Return(IReadOnlyList<StockShare> shares, int promised) => Put(shares, onHand: 1, held: 0) with { BackOrdered = BackOrdered - promised };

    /// <summary>Keeps for an order what it was promised, as far as it has come.</summary>
    public StockTaken Fill(int promised, IReadOnlyList<Location> locations)
    {
        IReadOnlyList<StockShare> shares = Allocation.Choose(Levels, locations, Math.Min(promised, Free));
        int filled = shares.Sum(share => share.Quantity);
        return new StockTaken(Put(shares, onHand: 0, held: 1) with { BackOrdered = BackOrdered - filled }, shares, promised - filled);
    }

    /// <summary>Adds to, or takes from, what lies somewhere; what is held there for orders cannot be taken.</summary>
    public Result<StockItem> Move(string location, int quantity) =>
        quantity < -At(location).Free ? InventoryProblems.BelowHeld
        : OnHand + InTransit + (long)quantity > Most ? InventoryProblems.TooMuch
        : Put([new StockShare(location, quantity)], onHand: 1, held: 0);

    /// <summary>Whether it can be: level and hold that were read at two moments may contradict each other.</summary>
    internal bool IsPossible => BackOrdered >= 0 && Levels.All(level => level.Held >= 0 && level.Held <= level.OnHand);

    private StockItem Put(IReadOnlyList<StockShare> shares, int onHand, int held)
    {
        List<StockLevel> levels = [.. Levels];
        foreach (StockShare share in shares)
        {
            int at = levels.FindIndex(level => level.Location == share.Location);
            StockLevel before = at < 0 ? new StockLevel(share.Location, 0, 0) : levels[at];
            StockLevel after = before with { OnHand = before.OnHand + (onHand * share.Quantity), Held = before.Held + (held * share.Quantity) };
            if (at < 0) levels.Add(after);
            else levels[at] = after;
        }
        levels.Sort((a, b) => string.CompareOrdinal(a.Location, b.Location));
        return this with { Levels = levels, Version = Version + 1 };
    }
}

/// <summary>What lies at one location.</summary>
/// <param name="Location">Its id.</param>
/// <param name="OnHand">What lies there.</param>
/// <param name="Held">What of it is kept for orders.</param>
public sealed record StockLevel(string Location, int OnHand, int Held)
{
    [JsonIgnore]
    public int Free => OnHand - Held;
}

/// <summary>So many at one location.</summary>
public sealed record StockShare(string Location, int Quantity);

/// <summary>What a hold made of an item.</summary>
/// <param name="Item">The item afterwards.</param>
/// <param name="Shares">From where it was taken.</param>
/// <param name="BackOrdered">What was promised instead.</param>
public sealed record StockTaken(StockItem Item, IReadOnlyList<StockShare> Shares, int BackOrdered);

/// <summary>Goods on their way between two locations.</summary>
/// <param name="Reference">Of the transfer; both of its movements carry it.</param>
public sealed record StockTransit(string Reference, string From, string To, int Quantity, DateTimeOffset At);

public enum OversellKind { Deny, Backorder, Preorder }

/// <summary>Whether more may be sold than there is.</summary>
/// <param name="Kind">Nothing, goods that come again, or goods that come for the first time.</param>
/// <param name="Limit">The most that is promised at a time.</param>
/// <param name="AvailableFrom">When the goods are expected, in the shop's time zone; <c>null</c> while nobody knows.</param>
public sealed record StockPolicy(OversellKind Kind, int Limit, DateOnly? AvailableFrom)
{
    public static StockPolicy Deny { get; } = new(OversellKind.Deny, 0, null);
}

/// <summary>Released at the order's end, expired by the sweep that found its checkout gone.</summary>
public enum StockHoldStatus { Held, Committed, Released, Expired }

/// <summary>What one order holds of one SKU. Its row is named by both, so that nothing is held, sold or given back twice.</summary>
/// <param name="Quantity">What the order asked for.</param>
public sealed record StockHold(string OrderId, int Quantity, StockHoldStatus Status, DateTimeOffset At)
{
    /// <summary>Where it was taken from.</summary>
    public IReadOnlyList<StockShare> Shares { get; init; } = [];

    /// <summary>What of it is promised and has not come yet.</summary>
    public int BackOrdered { get; init; }

    /// <summary>Its place among those who wait; the lowest is served first.</summary>
    public long? Queue { get; init; }

    /// <summary>Under which references some of what was sold came back, so that it comes back once.</summary>
    public IReadOnlyList<string> Returns { get; init; } = [];

    /// <summary>What it adds to the item's held figure.</summary>
    [JsonIgnore]
    public int Keeps => Status switch
    {
        StockHoldStatus.Held => Quantity,
        StockHoldStatus.Committed => BackOrdered,
        _ => 0,
    };
}

public enum StockMovementKind { Receipt, Sale, Adjustment, Count, TransferOut, TransferIn, Return }

/// <summary>Why staff corrected a figure.</summary>
public enum StockReason { Damaged, Lost, Stolen, Expired, Found, Sample, Correction }

/// <summary>A change of what is on hand; written once, never changed.</summary>
/// <param name="Sequence">From 1 for each SKU, without gaps.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Location">Where.</param>
/// <param name="Quantity">What came, or negative what went.</param>
/// <param name="OnHand">What lay at this location afterwards.</param>
/// <param name="Reference">The order, the delivery note, the adjustment, the count, the transfer or the import it belongs to.</param>
/// <param name="Reason">Of an adjustment, or of a count where somebody knew it.</param>
/// <param name="Note">What staff wrote.</param>
/// <param name="Actor">Who did it, such as <c>staff:stf_…</c> or <c>system</c>.</param>
/// <param name="At">When.</param>
public sealed record StockMovement(
    long Sequence, StockMovementKind Kind, string Location, int Quantity, int OnHand, string Reference, StockReason? Reason, string? Note, string Actor, DateTimeOffset At)
{
    /// <summary>The actor of what no person did.</summary>
    public const string System = "system";
}

/// <summary>So many of a SKU.</summary>
public sealed record StockLine(Sku Sku, int Quantity);
