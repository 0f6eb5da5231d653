using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// What is known of the shop's own pictures is what the shop made, and nothing that a draft or a file says: those name a picture, say what it
/// shows, and where it stands.
/// </summary>
public sealed class OwnPictures(MediaStore media)
{
    /// <param name="product">As it was stated.</param>
    /// <param name="known">As it was before.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>The product with its pictures as they are; or which of them are not there, with a JSON Pointer each.</returns>
    internal async Task<Result<Product>> Settle(Product product, Product? known, CancellationToken cancellationToken)
    {
        if (product.Images.Count == 0) return product;
        Dictionary<string, ProductImage> before = known?.Images.ToDictionary(i => i.Url, StringComparer.Ordinal) ?? [];
        List<ProductImage> images = [];
        List<FieldError> unknown = [];
        foreach (ProductImage image in product.Images)
        {
            if (image.Hash is not { } hash) images.Add(image with { Widths = null });
            else if (before.TryGetValue(image.Url, out ProductImage? had)) images.Add(image with { Width = had.Width, Height = had.Height, Widths = had.Widths });
            else if (await Find(hash, cancellationToken) is { } picture) images.Add(image with { Width = picture.Width, Height = picture.Height, Widths = picture.Widths });
            else unknown.Add(new FieldError($"/images/{images.Count + unknown.Count}/url", "is no picture that was uploaded here"));
        }
        return unknown.Count > 0 ? CatalogProblems.ProductInvalid with { Errors = unknown } : product with { Images = images };
    }

    /// <summary>A picture of another product, or of nobody any more: then it is kept from the sweep first.</summary>
    private async Task<Picture?> Find(string hash, CancellationToken cancellationToken)
    {
        if (await media.FindPicture(hash, cancellationToken) is not { Value: { IsComplete: true } picture } stored) return null;
        return picture.UnusedSince is null || await media.TryReplace(picture with { UnusedSince = null }, stored.ETag, cancellationToken) is not null ? picture : null;
    }
}
