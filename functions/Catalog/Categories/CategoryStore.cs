using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>The categories, blob <c>categories.json</c> beside the catalogue's log.</summary>
public sealed class CategoryStore(ShopStorage storage)
{
    /// <summary>They are a line of the log, which takes three.</summary>
    private const int MostBytes = 2 * 1024 * 1024;

    private static readonly ETag NotThere = new("\"0\"");
    private readonly BlobClient _blob = storage.Container("catalog").GetBlobClient("categories.json");

    internal static bool Fits(CategoryRecords records) => JsonSerializer.SerializeToUtf8Bytes(records, ShopJson.Options).Length <= MostBytes;

    /// <summary>One operation; <see cref="CategoryRecords.None"/> until there are some.</summary>
    public async Task<Stored<CategoryRecords>> Read(CancellationToken cancellationToken)
    {
        try
        {
            BlobDownloadResult read = await _blob.DownloadContentAsync(cancellationToken);
            return new Stored<CategoryRecords>(JsonSerializer.Deserialize<CategoryRecords>(read.Content, ShopJson.Options)!, read.Details.ETag);
        }
        catch (RequestFailedException none) when (none.Status == 404)
        {
            return new Stored<CategoryRecords>(CategoryRecords.None, NotThere);
        }
    }

    /// <returns>Whether they are stored now; not where somebody else was quicker.</returns>
    internal async Task<bool> TryWrite(CategoryRecords records, ETag known, CancellationToken cancellationToken)
    {
        var unchanged = known == NotThere ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = known };
        try
        {
            await _blob.UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(records, ShopJson.Options)), new BlobUploadOptions { Conditions = unchanged }, cancellationToken);
            return true;
        }
        catch (RequestFailedException changed) when (changed.Status is 409 or 412)
        {
            return false;
        }
    }
}
