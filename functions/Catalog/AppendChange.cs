using Microsoft.Extensions.Logging;

namespace Shop.Catalog;

/// <summary>Finishes a change that its maker may not have finished: what is stored now goes to the log, unless it is there already.</summary>
public sealed partial class AppendChange(CatalogStore store, SynonymStore synonyms, CategoryStore categories, CatalogLog log, CatalogIndex index, CatalogFollower follower, ILogger<AppendChange> logger)
{
    /// <summary>Among the ids of products that changed: it was the synonyms.</summary>
    internal const string Synonyms = "synonyms";

    /// <summary>Among the ids of products that changed: it was the categories.</summary>
    internal const string Categories = "categories";

    /// <summary>How long a note that was given up rests: what stood in its way for twelve attempts is not over in a moment.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

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
            else if (id == Categories)
            {
                if (await categories.Read(cancellationToken) is { Value: var records } && records.Version > index.Categories.Version) missing.Add(new CatalogLogLine { Categories = records });
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

    /// <summary>A note that was given up comes back later, as often as it takes: without it the change would be seen with the next one only.</summary>
    internal async Task Postpone(CatalogChange change, CancellationToken cancellationToken)
    {
        GivenUp(string.Join(' ', change.ProductIds), Rest.TotalMinutes);
        await store.NoteAgain(change, Rest, cancellationToken);
    }

    [LoggerMessage(2021, LogLevel.Error, "Shoppers do not see a change of {Products} yet: it could not be written to the catalogue's log, and is tried again in {Minutes} minutes. The failures before this one say why.")]
    private partial void GivenUp(string products, double minutes);
}
