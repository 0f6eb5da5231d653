using Shop.Common;

namespace Shop.Catalog;

/// <summary>The port through which an import passes on what it says of stock; Inventory stands behind it.</summary>
public interface IStockCounts
{
    /// <summary>Takes a figure of what is on hand. The same figure again changes nothing.</summary>
    /// <param name="sku">Whose stock.</param>
    /// <param name="onHand">What lies there.</param>
    /// <param name="reference">The import's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether it was news.</returns>
    Task<bool> Count(Sku sku, int onHand, string reference, CancellationToken cancellationToken);
}
