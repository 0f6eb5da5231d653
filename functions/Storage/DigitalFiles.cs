using System.Text.RegularExpressions;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;

namespace Shop.Storage;

/// <summary>The files that digital articles deliver, in a container that is never public: the catalogue puts them there, downloads hand them out.</summary>
public sealed partial class DigitalFiles(ShopStorage storage) : IRequiresStorage
{
    private readonly BlobContainerClient _container = storage.Container("digital");

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Blob, "digital")];

    /// <summary>Letters, digits, dots, underscores and hyphens; it is also what a browser keeps the file under.</summary>
    public static bool IsName(string? name) => name is not null && Names().IsMatch(name);

    public Task Put(string file, BinaryData content, CancellationToken cancellationToken) => _container.GetBlobClient(file).UploadAsync(content, overwrite: true, cancellationToken);

    /// <summary>An address that opens the file until <paramref name="until"/> on storage's own clock; <c>null</c> when there is no such file.</summary>
    public async Task<Uri?> Open(string file, DateTimeOffset until, CancellationToken cancellationToken) =>
        await _container.GetBlobClient(file).ExistsAsync(cancellationToken) ? await _container.SignedUrl(file, BlobSasPermissions.Read, until, cancellationToken) : null;

    /// <summary>An address to which the file can be put until <paramref name="until"/> on storage's own clock; one that is there is replaced.</summary>
    public Task<Uri> UploadUrl(string file, DateTimeOffset until, CancellationToken cancellationToken) =>
        _container.SignedUrl(file, BlobSasPermissions.Create | BlobSasPermissions.Write, until, cancellationToken);

    /// <summary>A page of the files, by name.</summary>
    /// <param name="continuation">What the page before gave as its end.</param>
    public async Task<(IReadOnlyList<DigitalFile> Page, string? Continuation)> List(string? continuation, int limit, CancellationToken cancellationToken)
    {
        await foreach (Page<BlobItem> page in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, null, cancellationToken).AsPages(continuation, limit))
            return ([.. page.Values.Select(b => new DigitalFile(b.Name, b.Properties.ContentLength ?? 0, b.Properties.LastModified ?? default))], page.ContinuationToken is { Length: > 0 } next ? next : null);
        return ([], null);
    }

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

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Names();
}

/// <summary>A file that is sold.</summary>
/// <param name="Name">What variants name as their <c>downloadFile</c>.</param>
/// <param name="ChangedAt">When its content was last put there.</param>
public sealed record DigitalFile(string Name, long Bytes, DateTimeOffset ChangedAt);
