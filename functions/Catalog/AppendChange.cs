namespace Shop.Catalog;

/// <summary>Finishes a change that its maker may not have finished: what is stored now goes to the log, unless it is there already.</summary>
public sealed class AppendChange(CatalogStore store, SynonymStore synonyms, CatalogLog log, CatalogIndex index, CatalogFollower follower)
{
    /// <summary>Among the ids of products that changed: it was the synonyms.</summary>
    internal const string Synonyms = "synonyms";

    public async Task Run(IReadOnlyList<string> productIds, CancellationToken cancellationToken)
    {
        await follower.CatchUp(cancellationToken);
        List<CatalogLogLine> missing = [];
        foreach (string id in productIds)
        {
            if (id == Synonyms)
            {
                if (await synonyms.Read(cancellationToken) is { Value: var words } && words.Version > index.Synonyms.Version) missing.Add(new CatalogLogLine { Synonyms = words });
            }
            // A note without a row: its maker died before the first write, and there is nothing to tell.
            else if (await store.Find(id, cancellationToken) is { Value: var product } && product.Version > (index.FindProduct(id)?.Product.Version ?? 0))
            {
                missing.Add(new CatalogLogLine { Product = product });
            }
        }
        await log.Append(missing, cancellationToken);
        index.Apply(missing);
    }
}
