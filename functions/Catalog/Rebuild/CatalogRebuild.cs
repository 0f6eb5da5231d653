using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Queues;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

public enum RebuildStatus { Running, Completed }

/// <summary>What is read next.</summary>
public enum RebuildStep { Products, Stock, Snapshot }

/// <summary>The catalogue on its way from the tables into a new snapshot; the last one stays to be looked at.</summary>
/// <param name="Id"><c>rbd_…</c></param>
/// <param name="Status">Whether the snapshot is there. Every instance has swapped a second or two later.</param>
/// <param name="Step">How far it is.</param>
/// <param name="Products">How many were read.</param>
/// <param name="StockFigures">How many SKUs' availability was read.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="FinishedAt">When its snapshot was written.</param>
/// <param name="Actor">Who asked.</param>
public sealed record CatalogRebuild(string Id, RebuildStatus Status, RebuildStep Step, int Products, int StockFigures, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string Actor)
{
    /// <summary>Snapshots of a later generation are newer, wherever in the log they stand.</summary>
    internal int Generation { get; init; }

    /// <summary>The log that was begun for it: whatever changes from its first page on is written there, or behind it.</summary>
    internal int Log { get; init; }

    /// <summary>How many parts are written.</summary>
    internal int Parts { get; init; }

    /// <summary>Where in the table to go on.</summary>
    internal string? From { get; init; }
}

/// <summary>Message of queue <c>catalog-rebuilds</c>.</summary>
internal sealed record RebuildMessage(string Type, int Version, string RebuildId, string? Traceparent)
{
    public const string Name = "catalog.rebuild";
}

/// <summary>The rebuild in blob <c>rebuild.json</c>, its parts <c>rebuild/rbd_…/000001</c>, and its queue.</summary>
public sealed class RebuildStore(ShopStorage storage) : IRequiresStorage
{
    private readonly BlobContainerClient _container = storage.Container("catalog");
    private readonly QueueClient _queue = storage.Queue("catalog-rebuilds");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Queue, "catalog-rebuilds")];

    private BlobClient Job => _container.GetBlobClient("rebuild.json");

    /// <summary>One operation; <c>null</c> where there never was one.</summary>
    public async Task<Stored<CatalogRebuild>?> Read(CancellationToken cancellationToken)
    {
        try
        {
            BlobDownloadResult read = await Job.DownloadContentAsync(cancellationToken);
            return new Stored<CatalogRebuild>(JsonSerializer.Deserialize<Row>(read.Content, ShopJson.Options)!.Rebuild, read.Details.ETag);
        }
        catch (RequestFailedException none) when (none.Status == 404)
        {
            return null;
        }
    }

    /// <returns><c>null</c> where somebody else was quicker.</returns>
    internal async Task<Stored<CatalogRebuild>?> TryWrite(CatalogRebuild rebuild, ETag? known, CancellationToken cancellationToken)
    {
        var unchanged = known is { } etag ? new BlobRequestConditions { IfMatch = etag } : new BlobRequestConditions { IfNoneMatch = ETag.All };
        try
        {
            BlobContentInfo written = await Job.UploadAsync(
                new BinaryData(JsonSerializer.SerializeToUtf8Bytes(Row.Of(rebuild), ShopJson.Options)), new BlobUploadOptions { Conditions = unchanged }, cancellationToken);
            return new Stored<CatalogRebuild>(rebuild, written.ETag);
        }
        catch (RequestFailedException changed) when (changed.Status is 409 or 412)
        {
            return null;
        }
    }

    internal Task Enqueue(string rebuildId, CancellationToken cancellationToken) =>
        _queue.SendMessageAsync(JsonSerializer.Serialize(new RebuildMessage(RebuildMessage.Name, 1, rebuildId, Tracing.Parent), ShopJson.Options), cancellationToken);

    /// <summary>A page of the tables; the same part again takes its place.</summary>
    internal async Task WritePart(string rebuildId, int number, IEnumerable<CatalogLogLine> lines, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await using (var brotli = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) await brotli.WriteAsync(CatalogLog.Write(lines), cancellationToken);
        bytes.Position = 0;
        await Part(rebuildId, number).UploadAsync(bytes, overwrite: true, cancellationToken);
    }

    internal async Task CopyPart(string rebuildId, int number, Stream target, CancellationToken cancellationToken)
    {
        await using Stream part = await Part(rebuildId, number).OpenReadAsync(cancellationToken: cancellationToken);
        await using var brotli = new BrotliStream(part, CompressionMode.Decompress);
        await brotli.CopyToAsync(target, cancellationToken);
    }

    internal async Task DeleteParts(CancellationToken cancellationToken)
    {
        await foreach (BlobItem part in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "rebuild/", cancellationToken))
            await _container.DeleteBlobIfExistsAsync(part.Name, cancellationToken: cancellationToken);
    }

    private BlobClient Part(string rebuildId, int number) => _container.GetBlobClient(string.Create(CultureInfo.InvariantCulture, $"rebuild/{rebuildId}/{number:D6}"));

    /// <summary>With what is nobody else's business.</summary>
    private sealed record Row(CatalogRebuild Job, int Generation, int Log, int Parts, string? From)
    {
        [JsonIgnore]
        public CatalogRebuild Rebuild => Job with { Generation = Generation, Log = Log, Parts = Parts, From = From };

        public static Row Of(CatalogRebuild rebuild) => new(rebuild, rebuild.Generation, rebuild.Log, rebuild.Parts, rebuild.From);
    }
}

/// <summary>The port through which a rebuild reads what can be sold; Inventory stands behind it.</summary>
public interface IAvailabilityFigures
{
    /// <summary>The figures among the next rows: one operation.</summary>
    /// <param name="from">Where the page before ended; <c>null</c> from the beginning.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<(IReadOnlyList<AvailabilityFigure> Figures, string? Next)> Page(string? from, CancellationToken cancellationToken);
}
