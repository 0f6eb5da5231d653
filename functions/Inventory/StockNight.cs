using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Shop.Catalog;
using Shop.Common;
using Shop.Email;

namespace Shop.Inventory;

/// <summary>
/// Once a night, over all rows of stock and some SKUs at a time: adds up each SKU's movements and holds and reports what its figures do not agree with,
/// tells the catalogue what it does not know of them, serves those who still wait for goods that are there, and finds out what is to be bought and what lies around.
/// What each part of the night found is kept until the last one puts it together.
/// </summary>
public sealed partial class StockNight(
    InventoryStore store, CatalogIndex catalog, StockReports reports, FillBackOrders fill, AvailabilityFeed feed, IEventPublisher events, EmailQueue mail, InventoryOptions options, ShopOptions shop, ILogger<StockNight> logger)
{
    /// <summary>So many are told by mail; the report has all.</summary>
    private const int MostInMail = 50;

    /// <returns>Where to go on; <c>null</c> when the night is over.</returns>
    internal async Task<StockWalk?> Run(StockWalk walk, CancellationToken cancellationToken, int rowsAtOnce = InventoryStore.PagesAtOnce * 1000)
    {
        List<StockDifference> differences = [];
        List<PurchaseSuggestion> suggestions = [];
        List<StockSurplus> surpluses = [];
        int skus = 0, rows = 0;
        string? reached = null;
        await foreach (StockNightly one in Read(walk, cancellationToken))
        {
            skus++;
            if (one.History.Item is { Version: > 0 } item) feed.Announce(item);
            differences.AddRange(await Confirm(one, cancellationToken));
            if (one.History.Item is { BackOrdered: > 0, Free: > 0 } waiting) await fill.Run(waiting, cancellationToken);
            // What is no longer sold is not bought again.
            if (catalog.FindAny(one.History.Item.Sku) is { ProductEntry.Product.Status: not ProductStatus.Archived }) suggestions.AddRange(Purchasing.Suggest(one.History, options));
            if (Purchasing.Surplus(one.History, options, walk.At) is { } surplus) surpluses.Add(surplus);
            if ((rows += one.Rows) < rowsAtOnce) continue;
            reached = one.History.Item.Sku.Value;
            break;
        }
        await reports.Keep(new StockNightPart(skus, differences, suggestions, surpluses), walk, cancellationToken);
        if (reached is not null) return walk with { From = reached, Part = walk.Part + 1 };
        await End(walk, cancellationToken);
        return null;
    }

    /// <summary>Puts the parts together. Where the first is gone, it was done before, and only this message came once more.</summary>
    private async Task End(StockWalk walk, CancellationToken cancellationToken)
    {
        if (await reports.Kept(walk, cancellationToken) is { } parts)
        {
            StockDifference[] differences = [.. parts.SelectMany(p => p.Differences)];
            await reports.Write(
                new StockReport<PurchaseSuggestion>(walk.At, [.. parts.SelectMany(p => p.Suggestions).OrderByDescending(s => s.SoldPerDay).ThenBy(s => s.Sku)]), StockReports.Suggestions, cancellationToken);
            await reports.Write(new StockReport<StockSurplus>(walk.At, [.. parts.SelectMany(p => p.Surpluses).OrderBy(s => s.Sku)]), StockReports.Surpluses, cancellationToken);
            await reports.Write(new StockReport<StockDifference>(walk.At, differences), StockReports.Differences, cancellationToken);
            Checked(parts.Sum(p => p.Skus), differences.Length);
            if (differences.Length > 0) await Tell(differences, walk.At, cancellationToken);
        }
        await reports.Drop(walk, cancellationToken);
    }

    /// <summary>Rows come sorted by partition, and within it holds, then the item, then movements: a SKU is complete when the next begins.</summary>
    private async IAsyncEnumerable<StockNightly> Read(StockWalk walk, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StockNightly? current = null;
        Sku last = default;
        await foreach ((Sku sku, object row) in store.Everything(walk.From, cancellationToken))
        {
            if (current is null || sku != last)
            {
                if (current is not null) yield return current;
                (current, last) = (new StockNightly(sku, walk.At.AddDays(-options.VelocityDays)), sku);
            }
            current.Add(row);
        }
        if (current is not null) yield return current;
    }

    /// <summary>A pass takes its time, and the shop goes on selling: what looks wrong is added up again, SKU by SKU, until nothing changed meanwhile.</summary>
    private async Task<IReadOnlyList<StockDifference>> Confirm(StockNightly one, CancellationToken cancellationToken)
    {
        const int MostAttempts = 5;
        if (!one.Sums.Differences(one.History.Item).Any()) return [];
        Sku sku = one.History.Item.Sku;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            StockItem? before = await store.FindItem(sku, cancellationToken);
            var sums = new StockSums();
            await foreach (object row in store.History(sku, cancellationToken)) sums.Add(row);
            StockItem? after = await store.FindItem(sku, cancellationToken);
            if (before?.Version == after?.Version) return [.. sums.Differences(after ?? StockItem.None(sku))];
        }
        NotConfirmed(sku);
        return [];
    }

    private async Task Tell(IReadOnlyList<StockDifference> differences, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Differ(differences.Count);
        string day = $"{now:yyyy-MM-dd}";
        await events.Publish(
            [.. differences.GroupBy(d => d.Sku).Select(sku => new DomainEvent($"{sku.Key}|stock.differs|{day}", "stock.differs", 1, sku.Key.Value, now.ToUnixTimeSeconds(), now, new { sku = sku.Key, differences = sku.ToArray() }))],
            cancellationToken);
        if (options.AlertEmail.Length > 0)
            await mail.Send($"stock-differs.{day}", "stock-differs", shop.Locale, options.AlertEmail, new { count = differences.Count, differences = differences.Take(MostInMail) }, cancellationToken);
    }

    [LoggerMessage(2110, LogLevel.Information, "Stock of {Skus} SKUs was added up; {Differences} figures are not explained.")]
    private partial void Checked(int skus, int differences);

    [LoggerMessage(2111, LogLevel.Error, "{Differences} stock figures are not explained by their movements and holds.")]
    private partial void Differ(int differences);

    [LoggerMessage(2112, LogLevel.Warning, "Stock of {Sku} changes too quickly to be added up; the next night tries again.")]
    private partial void NotConfirmed(Sku sku);
}

/// <summary>A SKU while its rows are read.</summary>
internal sealed class StockNightly(Sku sku, DateTimeOffset recent)
{
    private StockItem _item = StockItem.None(sku);
    private StockAge _age = new(0);
    private int _sold;

    public StockSums Sums { get; } = new();

    public int Rows { get; private set; }

    public StockHistory History => new(_item, _sold, Sums.LastSold, _age.ThereSince, _age.OldestReceivedAt);

    public void Add(object row)
    {
        Rows++;
        if (row is StockItem item) (_item, _age) = (item, new StockAge(item.OnHand + item.InTransit));
        else Sums.Add(row);
        if (row is StockMovement movement) _age.Add(movement);
        if (row is StockMovement { Kind: StockMovementKind.Sale or StockMovementKind.Return } sale && sale.At >= recent) _sold -= sale.Quantity;
    }
}
