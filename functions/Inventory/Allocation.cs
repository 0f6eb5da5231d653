namespace Shop.Inventory;

/// <summary>
/// The rule by which goods are taken from locations: from the first place, in the declared order, that has all of it; where none has, from
/// each place in that order as far as it goes. One parcel is cheaper than two.
/// </summary>
public static class Allocation
{
    /// <param name="levels">What lies where.</param>
    /// <param name="locations">In any order; a place that is not among them, or is closed, comes last: what still lies there is sold all the same.</param>
    /// <param name="quantity">At most what is free at all places together.</param>
    public static IReadOnlyList<StockShare> Choose(IReadOnlyList<StockLevel> levels, IReadOnlyList<Location> locations, int quantity)
    {
        if (quantity == 0) return [];
        StockLevel[] ordered = [.. levels.Where(level => level.Free > 0)
            .OrderBy(level => Rank(locations.FirstOrDefault(location => location.Id == level.Location)))
            .ThenBy(level => level.Location, StringComparer.Ordinal)];
        if (ordered.FirstOrDefault(level => level.Free >= quantity) is { } whole) return [new StockShare(whole.Location, quantity)];

        List<StockShare> shares = [];
        foreach (StockLevel level in ordered)
        {
            int taken = Math.Min(level.Free, quantity);
            if (taken > 0) shares.Add(new StockShare(level.Location, taken));
            quantity -= taken;
        }
        return quantity == 0 ? shares : throw new ArgumentOutOfRangeException(nameof(quantity), "More was asked for than is free.");
    }

    private static int Rank(Location? location) => location is { Open: true } ? location.Priority : int.MaxValue;
}
