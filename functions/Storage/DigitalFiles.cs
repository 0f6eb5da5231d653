using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;

namespace Shop.Storage;

/// <summary>The files that digital articles deliver, in a container that is never public: the catalogue puts them there, downloads hand them out.</summary>
public sealed class DigitalFiles(ShopStorage storage) : IRequiresStorage
{
    private readonly BlobContainerClient _container = storage.Container("digital");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Blob, "digital")];

    public Task Put(string file, BinaryData content, CancellationToken cancellationToken) => _container.GetBlobClient(file).UploadAsync(content, overwrite: true, cancellationToken);

    /// <summary>An address that opens the file until <paramref name="until"/> on storage's own clock; <c>null</c> when there is no such file.</summary>
    public async Task<Uri?> Open(string file, DateTimeOffset until, CancellationToken cancellationToken) =>
        await _container.GetBlobClient(file).ExistsAsync(cancellationToken) ? await _container.SignedUrl(file, BlobSasPermissions.Read, until, cancellationToken) : null;

    /// <summary>Which version is there, and how large it is; <c>null</c> when there is none.</summary>
    internal async Task<(ETag Version, long Bytes)?> Look(string file, CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties properties = await _container.GetBlobClient(file).GetPropertiesAsync(cancellationToken: cancellationToken);
            return (properties.ETag, properties.ContentLength);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    /// <exception cref="RequestFailedException">It is another version by now.</exception>
    internal async Task<byte[]> Read(string file, ETag version, CancellationToken cancellationToken) => (await _container.GetBlobClient(file)
        .DownloadContentAsync(new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = version } }, cancellationToken)).Value.Content.ToArray();
}
