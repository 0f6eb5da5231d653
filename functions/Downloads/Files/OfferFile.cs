using System.ComponentModel.DataAnnotations;
using Shop.Common;
using Shop.Storage;

namespace Shop.Downloads;

/// <param name="Name">What variants name as their <c>downloadFile</c>. A file of this name that is there is replaced by the upload: buyers fetch the new edition.</param>
public sealed record NewDigitalFile([property: StringLength(128, MinimumLength = 1)] string Name);

/// <summary>Where a file can be uploaded to, by one request and without the shop in between.</summary>
/// <param name="UploadMethod"><c>PUT</c>, with the file as the body.</param>
/// <param name="UploadUrl">Good for this one file.</param>
/// <param name="UploadHeaders">What the request needs.</param>
/// <param name="UploadUntil">When the address expires.</param>
public sealed record DigitalFileOffer(string Name, string UploadMethod, Uri UploadUrl, IReadOnlyDictionary<string, string> UploadHeaders, DateTimeOffset UploadUntil);

/// <summary>Offers staff an address to which they upload what is sold.</summary>
public sealed class OfferFile(DigitalFiles files, DownloadOptions options)
{
    public async Task<Result<DigitalFileOffer>> Run(NewDigitalFile wanted, CancellationToken cancellationToken)
    {
        if (!DigitalFiles.IsName(wanted.Name)) return DownloadProblems.FileNameInvalid.At("/name", "has other characters");
        // Storage checks the address against its own clock, not the shop's.
        DateTimeOffset until = TimeProvider.System.GetUtcNow().AddMinutes(options.UploadMinutes);
        return new DigitalFileOffer(wanted.Name, "PUT", await files.UploadUrl(wanted.Name, until, cancellationToken), new Dictionary<string, string>(StringComparer.Ordinal) { ["x-ms-blob-type"] = "BlockBlob" }, until);
    }
}
