using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>The categories, blob <c>categories.json</c> beside the catalogue's log; what they were before is <c>categories/000000003.json</c>, a blob for each version.</summary>
public sealed class CategoryStore(ShopStorage storage) : CatalogDocument<CategoryRecords>(storage, "categories.json", CategoryRecords.None)
{
    /// <summary>They are a line of the log, which takes three.</summary>
    private const int MostBytes = 2 * 1024 * 1024;

    private readonly BlobContainerClient _container = storage.Container("catalog");

    internal static bool Fits(CategoryRecords records) => JsonSerializer.SerializeToUtf8Bytes(records, ShopJson.Options).Length <= MostBytes;

    /// <summary>Keeps a version that is about to be replaced. It is the same whoever replaces it, so that nobody keeps what never was.</summary>
    internal Task Keep(CategoryRecords replaced, CancellationToken cancellationToken) =>
        replaced.Version == 0 ? Task.CompletedTask : TryWrite(Of(replaced.Version), replaced, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);

    /// <returns>A page of changes, the newest first, and the version that the next one begins with.</returns>
    /// <param name="from">The version to begin with; the newest when absent.</param>
    internal async Task<(IReadOnlyList<CategoryChange> Changes, long? Next)> Changes(long? from, int limit, CancellationToken cancellationToken)
    {
        CategoryRecords after = (await Read(cancellationToken)).Value;
        if (from < after.Version) after = await Kept(from.Value, cancellationToken);
        List<CategoryChange> changes = [];
        while (after.Version > 0 && changes.Count < limit)
        {
            CategoryRecords before = await Kept(after.Version - 1, cancellationToken);
            changes.Add(CategoryChange.Between(before, after));
            after = before;
        }
        return (changes, after.Version > 0 ? after.Version : null);
    }

    private async Task<CategoryRecords> Kept(long version, CancellationToken cancellationToken) =>
        version <= 0 ? CategoryRecords.None : JsonSerializer.Deserialize<CategoryRecords>((await Of(version).DownloadContentAsync(cancellationToken)).Value.Content, ShopJson.Options)!;

    private BlobClient Of(long version) => _container.GetBlobClient(string.Create(CultureInfo.InvariantCulture, $"categories/{version:d9}.json"));
}
