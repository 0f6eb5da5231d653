using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
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
    private readonly BlobContainerClient _container = storage.Container("catalog");

    internal static string SnapshotName(LogPosition position) =>
        string.Create(CultureInfo.InvariantCulture, $"snapshot/{position.Number:D9}-{position.Offset:D12}");

    /// <summary>Fills the index from the newest snapshot, if there is one.</summary>
    /// <returns>Where in the log to read on.</returns>
    internal async Task<LogPosition> Load(CatalogIndex index, CancellationToken cancellationToken)
    {
        if (await Positions(cancellationToken) is not [.., var newest])
            return new LogPosition(await log.Oldest(cancellationToken), 0);
        using BlobDownloadStreamingResult download = await _container.GetBlobClient(SnapshotName(newest)).DownloadStreamingAsync(cancellationToken: cancellationToken);
        await using var json = new BrotliStream(download.Content, CompressionMode.Decompress);
        index.Apply((await JsonSerializer.DeserializeAsync<List<CatalogLogLine>>(json, ShopJson.Options, cancellationToken))!);
        return newest;
    }

    /// <summary>Writes what the index holds after everything before this position, then deletes what no reader needs any more.</summary>
    internal async Task Save(CatalogIndex index, LogPosition position, CancellationToken cancellationToken)
    {
        using var compressed = new MemoryStream();
        await using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            await JsonSerializer.SerializeAsync(brotli, index.Export(), ShopJson.Options, cancellationToken);
        compressed.Position = 0;
        await _container.GetBlobClient(SnapshotName(position)).UploadAsync(compressed, overwrite: true, cancellationToken);

        IReadOnlyList<LogPosition> positions = await Positions(cancellationToken);
        foreach (LogPosition old in positions.SkipLast(Kept)) await _container.DeleteBlobIfExistsAsync(SnapshotName(old), cancellationToken: cancellationToken);
        int oldestNeeded = positions.Count < Kept ? 1 : positions[^Kept].Number;
        foreach (int number in await log.Numbers(cancellationToken))
            if (number < oldestNeeded) await log.Delete(number, cancellationToken);
    }

    /// <summary>The position of each snapshot, oldest first.</summary>
    internal async Task<IReadOnlyList<LogPosition>> Positions(CancellationToken cancellationToken)
    {
        List<LogPosition> positions = [];
        await foreach (BlobItem blob in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "snapshot/", cancellationToken))
        {
            string[] parts = blob.Name["snapshot/".Length..].Split('-');
            positions.Add(new LogPosition(int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture)));
        }
        return positions;
    }
}
