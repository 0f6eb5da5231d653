using System.Globalization;
using Shop.Common;

namespace Shop.Inventory;

/// <summary>The keys of table <c>Stock</c>. The partition is the SKU; docs/tables.md shows a row of each.</summary>
internal static class StockKeys
{
    private const long Last = 999_999_999_999;

    public static string Partition(Sku sku) => sku.Value;

    /// <summary>The partition that lists every SKU that ever had an item. No SKU has the sign in it.</summary>
    public const string Known = "known|skus";

    public static string KnownSku(Sku sku) => $"{Known}|{sku}";

    public static string Item(Sku sku) => $"{sku}|item";

    public static string Hold(Sku sku, string orderId) => $"{sku}|hold|{orderId}";

    /// <summary>Numbered downwards, so that the newest come first.</summary>
    public static string Movement(Sku sku, long sequence) => string.Create(CultureInfo.InvariantCulture, $"{sku}|movement|{Last - sequence:D12}");

    /// <summary>Where an order waits for what it was promised; the first in line has the lowest number.</summary>
    public static string BackOrder(Sku sku, long number) => string.Create(CultureInfo.InvariantCulture, $"{sku}|backorder|{number:D12}");

    /// <summary>Says that the movement of this reference was made, and which it is.</summary>
    public static string Reference(Sku sku, string reference) => $"{sku}|reference|{reference}";

    /// <summary>From, and up to but without, every key of a kind: <c>hold</c>, <c>movement</c>, <c>backorder</c>.</summary>
    public static (string From, string Below) AllOf(Sku sku, string kind) => ($"{sku}|{kind}|", $"{sku}|{kind}}}");
}
