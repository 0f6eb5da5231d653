using Shop.Common;

namespace Shop.Inventory;

/// <summary>Says where a SKU's figures come from, from the rows themselves: its movements and what orders hold. For people; it reads the SKU's whole history.</summary>
public sealed class ExplainStock(InventoryStore store)
{
    private const int Shown = 100;

    /// <param name="before">The item as it was read just now.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<StockExplanation> Run(StockItem before, CancellationToken cancellationToken)
    {
        Sku sku = before.Sku;
        var sums = new StockSums();
        var age = new StockAge(before.OnHand + before.InTransit);
        List<StockMovement> newest = [];
        List<StockHold> holds = [];
        await foreach (object row in store.History(sku, cancellationToken))
        {
            sums.Add(row);
            if (row is StockMovement movement)
            {
                age.Add(movement);
                if (newest.Count < Shown) newest.Add(movement);
            }
            if (row is StockHold hold && holds.Count < Shown) holds.Add(hold);
        }
        // Read last, with nothing changed in between, or else the rows are of two moments and prove nothing.
        StockItem item = await store.FindItem(sku, cancellationToken) ?? before;
        return new StockExplanation(
            sku, item.OnHand, item.Held, item.Available, item.InTransit, age.OldestReceivedAt,
            [.. sums.OnHand.Select(sum => new MovementSum(sum.Key.Location, sum.Key.Kind, sum.Value.Quantity, sum.Value.Count)).OrderBy(s => s.Location, StringComparer.Ordinal).ThenBy(s => s.Kind)],
            newest, [.. holds.Select(hold => new HoldShown(hold.OrderId, hold.Status, hold.Keeps, hold.BackOrdered, hold.At))],
            item.Version == before.Version ? [.. sums.Differences(item)] : [], item.Version == before.Version);
    }
}

/// <summary>Where a SKU's figures come from.</summary>
/// <param name="Sku">Which.</param>
/// <param name="OnHand">The sum of all movements.</param>
/// <param name="Held">The sum of what orders hold.</param>
/// <param name="Available">On hand less held.</param>
/// <param name="InTransit">What left a location and has not arrived: transfers out less transfers in.</param>
/// <param name="OldestReceivedAt">When the oldest of what is there came, if what came first was sold first; <c>null</c> when there is none.</param>
/// <param name="Sums">All movements, added up by location and kind.</param>
/// <param name="Movements">The newest of them, at most 100; the list of movements has all.</param>
/// <param name="Holds">The orders behind the held figure, at most 100.</param>
/// <param name="Differences">Figures that their rows do not explain; there should be none.</param>
/// <param name="Certain">Whether nothing changed while it was added up; when it did, differences cannot be told.</param>
public sealed record StockExplanation(
    Sku Sku, int OnHand, int Held, int Available, int InTransit, DateTimeOffset? OldestReceivedAt, IReadOnlyList<MovementSum> Sums, IReadOnlyList<StockMovement> Movements, IReadOnlyList<HoldShown> Holds,
    IReadOnlyList<StockDifference> Differences, bool Certain);

/// <param name="Quantity">What came less what went.</param>
/// <param name="Count">How many movements.</param>
public sealed record MovementSum(string Location, StockMovementKind Kind, int Quantity, int Count);

/// <param name="OrderId">Whose it is.</param>
/// <param name="Status">Committed ones are paid and wait for what was promised.</param>
/// <param name="Quantity">What it adds to the held figure.</param>
/// <param name="BackOrdered">What of it has not come yet.</param>
/// <param name="At">Since when.</param>
public sealed record HoldShown(string OrderId, StockHoldStatus Status, int Quantity, int BackOrdered, DateTimeOffset At);
