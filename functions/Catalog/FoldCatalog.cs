namespace Shop.Catalog;

/// <summary>
/// Folds the log into a snapshot when it has outgrown one, so that an instance starts quickly however long the shop has run: ends the log,
/// reads it to its end, writes the snapshot.
/// </summary>
public sealed class FoldCatalog(CatalogLog log, CatalogSnapshots snapshots, CatalogFollower follower, CatalogIndex index, RebuildStore rebuilds)
{
    /// <summary>A start reads at most about this much JSON behind its snapshot, or as much as the snapshot itself: a large one is not written anew for little.</summary>
    internal const long FoldAtBytes = 4 * 1024 * 1024;

    /// <summary>An append blob takes 50,000 blocks, and a change is one, however small.</summary>
    internal const int FoldAtBlocks = 40_000;

    /// <returns>Whether a snapshot was written.</returns>
    public async Task<bool> Run(CancellationToken cancellationToken, long foldAtBytes = FoldAtBytes, int foldAtBlocks = FoldAtBlocks)
    {
        LogPosition position = await follower.CatchUp(cancellationToken);
        bool isLarge = follower.Blocks >= foldAtBlocks || (position.Offset >= foldAtBytes && position.Offset >= await snapshots.NewestBytes(cancellationToken));
        if (isLarge && !await IsRebuilt(cancellationToken))
        {
            await log.End(position.Number, cancellationToken);
            position = await follower.CatchUp(cancellationToken);
        }
        // A process that died between the two leaves a log without its snapshot: the next run finds it.
        bool due = position.Number > 1 && (await snapshots.Places(cancellationToken) is not [.., var newest] || newest.Position.Number < position.Number)
            // Asked after the position is known: a rebuild that begins behind it needs no log before it.
            && !await IsRebuilt(cancellationToken);
        if (due) await snapshots.Save(index, position, cancellationToken);
        return due;
    }

    /// <summary>A rebuild needs the logs from its beginning on, and makes a snapshot itself.</summary>
    private async Task<bool> IsRebuilt(CancellationToken cancellationToken) => await rebuilds.Read(cancellationToken) is { Value.Status: RebuildStatus.Running };
}
