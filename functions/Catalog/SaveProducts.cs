using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Queues.Models;

namespace Shop.Catalog;

/// <summary>A product to write over the row that was read, or as a new one.</summary>
internal sealed record ProductWrite(Product Product, ETag? Known);

/// <summary>
/// The one way products change. The note goes first, then the rows, then the log: whoever dies in between leaves the note, and the worker
/// appends what the rows then say.
/// </summary>
public sealed class SaveProducts(CatalogStore store, CatalogLog log, CatalogIndex index)
{
    internal const int AtOnce = 16;

    /// <summary>Well before the note comes to light: a row must never be written after the worker has looked.</summary>
    private static readonly TimeSpan WriteLimit = CatalogStore.NoteHidden * 0.7;

    /// <returns>The ids that somebody else changed meanwhile: nothing was written for them.</returns>
    internal async Task<IReadOnlySet<string>> Run(IReadOnlyList<ProductWrite> writes, CancellationToken cancellationToken)
    {
        if (writes.Count == 0) return new HashSet<string>(StringComparer.Ordinal);
        SendReceipt note = await store.NoteChange([.. writes.Select(w => w.Product.Id)], cancellationToken);

        ConcurrentBag<string> stale = [];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(WriteLimit);
        await Parallel.ForEachAsync(writes, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = limit.Token }, async (write, stop) =>
        {
            if (!await store.TryWrite(write.Product, write.Known, stop)) stale.Add(write.Product.Id);
        });

        HashSet<string> notWritten = new(stale, StringComparer.Ordinal);
        CatalogLogLine[] lines = [.. writes.Where(w => !notWritten.Contains(w.Product.Id)).Select(w => new CatalogLogLine { Product = w.Product })];
        await log.Append(lines, cancellationToken);
        index.Apply(lines);
        await store.DropNote(note, cancellationToken);
        return notWritten;
    }
}
