using Azure;
using Microsoft.Extensions.Logging;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Nightly, page by page: removes pictures that no product has named for a while, and the records of uploads that ended long ago. Which
/// pictures are named is known from memory; what was changed a moment ago and is not there yet is safe for days.
/// </summary>
public sealed partial class SweepMedia(MediaStore media, CatalogFollower follower, CatalogIndex index, MediaOptions options, TimeProvider clock, ILogger<SweepMedia> logger)
{
    private const int RowsAtOnce = 500;

    /// <summary>An upload's own messages are long gone by then: storage gave up on them.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private static readonly TimeSpan RecordsKept = TimeSpan.FromDays(30);

    /// <param name="continuation">Where to begin; <c>null</c> for the beginning.</param>
    /// <param name="cancellationToken">Ends the page early; the next night goes on.</param>
    public async Task Run(string? continuation, CancellationToken cancellationToken)
    {
        await follower.CatchUp(cancellationToken);
        HashSet<string> used = [.. index.View.All.SelectMany(entry => entry.Product.Images).Select(image => image.Hash).OfType<string>()];
        MediaPage page = await media.Page(continuation, RowsAtOnce, cancellationToken);
        foreach (Stored<ImageUpload> upload in page.Uploads) await Sweep(upload, cancellationToken);
        foreach (Stored<Picture> picture in page.Pictures) await Sweep(picture, used.Contains(picture.Value.Hash), cancellationToken);
        if (page.Continuation is { } next) await media.EnqueueSweep(next, cancellationToken);
    }

    private async Task Sweep(Stored<ImageUpload> stored, CancellationToken cancellationToken)
    {
        (ImageUpload upload, TimeSpan age) = (stored.Value, clock.GetUtcNow() - stored.Value.CreatedAt);
        if (upload.Status == ImageUploadStatus.Waiting && age > LongestWait)
            await media.TryReplace(upload with { Status = ImageUploadStatus.Refused, Refusal = ImageRefusal.GaveUp }, stored.ETag, cancellationToken);
        else if (upload.Status != ImageUploadStatus.Waiting && age > RecordsKept)
            await media.Delete(upload, stored.ETag, cancellationToken);
    }

    private async Task Sweep(Stored<Picture> stored, bool isUsed, CancellationToken cancellationToken)
    {
        Picture picture = stored.Value;
        DateTimeOffset now = clock.GetUtcNow();
        if (isUsed)
        {
            if (picture.UnusedSince is not null) await media.TryReplace(picture with { UnusedSince = null }, stored.ETag, cancellationToken);
        }
        else if (picture.UnusedSince is not { } since)
        {
            await media.TryReplace(picture with { UnusedSince = now }, stored.ETag, cancellationToken);
        }
        else if (now - since > TimeSpan.FromDays(options.UnusedDays))
        {
            await Remove(stored, cancellationToken);
        }
    }

    /// <summary>
    /// The same file may be uploaded again at this moment. Whoever publishes it writes the row before its files and gives each file another
    /// version: so either the row here has changed, or a file has, and then it stays.
    /// </summary>
    private async Task Remove(Stored<Picture> stored, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Name, ETag Version)> files = await media.FilesOf(stored.Value.Hash, cancellationToken);
        if (await media.TryReplace(stored.Value with { IsComplete = false }, stored.ETag, cancellationToken) is not { } version) return;
        foreach ((string name, ETag known) in files) await media.Unpublish(name, known, cancellationToken);
        await media.Delete(stored.Value, version, cancellationToken);
        Removed(stored.Value.Hash, files.Count);
    }

    [LoggerMessage(2032, LogLevel.Information, "Picture {Hash} was removed with {Files} files: no product names it any more.")]
    private partial void Removed(string hash, int files);
}
