using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Compressed copies of the whole catalogue, <c>snapshot/000000002-000000000000</c>: the name says from which place of which log to read on.
/// The two newest are kept, with the logs behind them, so that a reader of the older one is not cut off.
/// </summary>
public sealed class CatalogSnapshots(ShopStorage storage, CatalogLog log)
{
    private const int Kept = 2;
    private const int LinesAtOnce = 1000;
    private readonly BlobContainerClient _container = storage.Container("catalog");

    internal static string SnapshotName(LogPosition position) =>
        string.Create(CultureInfo.InvariantCulture, $"snapshot/{position.Number:D9}-{position.Offset:D12}");

    /// <summary>Fills the index from the newest snapshot, if there is one; as it comes, so that it is never in memory twice.</summary>
    /// <returns>Where in the log to read on.</returns>
    internal async Task<LogPosition> Load(CatalogIndex index, CancellationToken cancellationToken)
    {
        if (await Positions(cancellationToken) is not [.., var newest])
            return new LogPosition(await log.Oldest(cancellationToken), 0);
        using BlobDownloadStreamingResult download = await _container.GetBlobClient(SnapshotName(newest)).DownloadStreamingAsync(cancellationToken: cancellationToken);
        await using var json = new BrotliStream(download.Content, CompressionMode.Decompress);
        await Parallel.ForEachAsync(Lines(json, cancellationToken).Chunk(LinesAtOnce), cancellationToken, (lines, _) =>
        {
            index.Apply([.. lines.Select(line => JsonSerializer.Deserialize<CatalogLogLine>(line, ShopJson.Options)!)]);
            return ValueTask.CompletedTask;
        });
        return newest;
    }

    /// <summary>Writes what the index holds after everything before this position, then deletes what no reader needs any more.</summary>
    internal async Task Save(CatalogIndex index, LogPosition position, CancellationToken cancellationToken)
    {
        // It appears when it is whole.
        await using (Stream blob = await _container.GetBlockBlobClient(SnapshotName(position)).OpenWriteAsync(overwrite: true, cancellationToken: cancellationToken))
        await using (var brotli = new BrotliStream(blob, CompressionLevel.Fastest))
        {
            foreach (CatalogLogLine[] lines in index.Export().Chunk(LinesAtOnce))
                await brotli.WriteAsync(CatalogLog.Write(lines), cancellationToken);
        }

        IReadOnlyList<LogPosition> positions = await Positions(cancellationToken);
        foreach (LogPosition old in positions.SkipLast(Kept)) await _container.DeleteBlobIfExistsAsync(SnapshotName(old), cancellationToken: cancellationToken);
        int oldestNeeded = positions.Count < Kept ? 1 : positions[^Kept].Number;
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

    /// <summary>The position of each snapshot, oldest first.</summary>
    internal async Task<IReadOnlyList<LogPosition>> Positions(CancellationToken cancellationToken)
    {
        List<LogPosition> positions = [];
        await foreach (BlobItem blob in Blobs(cancellationToken))
        {
            string[] parts = blob.Name["snapshot/".Length..].Split('-');
            positions.Add(new LogPosition(int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture)));
        }
        return positions;
    }

    private AsyncPageable<BlobItem> Blobs(CancellationToken cancellationToken) => _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "snapshot/", cancellationToken);
}
