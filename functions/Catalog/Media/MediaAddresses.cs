using Shop.Common;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>
/// Where pictures are read: from the container, or from the CDN in front of it. Products keep hashes only, so that a CDN can come and go
/// without one of them being written.
/// </summary>
public sealed class MediaAddresses
{
    private const int CardWidth = 640, PageWidth = 1280;
    private readonly string _root;

    internal MediaAddresses(Uri root) => _root = root.AbsoluteUri.TrimEnd('/');

    public MediaAddresses(MediaOptions options, ShopStorage storage) : this(options.PublicUrl ?? storage.Container(MediaStore.Container).Uri)
    {
    }

    /// <summary>A small one, for lists.</summary>
    internal string Card(ProductImage image) => Of(image, CardWidth, Derivatives.Webp);

    /// <summary>The largest one, in the format that everybody reads, for other people's machines.</summary>
    internal string Largest(ProductImage image) => Of(image, int.MaxValue, Derivatives.Jpeg);

    internal ImageResource Resource(ProductImage image, string locale, string fallback)
    {
        string alt = image.Alt.In(locale, fallback);
        IReadOnlyList<Sku> skus = image.Skus ?? [];
        if (image.Hash is not { } hash || image.Widths is not { Count: > 0 } widths) return new ImageResource(image.Url, image.Width, image.Height, alt, [], skus);
        int width = Fitting(widths, PageWidth);
        return new ImageResource(Address(hash, width, Derivatives.Jpeg), width, Derivatives.HeightAt(width, image.Width, image.Height), alt, Sources(image), skus);
    }

    /// <summary>All files of a picture; none where it lies elsewhere.</summary>
    internal IReadOnlyList<ImageSource> Sources(ProductImage image) => image.Hash is { } hash && image.Widths is { } widths
        ? [.. from type in (string[])[Derivatives.Webp, Derivatives.Jpeg] from width in widths select new ImageSource(Address(hash, width, type), width, type)]
        : [];

    private string Of(ProductImage image, int width, string type) =>
        image.Hash is { } hash && image.Widths is { Count: > 0 } widths ? Address(hash, Fitting(widths, width), type) : image.Url;

    private string Address(string hash, int width, string type) => $"{_root}/{Derivatives.NameOf(hash, width, type)}";

    private static int Fitting(IReadOnlyList<int> widths, int most) => widths.LastOrDefault(w => w <= most, widths[0]);
}

/// <summary>A picture as a page shows it.</summary>
/// <param name="Url">For browsers that cannot choose: a JPEG of middling width where the picture is the shop's own.</param>
/// <param name="Width">Of that one, in pixels; 0 while unknown.</param>
/// <param name="Height">Of that one, in pixels; 0 while unknown.</param>
/// <param name="Alt">What it shows, in the answer's language.</param>
/// <param name="Sources">The same picture in other widths and formats, for <c>srcset</c>; empty where it lies elsewhere. What is behind an address never changes.</param>
/// <param name="Skus">The variants it shows; empty for all of them.</param>
public sealed record ImageResource(string Url, int Width, int Height, string Alt, IReadOnlyList<ImageSource> Sources, IReadOnlyList<Sku> Skus);

/// <summary>One file of a picture.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Type"><c>image/webp</c> or <c>image/jpeg</c>.</param>
public sealed record ImageSource(string Url, int Width, string Type);
