using Shop.Catalog;
using Shop.Common;

namespace Shop.Inventory;

internal static class StockLines
{
    /// <summary>One line for each SKU that has stock, by SKU.</summary>
    public static StockLine[] Sum(IEnumerable<StockLine> lines, CatalogIndex catalog) =>
        [.. lines
            .Where(line => catalog.Find(line.Sku)?.Kind != ProductKind.Digital)
            .GroupBy(line => line.Sku)
            .Select(sku => new StockLine(sku.Key, sku.Aggregate(0, (sum, line) => checked(sum + Positive(line)))))
            .OrderBy(line => line.Sku)];

    private static int Positive(StockLine line) =>
        line.Quantity > 0 ? line.Quantity : throw new ArgumentOutOfRangeException(nameof(line), line.Quantity, $"A line of {line.Sku} must be positive.");
}
