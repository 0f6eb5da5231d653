using Shop.Common;

namespace Shop.Inventory;

/// <summary>Every refusal of this module.</summary>
public static class InventoryProblems
{
    public static Problem Insufficient { get; } = new(409, "stock.insufficient", "There is not enough in stock.");

    public static Problem BelowHeld { get; } = new(409, "stock.below-held", "That would leave less than is held for orders.");

    public static Problem TooMuch { get; } = new(422, "stock.too-much", $"One SKU holds at most {StockItem.Most}.");

    /// <summary>The order gave its stock back already: a late repeat of the hold must not take it again.</summary>
    public static Problem HoldReleased { get; } = new(409, "stock.hold-released", "The order's stock was given back.");

    /// <summary>What was sold comes back by a return.</summary>
    public static Problem HoldCommitted { get; } = new(409, "stock.hold-committed", "The order's stock was sold.");

    /// <summary>The order holds less, or was never given any.</summary>
    public static Problem NotSold { get; } = new(409, "stock.not-sold", "The order was not sold so much of this article, or it came back before.");

    public static Problem HoldMissing { get; } = new(409, "stock.hold-missing", "The order holds no stock of this SKU.");

    public static Problem LocationUnknown { get; } = new Problem(404, "stock.location-unknown", "There is no such location.");

    /// <summary>Chosen by staff, so that it may be taken.</summary>
    public static Problem LocationExists { get; } = new Problem(409, "stock.location-exists", "There is a location with this id.").At("/id", "is taken");

    public static Problem LocationClosed { get; } = new(409, "stock.location-closed", "This location is closed: nothing is brought there any more.");

    public static Problem TooManyLocations { get; } = new(422, "stock.too-many-locations", $"A shop has at most {Location.Most} locations.");

    /// <summary>Another location is made the default first.</summary>
    public static Problem DefaultLocation { get; } = new(409, "stock.default-location", "There is always one default location, and it is open: make another one the default first.");

    public static Problem SameLocation { get; } = new Problem(422, "stock.same-location", "A transfer goes from one location to another.").At("/to", "is where the goods are already");

    public static Problem TooManyTransfers { get; } = new(409, "stock.too-many-transfers", $"At most {StockItem.MostTransits} transfers of one SKU are on their way at a time.");

    public static Problem ReorderInvalid { get; } = new(422, "stock.reorder-invalid", "A reorder point has an existing location or none, once, and a target at or above it.");

    /// <summary>Receipts, adjustments, counts and transfers of a SKU have their references in common.</summary>
    public static Problem ReferenceUsed { get; } = new Problem(422, "stock.reference-used", "Something else was done with this SKU under this reference.").At("/reference", "was used before");

    public static Problem TransferUnknown { get; } = new(404, "stock.transfer-unknown", "There is no transfer of this SKU under this reference.");

    /// <summary>Other instances changed the same SKU all the time.</summary>
    public static Problem Busy { get; } = new(503, "stock.busy", "The stock of this SKU is changing too quickly; try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
}
