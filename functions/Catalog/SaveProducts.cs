using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Queues.Models;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>A product to write over the row that was read, or as a new one, and by whom.</summary>
internal sealed record ProductWrite(Product Product, Stored<Product>? Known, ChangeAuthor Author);

/// <summary>
/// The one way products change. The note goes first, then the rows, then the log: whoever dies in between leaves the note, and the worker
/// appends what the rows then say.
/// </summary>
public sealed class SaveProducts(CatalogStore store, CatalogLog log, CatalogIndex index)
{
    internal const int AtOnce = 16;

    /// <summary>Well before the note comes to light: a row must never be written after the worker has looked.</summary>
    private static readonly TimeSpan WriteLimit = CatalogStore.NoteHidden * 0.7;

    /// <returns>The new versions of the rows by product; those that somebody else changed meanwhile are missing, and nothing was written for them.</returns>
    internal async Task<IReadOnlyDictionary<string, ETag>> Run(IReadOnlyList<ProductWrite> writes, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<string, ETag> written = new(StringComparer.Ordinal);
        if (writes.Count == 0) return written;
        SendReceipt note = await store.NoteChange([.. writes.Select(w => w.Product.Id)], cancellationToken);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(WriteLimit);
        await Parallel.ForEachAsync(writes, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = limit.Token }, async (write, stop) =>
        {
            if (await store.TryWrite(write, stop) is { } version) written[write.Product.Id] = version;
        });

        CatalogLogLine[] lines = [.. writes.Where(w => written.ContainsKey(w.Product.Id)).Select(w => new CatalogLogLine { Product = w.Product })];
        await log.Append(lines, cancellationToken);
        index.Apply(lines);
        await store.DropNote(note, cancellationToken);
        return written;
    }
}
