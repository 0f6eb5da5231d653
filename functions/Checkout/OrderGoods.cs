using Shop.Inventory;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>What an order takes from stock.</summary>
internal static class OrderGoods
{
    public static StockLine[] Of(Order order) => [.. order.Lines.Where(l => !l.IsDigital).Select(l => new StockLine(l.Sku, l.Quantity))];
}
