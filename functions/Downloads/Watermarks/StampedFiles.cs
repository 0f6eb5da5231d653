using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;
using Microsoft.Extensions.Logging;
using Shop.Common;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Downloads;

/// <summary>
/// Copies of files that name their buyer: container <c>digital-copies</c>, never public. A copy is made when it is first asked for and kept; whoever deletes
/// it has it made anew. The name holds the version of the original, so that a new edition is stamped again.
/// </summary>
public sealed partial class StampedFiles(ShopStorage storage, DigitalFiles originals, Watermarks marks, DownloadOptions options, ILogger<StampedFiles> log) : IRequiresStorage, IDisposable
{
    private const string Container = "digital-copies";

    /// <summary>A large file takes a second of a core and several times its size in memory.</summary>
    private const int MadeAtOnce = 2;

    private readonly BlobContainerClient _container = storage.Container(Container);
    private readonly SemaphoreSlim _making = new(MadeAtOnce);

    public IEnumerable<StorageNeed> Needs => [new(StorageKind.Blob, Container)];

    /// <summary>An address that opens the line's copy until <paramref name="until"/>; of a file that cannot be stamped by its kind, that of the original.</summary>
    public async Task<Result<Uri>> Open(Order order, int number, OrderLine line, DateTimeOffset until, CancellationToken cancellationToken)
    {
        string file = line.DownloadFile!;
        if (!Stamps.Knows(file)) return await originals.Open(file, until, cancellationToken) is { } address ? address : DownloadProblems.Missing(line.Title);
        if (await originals.Look(file, cancellationToken) is not { } original) return DownloadProblems.Missing(line.Title);
        string name = NameOf(order.Id, number, file, original.Version);
        if (!await _container.GetBlobClient(name).ExistsAsync(cancellationToken) && !await Make(name, order, number, file, original, cancellationToken)) return DownloadProblems.NotStamped(line.Title);
        return await _container.SignedUrl(name, BlobSasPermissions.Read, until, cancellationToken);
    }

    /// <summary>Removes what was made before a moment, on storage's own clock.</summary>
    /// <returns>How many copies went.</returns>
    public async Task<int> Sweep(DateTimeOffset before, CancellationToken cancellationToken)
    {
        int removed = 0;
        await foreach (BlobItem copy in _container.GetBlobsAsync(cancellationToken: cancellationToken))
            if (copy.Properties.LastModified < before && await _container.DeleteBlobIfExistsAsync(copy.Name, cancellationToken: cancellationToken)) removed++;
        return removed;
    }

    public void Dispose() => _making.Dispose();

    /// <summary>The file's own name comes last, under which a browser keeps it.</summary>
    internal static string NameOf(string orderId, int line, string file, ETag version) => string.Create(
        CultureInfo.InvariantCulture, $"{orderId}/{line:d3}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(version.ToString())).AsSpan(0, 8))}/{file}");

    private async Task<bool> Make(string name, Order order, int number, string file, (ETag Version, long Bytes) original, CancellationToken cancellationToken)
    {
        BlobClient copy = _container.GetBlobClient(name);
        await _making.WaitAsync(cancellationToken);
        try
        {
            // Whoever waited here finds what the first one made.
            if (await copy.ExistsAsync(cancellationToken)) return true;
            if (original.Bytes > options.WatermarkMostBytes)
            {
                TooLarge(file, original.Bytes);
                return false;
            }
            byte[] bytes = await originals.Read(file, original.Version, cancellationToken);
            if (Stamp(file, bytes, marks.Of(order, number)) is not { } stamped) return false;
            var headers = new BlobHttpHeaders { ContentType = Stamps.ContentTypeOf(file), ContentDisposition = $"attachment; filename=\"{file}\"", CacheControl = "private, no-store" };
            await copy.UploadAsync(BinaryData.FromBytes(stamped), new BlobUploadOptions { HttpHeaders = headers, Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } }, cancellationToken);
            return true;
        }
        catch (RequestFailedException there) when (there.Status == 409 && there.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            return true; // Another instance made it.
        }
        finally
        {
            _making.Release();
        }
    }

    private byte[]? Stamp(string file, byte[] bytes, string mark)
    {
        try
        {
            return Stamps.Make(file, bytes, mark, options.WatermarkMostPixels);
        }
        catch (Exception unreadable) when (unreadable is not OutOfMemoryException)
        {
            // Encrypted, cut off, or not what its name says: the libraries throw all kinds of things. The original is never handed out instead.
            NotStamped(unreadable, file);
            return null;
        }
    }

    [LoggerMessage(2801, LogLevel.Error, "The file {File} has {Bytes} bytes, too many to be stamped: buyers cannot fetch it.")]
    private partial void TooLarge(string file, long bytes);

    [LoggerMessage(2802, LogLevel.Error, "The file {File} cannot be stamped: buyers cannot fetch it.")]
    private partial void NotStamped(Exception reason, string file);
}
