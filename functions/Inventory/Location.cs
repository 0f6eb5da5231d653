using Shop.Common;

namespace Shop.Inventory;

/// <summary>A place where goods lie: a warehouse or a shop.</summary>
/// <param name="Id">Chosen by staff: 1 to 32 of <c>a-z 0-9 -</c>. It is part of every movement and never changes.</param>
/// <param name="Name">For people.</param>
/// <param name="Priority">The lowest is asked for goods first.</param>
/// <param name="Open">Whether goods may be brought there. What still lies in a closed place is sold last.</param>
/// <param name="Default">Whether goods go there when nobody says where; exactly one location is the default, and it is open.</param>
public sealed record Location(string Id, string Name, int Priority, bool Open, bool Default)
{
    /// <summary>Where couriers collect what lies there; <c>null</c> for the address of the settings.</summary>
    public Address? Address { get; init; }

    /// <summary>There from the beginning, so that a shop with one place never hears of locations.</summary>
    public static Location Main { get; } = new("main", "Main", 100, Open: true, Default: true);

    public const string IdPattern = "^[a-z0-9-]+$";

    public const int MaxIdLength = 32;

    /// <summary>How many a shop has at most: their levels share one row for each SKU.</summary>
    public const int Most = 50;
}

/// <summary>What may be done with the list of locations. Pure.</summary>
internal static class LocationRules
{
    /// <summary>The list with one location added or replaced; the default moves to it when it says so.</summary>
    public static Result<Location[]> Put(IReadOnlyList<Location> locations, Location changed)
    {
        Location? before = locations.FirstOrDefault(location => location.Id == changed.Id);
        if (before is null && locations.Count >= Location.Most) return InventoryProblems.TooManyLocations;
        if (changed is { Default: true, Open: false } || before is { Default: true } && !changed.Default) return InventoryProblems.DefaultLocation;
        return (Location[])[.. locations.Where(location => location.Id != changed.Id).Select(location => changed.Default ? location with { Default = false } : location), changed];
    }
}
