using System.Globalization;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>The keys of table <c>Stock</c>. The partition is the SKU; docs/tables.md shows a row of each.</summary>
internal static class StockKeys
{
    public static string Partition(Sku sku) => sku.Value;

    public static string Level(Sku sku) => $"{sku}|level";

    public static string Hold(Sku sku, string orderId) => $"{sku}|hold|{orderId}";

    public static string Movement(Sku sku, long sequence) => string.Create(CultureInfo.InvariantCulture, $"{sku}|movement|{sequence:D12}");

    /// <summary>Says that the movement of this reference was made, and which it is.</summary>
    public static string Reference(Sku sku, string reference) => $"{sku}|reference|{reference}";
}
