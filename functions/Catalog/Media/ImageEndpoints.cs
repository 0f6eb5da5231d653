using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>Pictures that staff uploads. To change their order, what they say or which there are, change the product.</summary>
public sealed class ImageEndpoints(OfferUpload offer, MediaStore media, CatalogStore products, MediaAddresses addresses)
{
    private const string Route = "v1/admin/products/{productId}/images", One = Route + "/{imageId}";
    private const int MostUploads = 100;

    /// <summary>Gives an address to which one picture of a product can be uploaded.</summary>
    /// <remarks>
    /// PUT the file there with the headers that the answer names, then say that it is complete. JPEG, PNG, WebP and GIF are taken, by what is in them; nothing but the
    /// pixels is kept.
    /// </remarks>
    [Function("OfferImageUpload"), Staff(Role.Catalog), ApiKeyScope("catalog:write")]
    [Body<NewImage>, Answer<UploadOffer>(201), Refusal(404, "catalog.product-unknown"), Refusal(409, "catalog.images-full"), Refusal(422, "catalog.product-invalid")]
    public Task<IResult> Offer([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request, string productId) =>
        request.ReadBody<NewImage>().Then(wanted => offer.Run(productId, wanted, request.Principal().Actor, request.HttpContext.RequestAborted))
            .ToHttp(made => Respond.Created($"/v1/admin/products/{productId}/images/{made.Id}", made));

    /// <summary>Says that the file is there: it is looked at now, and not only when the address has expired.</summary>
    [Function("CompleteImageUpload"), Staff(Role.Catalog), ApiKeyScope("catalog:write")]
    [Answer<ImageUploadResource>(202), Refusal(404, "catalog.image-unknown"), Refusal(409, "catalog.image-missing")]
    public async Task<IResult> Complete([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/complete")] HttpRequest request, string productId, string imageId)
    {
        CancellationToken aborted = request.HttpContext.RequestAborted;
        if (await Find(productId, imageId, aborted) is not { Value: var upload }) return CatalogProblems.ImageUnknown.ToHttp();
        if (upload.Status == ImageUploadStatus.Waiting)
        {
            if (!await media.HasCome(imageId, aborted)) return CatalogProblems.ImageMissing.ToHttp();
            await media.Enqueue(upload, isLast: false, TimeSpan.Zero, aborted);
        }
        return Respond.Accepted($"/v1/admin/products/{productId}/images/{imageId}", ImageUploadResource.From(upload));
    }

    /// <summary>Tells what has become of an upload.</summary>
    [Function("GetImageUpload"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<ImageUploadResource>(200), Refusal(404, "catalog.image-unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string productId, string imageId) =>
        await Find(productId, imageId, request.HttpContext.RequestAborted) is { } stored ? Respond.Ok(ImageUploadResource.From(stored.Value), stored.ETag) : CatalogProblems.ImageUnknown.ToHttp();

    /// <summary>Shows a product's pictures with their files, and its uploads of the last thirty days: the newest hundred at most.</summary>
    [Function("ListImages"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<ProductImages>(200), Refusal(404, "catalog.product-unknown")]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request, string productId)
    {
        CancellationToken aborted = request.HttpContext.RequestAborted;
        if (!Ids.IsValid("prd", productId) || await products.Find(productId, aborted) is not { Value: var product }) return CatalogProblems.ProductUnknown.ToHttp();
        IReadOnlyList<ImageUpload> uploads = await media.ListUploads(productId, MostUploads, aborted);
        return Respond.Ok(new ProductImages([.. product.Images.Select(image => new StaffImage(image, addresses.Sources(image)))], [.. uploads.Select(ImageUploadResource.From)]));
    }

    private async Task<Stored<ImageUpload>?> Find(string productId, string imageId, CancellationToken cancellationToken) =>
        Ids.IsValid("prd", productId) && Ids.IsValid("img", imageId) ? await media.FindUpload(productId, imageId, cancellationToken) : null;
}

/// <summary>A picture on its way to a product.</summary>
/// <param name="Id"><c>img_…</c></param>
/// <param name="Status">Ready when the product has it.</param>
/// <param name="Refusal">Why it was refused.</param>
/// <param name="CreatedAt">When its address was asked for.</param>
/// <param name="Url">When ready: what the product's images name it by.</param>
public sealed record ImageUploadResource(string Id, ImageUploadStatus Status, ImageRefusal? Refusal, DateTimeOffset CreatedAt, string? Url)
{
    internal static ImageUploadResource From(ImageUpload upload) => new(upload.Id, upload.Status, upload.Refusal, upload.CreatedAt, upload.Url);
}

/// <summary>The pictures of a product.</summary>
/// <param name="Images">In their order.</param>
/// <param name="Uploads">Those that were ready or refused a while ago are no longer there.</param>
public sealed record ProductImages(IReadOnlyList<StaffImage> Images, IReadOnlyList<ImageUploadResource> Uploads);

/// <summary>A picture as staff sees it.</summary>
/// <param name="Image">As the product has it.</param>
/// <param name="Sources">Its files; empty where it lies elsewhere.</param>
public sealed record StaffImage(ProductImage Image, IReadOnlyList<ImageSource> Sources);
