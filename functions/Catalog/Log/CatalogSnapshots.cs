using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Compressed copies of the whole catalogue, <c>snapshot/0000-000000002-000000000000</c>: the name says how often the catalogue had been rebuilt
/// from the tables, and from which place of which log to read on.
/// The two newest are kept, with the logs behind them, so that a reader of the older one is not cut off.
/// </summary>
public sealed class CatalogSnapshots(ShopStorage storage, CatalogLog log)
{
    private const int Kept = 2;
    private const int LinesAtOnce = 1000;
    private readonly BlobContainerClient _container = storage.Container("catalog");

    internal static string SnapshotName(SnapshotPlace place) =>
        string.Create(CultureInfo.InvariantCulture, $"snapshot/{place.Generation:D4}-{place.Position.Number:D9}-{place.Position.Offset:D12}");

    /// <summary>Fills the index from the newest snapshot, if there is one; as it comes, so that it is never in memory twice.</summary>
    /// <returns>Where in the log to read on, and how many newer snapshots could not be read.</returns>
    internal async Task<(LogPosition Position, int Unreadable)> Load(CatalogIndex index, CancellationToken cancellationToken)
    {
        int unreadable = 0;
        foreach (SnapshotPlace place in (await Places(cancellationToken)).Reverse())
        {
            try
            {
                await Read(place, index.Apply, cancellationToken);
                index.Generation = Math.Max(index.Generation, place.Generation);
                return (place.Position, unreadable);
            }
            catch (Exception broken) when (broken is JsonException or InvalidDataException or InvalidOperationException)
            {
                // A shop with an older catalogue sells more than none, until somebody has it rebuilt.
                unreadable++;
            }
        }
        return (new LogPosition(await log.Oldest(cancellationToken), 0), unreadable);
    }

    /// <summary>The newest snapshot whole, for whoever replaces what they hold; <c>null</c> where none is of this generation or a later one.</summary>
    internal async Task<(SnapshotPlace Place, IReadOnlyCollection<CatalogLogLine> Lines)?> Newest(int generation, CancellationToken cancellationToken)
    {
        if (await Places(cancellationToken) is not [.., var newest] || newest.Generation < generation) return null;
        ConcurrentBag<CatalogLogLine> lines = [];
        await Read(newest, some =>
        {
            foreach (CatalogLogLine line in some) lines.Add(line);
        }, cancellationToken);
        return (newest, lines);
    }

    /// <summary>How often the catalogue was rebuilt.</summary>
    internal async Task<int> NewestGeneration(CancellationToken cancellationToken) => await Places(cancellationToken) is [.., var newest] ? newest.Generation : 0;

    /// <summary>Writes a snapshot that appears when it is whole.</summary>
    internal async Task Write(SnapshotPlace place, Func<Stream, Task> fill, CancellationToken cancellationToken)
    {
        // Compressed it is small. A stream opened on the blob itself would show an empty catalogue under its name until it is closed.
        using var bytes = new MemoryStream();
        await using (var brotli = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) await fill(brotli);
        bytes.Position = 0;
        await _container.GetBlobClient(SnapshotName(place)).UploadAsync(bytes, overwrite: true, cancellationToken);
    }

    private async Task Read(SnapshotPlace place, Action<IEnumerable<CatalogLogLine>> take, CancellationToken cancellationToken)
    {
        using BlobDownloadStreamingResult download = await _container.GetBlobClient(SnapshotName(place)).DownloadStreamingAsync(cancellationToken: cancellationToken);
        await using var json = new BrotliStream(download.Content, CompressionMode.Decompress);
        await Parallel.ForEachAsync(Lines(json, cancellationToken).Chunk(LinesAtOnce), cancellationToken, (lines, _) =>
        {
            take([.. lines.Select(line => JsonSerializer.Deserialize<CatalogLogLine>(line, ShopJson.Options)!)]);
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Writes what the index holds after everything before this position, then deletes what no reader needs any more.</summary>
    internal async Task Save(CatalogIndex index, LogPosition position, CancellationToken cancellationToken)
    {
        await Write(new SnapshotPlace(index.Generation, position), async snapshot =>
        {
            foreach (CatalogLogLine[] lines in index.Export().Chunk(LinesAtOnce)) await snapshot.WriteAsync(CatalogLog.Write(lines), cancellationToken);
        }, cancellationToken);

        IReadOnlyList<SnapshotPlace> places = await Places(cancellationToken);
        foreach (SnapshotPlace old in places.SkipLast(Kept)) await _container.DeleteBlobIfExistsAsync(SnapshotName(old), cancellationToken: cancellationToken);
        int oldestNeeded = places.Count < Kept ? 1 : places.TakeLast(Kept).Min(place => place.Position.Number);
        foreach (int number in await log.Numbers(cancellationToken))
            if (number < oldestNeeded) await log.Delete(number, cancellationToken);
    }

    private static async IAsyncEnumerable<byte[]> Lines(Stream json, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PipeReader pipe = PipeReader.Create(json, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        ReadResult read;
        do
        {
            read = await pipe.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return buffer.Slice(0, end).ToArray();
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }
            pipe.AdvanceTo(buffer.Start, buffer.End);
        }
        while (!read.IsCompleted);
    }

    /// <summary>The compressed size of the newest snapshot; 0 while there is none.</summary>
    internal async Task<long> NewestBytes(CancellationToken cancellationToken)
    {
        long bytes = 0;
        await foreach (BlobItem blob in Blobs(cancellationToken)) bytes = blob.Properties.ContentLength ?? 0;
        return bytes;
    }

    /// <summary>The place of each snapshot, oldest first.</summary>
    internal async Task<IReadOnlyList<SnapshotPlace>> Places(CancellationToken cancellationToken)
    {
        List<SnapshotPlace> places = [];
        await foreach (BlobItem blob in Blobs(cancellationToken))
        {
            string[] parts = blob.Name["snapshot/".Length..].Split('-');
            places.Add(new SnapshotPlace(int.Parse(parts[0], CultureInfo.InvariantCulture), new LogPosition(int.Parse(parts[1], CultureInfo.InvariantCulture), long.Parse(parts[2], CultureInfo.InvariantCulture))));
        }
        return places;
    }

    private AsyncPageable<BlobItem> Blobs(CancellationToken cancellationToken) => _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "snapshot/", cancellationToken);
}

/// <summary>Which snapshot it is.</summary>
/// <param name="Generation">How often the catalogue had been rebuilt from the tables.</param>
/// <param name="Position">From where to read on.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SnapshotPlace(int Generation, LogPosition Position);
