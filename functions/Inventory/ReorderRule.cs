using System.Text.Json.Serialization;

namespace Shop.Inventory;

/// <summary>When a SKU is to be bought again, and up to how many.</summary>
/// <param name="Location">For this location alone; <c>null</c> for the SKU as a whole.</param>
/// <param name="Point">At this many, or fewer, that are kept for nobody, it is low.</param>
/// <param name="Target">What there should be after buying.</param>
/// <param name="LeadTimeDays">From ordering to receiving; the shop's own where it is <c>null</c>.</param>
public sealed record ReorderRule(string? Location, int Point, int Target, int? LeadTimeDays = null)
{
    /// <summary>Since when it is low; <c>null</c> while it is not. Staff is told once for each time.</summary>
    public DateTimeOffset? LowSince { get; init; }

    /// <summary>How often it has become low.</summary>
    public int Episode { get; init; }

    [JsonIgnore]
    public bool IsLow => LowSince is not null;
}

/// <summary>Watches the reorder points. Pure.</summary>
internal static class Reordering
{
    /// <summary>The figure that is compared with the point: of a location what is free there, else what can still be sold.</summary>
    public static int Figure(StockItem item, ReorderRule rule) => rule.Location is { } location ? item.At(location).Free : item.Available;

    /// <summary>Marks the rules that became low and those that are no longer.</summary>
    /// <returns>The item, and the rules that staff is to be told of.</returns>
    public static (StockItem Item, IReadOnlyList<ReorderRule> Fell) Watch(StockItem item, DateTimeOffset now)
    {
        if (item.Reorder.Count == 0) return (item, []);
        ReorderRule[] rules = [.. item.Reorder.Select(rule => (Low: Figure(item, rule) <= rule.Point, rule.IsLow) switch
        {
            (true, false) => rule with { LowSince = now, Episode = rule.Episode + 1 },
            (false, true) => rule with { LowSince = null },
            _ => rule,
        })];
        return (item with { Reorder = rules }, [.. rules.Where((rule, i) => rule.Episode != item.Reorder[i].Episode)]);
    }
}
