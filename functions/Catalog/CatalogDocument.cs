using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>What is said of the whole catalogue at once: one blob beside its log, changed by whoever read its last version.</summary>
/// <param name="name">The blob's.</param>
/// <param name="none">What is said until somebody says something.</param>
public abstract class CatalogDocument<T>(ShopStorage storage, string name, T none) where T : class
{
    private static readonly ETag NotThere = new("\"0\"");
    private readonly BlobClient _blob = storage.Container("catalog").GetBlobClient(name);

    /// <summary>One operation.</summary>
    public async Task<Stored<T>> Read(CancellationToken cancellationToken)
    {
        try
        {
            BlobDownloadResult read = await _blob.DownloadContentAsync(cancellationToken);
            return new Stored<T>(JsonSerializer.Deserialize<T>(read.Content, ShopJson.Options)!, read.Details.ETag);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return new Stored<T>(none, NotThere);
        }
    }

    /// <returns>What is stored now; <c>null</c> where somebody else was quicker.</returns>
    internal async Task<Stored<T>?> TryWrite(T document, ETag known, CancellationToken cancellationToken)
    {
        return await TryWrite(_blob, document, known == NotThere ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = known }, cancellationToken);
    }

    /// <returns>What is stored now; <c>null</c> where the conditions do not hold.</returns>
    protected static async Task<Stored<T>?> TryWrite(BlobClient blob, T document, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        try
        {
            BlobContentInfo written = await blob.UploadAsync(
                new BinaryData(JsonSerializer.SerializeToUtf8Bytes(document, ShopJson.Options)), new BlobUploadOptions { Conditions = conditions }, cancellationToken);
            return new Stored<T>(document, written.ETag);
        }
        catch (RequestFailedException changed) when (changed.Status is 409 or 412)
        {
            return null;
        }
    }
}
