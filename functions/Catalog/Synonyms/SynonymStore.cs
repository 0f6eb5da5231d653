using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>The synonyms, blob <c>synonyms.json</c> beside the catalogue's log.</summary>
public sealed class SynonymStore(ShopStorage storage)
{
    private static readonly ETag NotThere = new("\"0\"");
    private readonly BlobClient _blob = storage.Container("catalog").GetBlobClient("synonyms.json");

    /// <summary>One operation; <see cref="SynonymList.None"/> until somebody says some.</summary>
    public async Task<Stored<SynonymList>> Read(CancellationToken cancellationToken)
    {
        try
        {
            BlobDownloadResult read = await _blob.DownloadContentAsync(cancellationToken);
            return new Stored<SynonymList>(JsonSerializer.Deserialize<SynonymList>(read.Content, ShopJson.Options)!, read.Details.ETag);
        }
        catch (RequestFailedException none) when (none.Status == 404)
        {
            return new Stored<SynonymList>(SynonymList.None, NotThere);
        }
    }

    /// <returns>What is stored now; <c>null</c> where somebody else was quicker.</returns>
    internal async Task<Stored<SynonymList>?> TryWrite(SynonymList synonyms, ETag known, CancellationToken cancellationToken)
    {
        var unchanged = known == NotThere ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = known };
        try
        {
            BlobContentInfo written = await _blob.UploadAsync(
                new BinaryData(JsonSerializer.SerializeToUtf8Bytes(synonyms, ShopJson.Options)), new BlobUploadOptions { Conditions = unchanged }, cancellationToken);
            return new Stored<SynonymList>(synonyms, written.ETag);
        }
        catch (RequestFailedException changed) when (changed.Status is 409 or 412)
        {
            return null;
        }
    }
}
