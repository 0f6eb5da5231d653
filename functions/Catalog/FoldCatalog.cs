namespace Shop.Catalog;

/// <summary>
/// Folds the log into a snapshot when it has outgrown one, so that an instance starts quickly however long the shop has run: ends the log,
/// reads it to its end, writes the snapshot.
/// </summary>
public sealed class FoldCatalog(CatalogLog log, CatalogSnapshots snapshots, CatalogFollower follower, CatalogIndex index)
{
    /// <summary>A start reads at most about this much JSON behind its snapshot, or as much as the snapshot itself: a large one is not written anew for little.</summary>
    internal const long FoldAtBytes = 4 * 1024 * 1024;

    /// <returns>Whether a snapshot was written.</returns>
    public async Task<bool> Run(CancellationToken cancellationToken, long foldAtBytes = FoldAtBytes)
    {
        LogPosition position = await follower.CatchUp(cancellationToken);
        if (position.Offset >= foldAtBytes && position.Offset >= await snapshots.NewestBytes(cancellationToken))
        {
            await log.End(position.Number, cancellationToken);
            position = await follower.CatchUp(cancellationToken);
        }
        // A process that died between the two leaves a log without its snapshot: the next run finds it.
        bool due = position.Number > 1 && (await snapshots.Positions(cancellationToken) is not [.., var newest] || newest.Number < position.Number);
        if (due) await snapshots.Save(index, position, cancellationToken);
        return due;
    }
}
