using Azure;
using Microsoft.Extensions.Logging;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Looks at what was uploaded, by its content alone, and makes it a picture of its product. Messages come more than once: from whoever says
/// that the upload is complete, when its address has expired, and again after a crash.
/// </summary>
public sealed partial class ProcessUpload(MediaStore media, AttachPicture attach, MediaOptions options, ILogger<ProcessUpload> logger) : IDisposable
{
    internal const int MostAttempts = 5;

    /// <summary>A large picture takes some 200 MB while it is decoded: one at a time in this instance.</summary>
    private readonly SemaphoreSlim _decoding = new(1, 1);

    /// <param name="productId">Whose picture it is to be.</param>
    /// <param name="imageId">The upload's id.</param>
    /// <param name="isLast">Whether the upload's address has expired.</param>
    /// <param name="cancellationToken">Ends the work, which begins anew with the next message.</param>
    public async Task Run(string productId, string imageId, bool isLast, CancellationToken cancellationToken)
    {
        Stored<ImageUpload>? found = await media.FindUpload(productId, imageId, cancellationToken);
        bool isSettled = found is not { Value.Status: ImageUploadStatus.Waiting } || await TrySettle(found, isLast, cancellationToken);
        // What came after the decision is dropped by the last message.
        if (isSettled) await media.DropUploaded(imageId, cancellationToken);
    }

    public void Dispose() => _decoding.Dispose();

    /// <returns>Whether the upload has ended; <c>false</c> where its file is still to come or where another message is at it.</returns>
    private async Task<bool> TrySettle(Stored<ImageUpload> found, bool isLast, CancellationToken cancellationToken)
    {
        ImageUpload upload = found.Value with { Attempts = found.Value.Attempts + 1 };
        if (await media.TryReplace(upload, found.ETag, cancellationToken) is not { } version) return false;

        (MadePicture? made, ImageRefusal? refusal) = upload.Attempts > MostAttempts ? (null, ImageRefusal.GaveUp) : await Make(upload.Id, cancellationToken);
        if (refusal == ImageRefusal.NeverCame && !isLast) return false;
        if (made is not null)
        {
            await Publish(made, cancellationToken);
            upload = upload with { Url = ProductImage.UrlOf(made.Hash) };
            refusal = await attach.Run(upload, made, cancellationToken);
        }
        upload = upload with { Status = refusal is null ? ImageUploadStatus.Ready : ImageUploadStatus.Refused, Refusal = refusal };
        Settled(upload.Id, upload.ProductId, upload.Status, refusal);
        return await media.TryReplace(upload, version, cancellationToken) is not null;
    }

    private async Task<(MadePicture? Picture, ImageRefusal? Refusal)> Make(string imageId, CancellationToken cancellationToken)
    {
        await _decoding.WaitAsync(cancellationToken);
        try
        {
            (byte[]? file, ImageRefusal? refusal) = await media.ReadUploaded(imageId, options.MostBytes, cancellationToken);
            return file is null ? (null, refusal) : Derivatives.Make(file, options.MostPixels);
        }
        finally
        {
            _decoding.Release();
        }
    }

    /// <summary>
    /// The row goes first: a crash leaves no file that the sweep does not know of, and a sweep that is about to remove the picture finds another
    /// row. It is complete only when the files are there.
    /// </summary>
    private async Task Publish(MadePicture made, CancellationToken cancellationToken)
    {
        var picture = new Picture(made.Hash, made.Width, made.Height, made.Widths, IsComplete: false, UnusedSince: null);
        if (await media.FindPicture(made.Hash, cancellationToken) is not { Value: { IsComplete: true, UnusedSince: null } }) await media.Write(picture, cancellationToken);
        foreach (Derivative file in made.Files) await media.Publish(file, cancellationToken);
        await media.Write(picture with { IsComplete = true }, cancellationToken);
    }

    [LoggerMessage(2031, LogLevel.Information, "Upload {ImageId} for product {ProductId} is {Status}: {Refusal}.")]
    private partial void Settled(string imageId, string productId, ImageUploadStatus status, ImageRefusal? refusal);
}
