using Shop.Common;

namespace Shop.Inventory;

/// <summary>What the night found out about a SKU.</summary>
/// <param name="Sold">In the days that speed is taken from.</param>
/// <param name="LastSoldAt"><c>null</c> when it never was.</param>
/// <param name="ThereSince">When what lifted it from nothing came; <c>null</c> while there is none.</param>
/// <param name="OldestReceivedAt">When the oldest of what is there came, if what came first was sold first.</param>
public sealed record StockHistory(StockItem Item, int Sold, DateTimeOffset? LastSoldAt, DateTimeOffset? ThereSince, DateTimeOffset? OldestReceivedAt = null);

/// <summary>What is to be bought, and what lies around, by rule. Pure.</summary>
public static class Purchasing
{
    /// <summary>
    /// A SKU is bought again when what can be sold, with what is on its way, does not last for the lead time or is at its reorder point. It is
    /// bought up to its target, or for the lead time and the days of cover that the shop wants, whichever is more.
    /// </summary>
    public static IEnumerable<PurchaseSuggestion> Suggest(StockHistory history, InventoryOptions options)
    {
        StockItem item = history.Item;
        decimal perDay = PerDay(history, options);
        ReorderRule? whole = item.Reorder.FirstOrDefault(rule => rule.Location is null);
        int leadTime = whole?.LeadTimeDays ?? options.LeadTimeDays;
        int point = Math.Max(whole?.Point ?? -1, perDay > 0 ? Ceiling(perDay * leadTime) : -1);
        int stock = item.Available + item.InTransit;
        int wanted = Math.Max(whole?.Target ?? 0, Ceiling(perDay * (leadTime + options.CoverDays)));
        if (stock <= point && wanted > stock) yield return new PurchaseSuggestion(item.Sku, null, stock, point, perDay, leadTime, wanted - stock);

        foreach (ReorderRule rule in item.Reorder)
        {
            if (rule.Location is not { } location) continue;
            int there = item.At(location).Free + item.Transits.Where(transit => transit.To == location).Sum(transit => transit.Quantity);
            if (there <= rule.Point && rule.Target > there) yield return new PurchaseSuggestion(item.Sku, location, there, rule.Point, perDay, rule.LeadTimeDays ?? options.LeadTimeDays, rule.Target - there);
        }
    }

    /// <summary>Dead stock was not sold for long, though it was there; overstock lasts too long at the present speed.</summary>
    public static StockSurplus? Surplus(StockHistory history, InventoryOptions options, DateTimeOffset now)
    {
        StockItem item = history.Item;
        if (item.Available <= 0) return null;
        // What was sold out and has come again yesterday does not lie around, whenever it was last sold.
        DateTimeOffset moved = history.LastSoldAt > history.ThereSince ? history.LastSoldAt.Value : history.ThereSince ?? history.LastSoldAt ?? now;
        decimal perDay = PerDay(history, options);
        int? cover = perDay > 0 ? Ceiling(item.Available / perDay) : null;
        if (now - moved >= TimeSpan.FromDays(options.DeadStockDays)) return Told(SurplusKind.DeadStock);
        return cover > options.OverstockDays ? Told(SurplusKind.Overstock) : null;

        StockSurplus Told(SurplusKind kind) => new(
            item.Sku, kind, item.OnHand, item.Available, history.LastSoldAt, cover, history.OldestReceivedAt, history.OldestReceivedAt is { } oldest ? (int)(now - oldest).TotalDays : null);
    }

    private static decimal PerDay(StockHistory history, InventoryOptions options) => Math.Round((decimal)history.Sold / options.VelocityDays, 2, MidpointRounding.AwayFromZero);

    private static int Ceiling(decimal quantity) => (int)Math.Min(StockItem.Most, Math.Ceiling(quantity));
}

/// <summary>What should be bought.</summary>
/// <param name="Location">For which location; <c>null</c> for the SKU as a whole.</param>
/// <param name="Stock">What can be sold, with what is on its way.</param>
/// <param name="Point">At which it is to be bought again.</param>
/// <param name="SoldPerDay">In recent days, at all locations.</param>
/// <param name="LeadTimeDays">From ordering to receiving.</param>
/// <param name="Quantity">How many to buy.</param>
public sealed record PurchaseSuggestion(Sku Sku, string? Location, int Stock, int Point, decimal SoldPerDay, int LeadTimeDays, int Quantity);

public enum SurplusKind { Overstock, DeadStock }

/// <summary>What lies around.</summary>
/// <param name="LastSoldAt"><c>null</c> when it never was.</param>
/// <param name="DaysOfCover">How long it lasts at the present speed; <c>null</c> for ever.</param>
/// <param name="OldestReceivedAt">When the oldest of it came, if what came first was sold first.</param>
/// <param name="AgeDays">How old that is.</param>
public sealed record StockSurplus(
    Sku Sku, SurplusKind Kind, int OnHand, int Available, DateTimeOffset? LastSoldAt, int? DaysOfCover, DateTimeOffset? OldestReceivedAt = null, int? AgeDays = null);
