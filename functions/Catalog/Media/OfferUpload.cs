using System.ComponentModel.DataAnnotations;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>A picture that staff wants to upload.</summary>
/// <param name="Alt">What it shows, for those who cannot see it; by language tag, the shop's own always among them.</param>
/// <param name="Position">From 0; behind those that are there when absent.</param>
/// <param name="Skus">The variants it shows; all of them when absent.</param>
public sealed record NewImage(LocalText Alt, [property: Range(0, 100)] int? Position = null, IReadOnlyList<Sku>? Skus = null);

/// <summary>Where a file can be uploaded to, by one request and without the shop in between.</summary>
/// <param name="Id"><c>img_…</c></param>
/// <param name="Status">Waiting.</param>
/// <param name="UploadMethod"><c>PUT</c>, with the file as the body.</param>
/// <param name="UploadUrl">Good for this one file.</param>
/// <param name="UploadHeaders">What the request needs.</param>
/// <param name="UploadUntil">When the address expires.</param>
/// <param name="MostBytes">A larger file is refused once it is there.</param>
public sealed record UploadOffer(
    string Id, ImageUploadStatus Status, string UploadMethod, Uri UploadUrl, IReadOnlyDictionary<string, string> UploadHeaders, DateTimeOffset UploadUntil, long MostBytes);

/// <summary>Offers staff an address to which they upload a picture.</summary>
public sealed class OfferUpload(CatalogStore products, MediaStore media, MediaOptions options, ShopOptions shop, TimeProvider clock)
{
    internal async Task<Result<UploadOffer>> Run(string productId, NewImage wanted, string actor, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("prd", productId) || await products.Find(productId, cancellationToken) is not { Value: var product }) return CatalogProblems.ProductUnknown;
        if (new ProductRules(Currency.Parse(shop.Currency), shop.Locale).Check(wanted, product.Variants) is { Count: > 0 } mistakes) return CatalogProblems.ProductInvalid with { Errors = mistakes };
        if (product.Images.Count >= ProductRules.MostImages) return CatalogProblems.ImagesFull;

        var upload = new ImageUpload
        {
            Id = Ids.New("img", clock), ProductId = product.Id, Alt = wanted.Alt, Position = wanted.Position, Skus = wanted.Skus, Actor = actor, CreatedAt = clock.GetUtcNow(),
        };
        var life = TimeSpan.FromSeconds(options.UploadSeconds);
        await media.AddUpload(upload, cancellationToken);
        // Before the address is known to anybody: whatever becomes of them, somebody looks. What begins in time may take as long again.
        await media.Enqueue(upload, isLast: true, 2 * life, cancellationToken);
        // Storage checks the address against its own clock, not the shop's.
        DateTimeOffset until = TimeProvider.System.GetUtcNow() + life;
        Uri address = await media.UploadUrl(upload.Id, until, cancellationToken);
        return new UploadOffer(upload.Id, upload.Status, "PUT", address, new Dictionary<string, string>(StringComparer.Ordinal) { ["x-ms-blob-type"] = "BlockBlob" }, until, options.MostBytes);
    }
}
