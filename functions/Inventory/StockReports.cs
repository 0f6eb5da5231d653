using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>What the night found out.</summary>
/// <param name="AsOf">When.</param>
public sealed record StockReport<T>(DateTimeOffset AsOf, IReadOnlyList<T> Data);

/// <summary>What one part of a night found.</summary>
internal sealed record StockNightPart(
    int Skus, IReadOnlyList<StockDifference> Differences, IReadOnlyList<PurchaseSuggestion> Suggestions, IReadOnlyList<StockSurplus> Surpluses);

/// <summary>Container <c>stock</c>: a compressed list for each report of the night, which this instance keeps until there is a newer one.</summary>
public sealed class StockReports(ShopStorage storage) : IRequiresStorage
{
    internal const string Suggestions = "suggestions";
    internal const string Surpluses = "surpluses";
    internal const string Differences = "differences";

    private readonly BlobContainerClient _container = storage.Container("stock");
    private readonly Dictionary<string, (ETag Version, object Report)> _kept = new(StringComparer.Ordinal);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Blob, "stock")];

    internal static string BlobName(string report) => $"{report}.json.br";

    /// <summary>One operation; <c>null</c> before the first night.</summary>
    internal async Task<StockReport<T>?> Read<T>(string report, CancellationToken cancellationToken)
    {
        (ETag Version, object Report) kept;
        lock (_kept) _kept.TryGetValue(report, out kept);
        var options = new BlobDownloadOptions { Conditions = kept.Report is null ? null : new BlobRequestConditions { IfNoneMatch = kept.Version } };
        Response<BlobDownloadResult> answer;
        try
        {
            answer = await _container.GetBlobClient(BlobName(report)).DownloadContentAsync(options, cancellationToken);
        }
        catch (RequestFailedException nothing) when (nothing.Status == 404)
        {
            return null;
        }
        if (answer.GetRawResponse().Status == 304) return (StockReport<T>)kept.Report!;
        StockReport<T> read = await Content<StockReport<T>>(answer.Value, cancellationToken);
        lock (_kept) _kept[report] = (answer.Value.Details.ETag, read);
        return read;
    }

    internal Task Write<T>(StockReport<T> content, string report, CancellationToken cancellationToken) => Upload(content, BlobName(report), cancellationToken);

    internal Task Keep(StockNightPart part, StockWalk night, CancellationToken cancellationToken) => Upload(part, PartName(night, night.Part), cancellationToken);

    /// <returns>All parts up to this one; <c>null</c> when they were put together before.</returns>
    internal async Task<IReadOnlyList<StockNightPart>?> Kept(StockWalk night, CancellationToken cancellationToken)
    {
        List<StockNightPart> parts = [];
        for (int part = 0; part <= night.Part; part++)
        {
            BlobClient blob = _container.GetBlobClient(PartName(night, part));
            if (part == 0 && !await blob.ExistsAsync(cancellationToken)) return null;
            parts.Add(await Content<StockNightPart>(await blob.DownloadContentAsync(cancellationToken), cancellationToken));
        }
        return parts;
    }

    /// <summary>Removes the parts of this night, the first one first, and what is left of nights that never ended.</summary>
    internal async Task Drop(StockWalk night, CancellationToken cancellationToken)
    {
        await _container.GetBlobClient(PartName(night, 0)).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        await foreach (BlobItem part in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "nights/", cancellationToken))
            if (string.CompareOrdinal(part.Name, PartName(night, night.Part)) <= 0) await _container.GetBlobClient(part.Name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
    }

    private static string PartName(StockWalk night, int part) => string.Create(CultureInfo.InvariantCulture, $"nights/{night.At.UtcDateTime:yyyyMMdd'T'HHmmssfff}/{part:D6}.json.br");

    private static async Task<T> Content<T>(BlobDownloadResult blob, CancellationToken cancellationToken)
    {
        await using var content = new BrotliStream(blob.Content.ToStream(), CompressionMode.Decompress);
        return (await JsonSerializer.DeserializeAsync<T>(content, ShopJson.Options, cancellationToken))!;
    }

    private async Task Upload<T>(T content, string name, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await using (var compressed = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) await JsonSerializer.SerializeAsync(compressed, content, ShopJson.Options, cancellationToken);
        bytes.Position = 0;
        await _container.GetBlobClient(name).UploadAsync(bytes, overwrite: true, cancellationToken);
    }
}
