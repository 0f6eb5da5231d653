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
        await using var content = new BrotliStream(answer.Value.Content.ToStream(), CompressionMode.Decompress);
        StockReport<T> read = (await JsonSerializer.DeserializeAsync<StockReport<T>>(content, ShopJson.Options, cancellationToken))!;
        lock (_kept) _kept[report] = (answer.Value.Details.ETag, read);
        return read;
    }

    internal async Task Write<T>(StockReport<T> content, string report, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await using (var compressed = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) await JsonSerializer.SerializeAsync(compressed, content, ShopJson.Options, cancellationToken);
        bytes.Position = 0;
        await _container.GetBlobClient(BlobName(report)).UploadAsync(bytes, overwrite: true, cancellationToken);
    }
}
