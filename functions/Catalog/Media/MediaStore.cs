using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Azure.Storage.Sas;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Table <c>Media</c> with uploads in their product's partition and pictures in one of their own each, and the containers: <c>uploads</c>
/// for files that nobody has looked at, <c>media</c> for what everybody may see.
/// </summary>
public sealed class MediaStore(ShopStorage storage, MediaOptions options) : IRequiresStorage
{
    internal const string Container = "media";
    private const string PictureSuffix = "|picture";

    private readonly TableClient _table = storage.Table("Media");
    private readonly BlobContainerClient _uploads = storage.Container("uploads");
    private readonly BlobContainerClient _media = storage.Container(Container);
    private readonly QueueClient _images = storage.Queue("images");
    private readonly QueueClient _sweeps = storage.Queue("media-sweeps");

    public IEnumerable<StorageNeed> Needs =>
    [
        new(StorageKind.Table, "Media"), new(StorageKind.Blob, "uploads"), new(StorageKind.Blob, Container) { IsPublic = options.PublicAccess },
        new(StorageKind.Queue, "images"), new(StorageKind.Queue, "media-sweeps"),
    ];

    /// <summary>The id mirrored, so that the newest upload comes first.</summary>
    internal static string UploadKey(string productId, string imageId) => $"{productId}|upload|{Ids.Descending(imageId)}";

    internal static string PictureKey(string hash) => hash + PictureSuffix;

    internal async Task<Stored<ImageUpload>?> FindUpload(string productId, string imageId, CancellationToken cancellationToken) =>
        await _table.Find(productId, UploadKey(productId, imageId), cancellationToken) is { } row ? Read<ImageUpload>(row) : null;

    /// <summary>At most so many uploads of a product, the newest first: one operation.</summary>
    internal async Task<IReadOnlyList<ImageUpload>> ListUploads(string productId, int most, CancellationToken cancellationToken)
    {
        string from = $"{productId}|upload|", to = $"{productId}|upload|~";
        List<ImageUpload> uploads = [];
        await foreach (TableEntity row in _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {productId} and RowKey gt {from} and RowKey lt {to}"), maxPerPage: most, cancellationToken: cancellationToken))
        {
            uploads.Add(Rows.FromRow<ImageUpload>(row));
            if (uploads.Count == most) break;
        }
        return uploads;
    }

    internal Task AddUpload(ImageUpload upload, CancellationToken cancellationToken) => _table.AddEntityAsync(Row(upload), cancellationToken);

    /// <returns>The new version; <c>null</c> when somebody else was quicker.</returns>
    internal Task<ETag?> TryReplace(ImageUpload upload, ETag version, CancellationToken cancellationToken) => TryReplace(Row(upload), version, cancellationToken);

    internal Task Delete(ImageUpload upload, ETag version, CancellationToken cancellationToken) => Delete(Row(upload), version, cancellationToken);

    internal async Task<Stored<Picture>?> FindPicture(string hash, CancellationToken cancellationToken) =>
        await _table.Find(hash, PictureKey(hash), cancellationToken) is { } row ? Read<Picture>(row) : null;

    internal Task Write(Picture picture, CancellationToken cancellationToken) => _table.UpsertEntityAsync(Row(picture), TableUpdateMode.Replace, cancellationToken);

    internal Task<ETag?> TryReplace(Picture picture, ETag version, CancellationToken cancellationToken) => TryReplace(Row(picture), version, cancellationToken);

    internal Task Delete(Picture picture, ETag version, CancellationToken cancellationToken) => Delete(Row(picture), version, cancellationToken);

    /// <summary>Some of all rows, in no order that matters.</summary>
    /// <param name="continuation">What the page before gave; <c>null</c> for the first.</param>
    /// <param name="rows">At most.</param>
    internal async Task<MediaPage> Page(string? continuation, int rows, CancellationToken cancellationToken)
    {
        await foreach (Page<TableEntity> page in _table.QueryAsync<TableEntity>(maxPerPage: rows, cancellationToken: cancellationToken).AsPages(continuation))
        {
            ILookup<bool, TableEntity> isPicture = page.Values.ToLookup(row => row.RowKey.EndsWith(PictureSuffix, StringComparison.Ordinal));
            return new MediaPage([.. isPicture[false].Select(Read<ImageUpload>)], [.. isPicture[true].Select(Read<Picture>)], page.ContinuationToken);
        }
        return new MediaPage([], [], null);
    }

    /// <summary>An address to which one file can be uploaded.</summary>
    /// <param name="imageId">The upload's.</param>
    /// <param name="until">On storage's own clock.</param>
    internal Task<Uri> UploadUrl(string imageId, DateTimeOffset until, CancellationToken cancellationToken) =>
        _uploads.SignedUrl(imageId, BlobSasPermissions.Create | BlobSasPermissions.Write, until, cancellationToken);

    internal async Task<bool> HasCome(string imageId, CancellationToken cancellationToken) => await _uploads.GetBlobClient(imageId).ExistsAsync(cancellationToken);

    /// <summary>The uploaded file, never more of it than is allowed.</summary>
    internal async Task<(byte[]? File, ImageRefusal? Refusal)> ReadUploaded(string imageId, long mostBytes, CancellationToken cancellationToken)
    {
        BlobClient blob = _uploads.GetBlobClient(imageId);
        try
        {
            BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            if (properties.ContentLength > mostBytes) return (null, ImageRefusal.TooLarge);
            // The very one that was measured: its address may still be good, and it may be replaced by another.
            var same = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = properties.ETag } };
            return ((await blob.DownloadContentAsync(same, cancellationToken)).Value.Content.ToArray(), null);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return (null, ImageRefusal.NeverCame);
        }
    }

    internal Task DropUploaded(string imageId, CancellationToken cancellationToken) => _uploads.DeleteBlobIfExistsAsync(imageId, cancellationToken: cancellationToken);

    /// <summary>Puts a file where everybody may see it. One that is there stays as it is, but for its version: a sweep that was about to remove it does not.</summary>
    internal async Task Publish(Derivative file, CancellationToken cancellationToken)
    {
        BlobClient blob = _media.GetBlobClient(file.Name);
        var headers = new BlobHttpHeaders { ContentType = file.ContentType, CacheControl = "public, max-age=31536000, immutable" };
        while (true)
        {
            try
            {
                await blob.UploadAsync(file.Content, new BlobUploadOptions { HttpHeaders = headers, Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } }, cancellationToken);
                return;
            }
            catch (RequestFailedException there) when (there.Status is 409 or 412)
            {
                try
                {
                    await blob.SetHttpHeadersAsync(headers, cancellationToken: cancellationToken);
                    return;
                }
                catch (RequestFailedException gone) when (gone.Status == 404)
                {
                    // Removed between the two: it can be put there now.
                }
            }
        }
    }

    /// <summary>The files of a picture, each in the version that is there now.</summary>
    internal async Task<IReadOnlyList<(string Name, ETag Version)>> FilesOf(string hash, CancellationToken cancellationToken)
    {
        List<(string, ETag)> files = [];
        await foreach (BlobItem blob in _media.GetBlobsAsync(BlobTraits.None, BlobStates.None, hash, cancellationToken))
            if (blob.Properties.ETag is { } version) files.Add((blob.Name, version));
        return files;
    }

    /// <summary>Removes a file, unless it is another version by now.</summary>
    internal async Task Unpublish(string name, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            await _media.GetBlobClient(name).DeleteAsync(conditions: new BlobRequestConditions { IfMatch = version }, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException other) when (other.Status is 404 or 412)
        {
            // Somebody removed it, or has published it anew.
        }
    }

    /// <param name="upload">What is to be worked on.</param>
    /// <param name="isLast">Whether its address has expired when the message comes: what is not there then never will be.</param>
    /// <param name="delay">How long the message stays hidden.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal Task Enqueue(ImageUpload upload, bool isLast, TimeSpan delay, CancellationToken cancellationToken) => _images.SendMessageAsync(
        JsonSerializer.Serialize(new ImageMessage(ImageMessage.Name, 1, upload.ProductId, upload.Id, isLast, Tracing.Parent), ShopJson.Options), delay, cancellationToken: cancellationToken);

    internal Task EnqueueSweep(string? continuation, CancellationToken cancellationToken) => _sweeps.SendMessageAsync(
        JsonSerializer.Serialize(new MediaSweepMessage(MediaSweepMessage.Name, 1, continuation, Tracing.Parent), ShopJson.Options), cancellationToken);

    private static Stored<T> Read<T>(TableEntity row) => new(Rows.FromRow<T>(row), row.ETag);

    private static TableEntity Row(ImageUpload upload) => Rows.ToRow(upload.ProductId, UploadKey(upload.ProductId, upload.Id), upload);

    private static TableEntity Row(Picture picture) => Rows.ToRow(picture.Hash, PictureKey(picture.Hash), picture);

    private async Task<ETag?> TryReplace(TableEntity row, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            return (await _table.UpdateEntityAsync(row, version, TableUpdateMode.Replace, cancellationToken)).Headers.ETag;
        }
        catch (RequestFailedException changed) when (changed.Status is 404 or 412)
        {
            return null;
        }
    }

    private async Task Delete(TableEntity row, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, version, cancellationToken);
        }
        catch (RequestFailedException changed) when (changed.Status == 412)
        {
            // Somebody needs it after all.
        }
    }
}

/// <summary>Some rows of table <c>Media</c>.</summary>
/// <param name="Uploads">Those of uploads.</param>
/// <param name="Pictures">Those of pictures.</param>
/// <param name="Continuation">Where the next page begins; <c>null</c> where there is none.</param>
internal sealed record MediaPage(IReadOnlyList<Stored<ImageUpload>> Uploads, IReadOnlyList<Stored<Picture>> Pictures, string? Continuation);

/// <summary>Message of queue <c>images</c>.</summary>
internal sealed record ImageMessage(string Type, int Version, string ProductId, string ImageId, bool IsLast, string? Traceparent)
{
    public const string Name = "image.uploaded";
}

/// <summary>Message of queue <c>media-sweeps</c>: each page asks for the next.</summary>
internal sealed record MediaSweepMessage(string Type, int Version, string? Continuation, string? Traceparent)
{
    public const string Name = "media.sweep";
}
