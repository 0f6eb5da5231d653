using System.Globalization;
using Shop.Catalog;
using Shop.Common;
using Shop.Email;

namespace Shop.Inventory;

/// <summary>Tells staff that a SKU has become low, by mail and as an event, once for each time. It may run twice: both carry the time's own name.</summary>
public sealed class AlertLowStock(InventoryStore store, CatalogIndex catalog, IEventPublisher events, EmailQueue mail, InventoryOptions options, ShopOptions shop)
{
    internal async Task Run(StockAlert alert, CancellationToken cancellationToken)
    {
        if (await store.FindItem(alert.Sku, cancellationToken) is not { } item) return;
        foreach (StockEpisode episode in alert.Episodes)
        {
            // A change that was announced and then not made left no such time behind.
            if (item.Reorder.FirstOrDefault(rule => rule.Location == episode.Location) is not { } rule || rule.Episode < episode.Number) continue;
            int figure = Reordering.Figure(item, rule);
            var low = new LowStock(item.Sku, catalog.FindAny(item.Sku)?.Title(shop.Locale), rule.Location, figure, rule.Point, rule.Target, Math.Max(0, rule.Target - figure - item.InTransit));
            // A mail's name has no two dots in a row, and a SKU may.
            string name = string.Create(CultureInfo.InvariantCulture, $"{item.Sku.Value.Replace(".", "=2E", StringComparison.Ordinal)}.{rule.Location ?? "all"}.{episode.Since.UtcDateTime:yyyyMMddHHmmssfff}");
            await events.Publish([new DomainEvent($"{name}|stock.low", "stock.low", 1, item.Sku.Value, item.Version, episode.Since, low)], cancellationToken);
            if (options.AlertEmail.Length > 0) await mail.Send($"stock-low.{name}", "stock-low", shop.Locale, options.AlertEmail, low, cancellationToken);
        }
    }
}

/// <summary>Data of the event <c>stock.low</c>, and what the mail shows.</summary>
/// <param name="Title">As the shop's own language has it; <c>null</c> when it is no longer sold.</param>
/// <param name="Location">Of the rule; <c>null</c> for the SKU as a whole.</param>
/// <param name="Stock">What is kept for nobody.</param>
/// <param name="Quantity">How many bring it to its target.</param>
public sealed record LowStock(Sku Sku, string? Title, string? Location, int Stock, int Point, int Target, int Quantity);
