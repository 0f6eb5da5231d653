using Shop.Catalog;

namespace Shop.Inventory;

/// <summary>Reads from the tables what can be sold, for a catalogue that is made anew.</summary>
public sealed class AvailabilityFigures(InventoryStore store) : IAvailabilityFigures
{
    public async Task<(IReadOnlyList<AvailabilityFigure> Figures, string? Next)> Page(string? from, CancellationToken cancellationToken)
    {
        (IReadOnlyList<StockItem> items, string? next) = await store.Items(null, from, cancellationToken);
        return ([.. items.Select(AvailabilityFeed.Figure)], next);
    }
}
