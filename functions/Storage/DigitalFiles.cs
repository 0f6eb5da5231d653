using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;

namespace Shop.Storage;

/// <summary>The files that digital articles deliver, in a container that is never public: the catalogue puts them there, downloads hand them out.</summary>
public sealed class DigitalFiles(ShopStorage storage) : IRequiresStorage
{
    private readonly BlobContainerClient _container = storage.Container("digital");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Blob, "digital")];

    public Task Put(string file, BinaryData content, CancellationToken cancellationToken) => _container.GetBlobClient(file).UploadAsync(content, overwrite: true, cancellationToken);

    /// <summary>An address that opens the file until <paramref name="until"/> on storage's own clock; <c>null</c> when there is no such file.</summary>
    public async Task<Uri?> Open(string file, DateTimeOffset until, CancellationToken cancellationToken)
    {
        BlobClient blob = _container.GetBlobClient(file);
        if (!await blob.ExistsAsync(cancellationToken)) return null;
        if (blob.CanGenerateSasUri) return blob.GenerateSasUri(BlobSasPermissions.Read, until);

        // With an identity there is no account key to sign with; storage lends one.
        BlobServiceClient service = _container.GetParentBlobServiceClient();
        UserDelegationKey key = await service.GetUserDelegationKeyAsync(until.AddMinutes(-15), until, cancellationToken);
        var sas = new BlobSasBuilder(BlobSasPermissions.Read, until) { BlobContainerName = _container.Name, BlobName = file, Resource = "b" };
        return new BlobUriBuilder(blob.Uri) { Sas = sas.ToSasQueryParameters(key, service.AccountName) }.ToUri();
    }
}
