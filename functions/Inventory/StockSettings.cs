using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Azure;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>What staff has set for a SKU. Its version is its own: sales in between do not make an edit stale.</summary>
/// <param name="Policy">Whether more may be sold than there is.</param>
/// <param name="Reorder">When it is to be bought again.</param>
public sealed record StockSettings(StockPolicy Policy, IReadOnlyList<ReorderPoint> Reorder)
{
    internal static StockSettings Of(StockItem item) => new(item.Policy, [.. item.Reorder.Select(rule => new ReorderPoint(rule.Point, rule.Target, rule.Location, rule.LeadTimeDays))]);

    internal static ETag Version(StockItem item) => new(JsonSerializer.Serialize(Of(item), ShopJson.Options));

    internal bool SameAs(StockSettings other) => Policy == other.Policy && Reorder.SequenceEqual(other.Reorder);
}

/// <param name="Point">At this many, or fewer, that are kept for nobody, it is low.</param>
/// <param name="Target">What there should be after buying; at least the point.</param>
/// <param name="Location">For this location alone; the SKU as a whole when absent.</param>
/// <param name="LeadTimeDays">From ordering to receiving; the shop's own when absent.</param>
public sealed record ReorderPoint(
    [property: Range(0, StockItem.Most)] int Point,
    [property: Range(0, StockItem.Most)] int Target,
    [property: RegularExpression(Inventory.Location.IdPattern), StringLength(Inventory.Location.MaxIdLength)] string? Location = null,
    [property: Range(0, 365)] int? LeadTimeDays = null);

/// <param name="Data">One for the SKU, and one for each location that has its own; none when nobody wants to be told.</param>
public sealed record ReorderPoints([property: MaxLength(Location.Most + 1)] IReadOnlyList<ReorderPoint> Data);

/// <param name="Kind">Nothing is promised, goods that come again, or goods that come for the first time.</param>
/// <param name="Limit">The most that is promised at a time.</param>
/// <param name="AvailableFrom">When the goods are expected; absent while nobody knows.</param>
public sealed record StockPolicyBody(OversellKind Kind, [property: Range(0, 1_000_000)] int Limit = 0, DateOnly? AvailableFrom = null);
