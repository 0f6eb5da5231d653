using Shop.Common;

namespace Shop.Marketing;

/// <summary>The refusals about being told of goods that are there again.</summary>
public static class BackInStockProblems
{
    public static Problem NotWaiting { get; } = new(404, "back-in-stock.not-waiting", "You do not wait for this article.");

    public static Problem Available { get; } = new Problem(409, "back-in-stock.available", "There is nothing to wait for: it can be bought now.").At("/sku", "is in stock");
}
