using Shop.Common;

namespace Shop.Catalog;

/// <summary>The port through which an import passes on what it says of stock; Inventory stands behind it.</summary>
public interface IStockCounts
{
    /// <summary>Takes a figure of what is on hand. The same figure again changes nothing.</summary>
    /// <param name="sku">Whose stock.</param>
    /// <param name="onHand">What lies there.</param>
    /// <param name="reference">The import's id.</param>
    /// <param name="actor">Who imports.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>What was taken.</returns>
    /// <exception cref="InvalidOperationException">It could not be counted now; trying again may do.</exception>
    Task<CountedStock> Count(Sku sku, int onHand, string reference, string actor, CancellationToken cancellationToken);
}

/// <param name="IsNews">Whether the figure is another than the last import's.</param>
/// <param name="Taken">What lies there now: more than the file says where more is held for orders, less where the SKU would hold too much with what lies elsewhere. Of no meaning where the figure is no news.</param>
public sealed record CountedStock(bool IsNews, int Taken);
