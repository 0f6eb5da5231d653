using Azure;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>Puts a picture that was made into its product, whoever else is changing it.</summary>
public sealed class AttachPicture(CatalogStore products, SaveProducts save, TimeProvider clock)
{
    private const int MostTries = 20;

    /// <returns>Why it cannot be; <c>null</c> when the product has it, also where it had it before.</returns>
    internal async Task<ImageRefusal?> Run(ImageUpload upload, MadePicture picture, CancellationToken cancellationToken)
    {
        string url = ProductImage.UrlOf(picture.Hash);
        for (int tries = 0; tries < MostTries; tries++)
        {
            Stored<Product> known = await products.Find(upload.ProductId, cancellationToken) ?? throw new InvalidOperationException($"Product {upload.ProductId} is gone, and products never go.");
            IReadOnlyList<ProductImage> images = known.Value.Images;
            if (images.Any(i => i.Url == url)) return null;
            if (images.Count >= ProductRules.MostImages) return ImageRefusal.ProductFull;

            int position = Math.Min(upload.Position ?? images.Count, images.Count);
            ProductImage image = new ProductImage(url, picture.Width, picture.Height, upload.Alt, picture.Widths, upload.Skus).For(known.Value.Variants);
            Product product = (known.Value with { Images = [.. images.Take(position), image, .. images.Skip(position)] }).After(known.Value, clock.GetUtcNow());
            IReadOnlyDictionary<string, ETag> written = await save.Run([new ProductWrite(product, known, new ChangeAuthor(upload.Actor, null))], cancellationToken);
            if (written.ContainsKey(product.Id)) return null;
        }
        throw new InvalidOperationException($"Product {upload.ProductId} was changed by others {MostTries} times in a row.");
    }
}
