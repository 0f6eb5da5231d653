using Shop.Common;

namespace Shop.Inventory;

internal static class StockLines
{
    /// <summary>One line for each SKU, by SKU. What an order holds does not depend on what the catalogue says of the article today.</summary>
    public static StockLine[] Sum(IEnumerable<StockLine> lines) =>
        [.. lines
            .GroupBy(line => line.Sku)
            .Select(sku => new StockLine(sku.Key, sku.Aggregate(0, (sum, line) => checked(sum + Positive(line)))))
            .OrderBy(line => line.Sku)];

    private static int Positive(StockLine line) =>
        line.Quantity > 0 ? line.Quantity : throw new ArgumentOutOfRangeException(nameof(line), line.Quantity, $"A line of {line.Sku} must be positive.");
}
