namespace Shop.Catalog;

/// <summary>Finishes a change that its maker may not have finished: what the rows say now goes to the log, unless it is there already.</summary>
public sealed class AppendChange(CatalogStore store, CatalogLog log, CatalogIndex index, CatalogFollower follower)
{
    public async Task Run(IReadOnlyList<string> productIds, CancellationToken cancellationToken)
    {
        await follower.CatchUp(cancellationToken);
        List<CatalogLogLine> missing = [];
        foreach (string id in productIds)
        {
            // A note without a row: its maker died before the first write, and there is nothing to tell.
            if (await store.Find(id, cancellationToken) is { Value: var product } && product.Version > (index.FindProduct(id)?.Product.Version ?? 0))
                missing.Add(new CatalogLogLine { Product = product });
        }
        await log.Append(missing, cancellationToken);
        index.Apply(missing);
    }
}
