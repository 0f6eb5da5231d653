using Shop.Common;

namespace Shop.Catalog;

public enum ImageUploadStatus { Waiting, Ready, Refused }

/// <summary>Why a file became no picture of its product.</summary>
public enum ImageRefusal
{
    /// <summary>Nothing was uploaded while the address was good.</summary>
    NeverCame,

    /// <summary>The file has more bytes than are looked at.</summary>
    TooLarge,

    /// <summary>It is no JPEG, PNG, WebP or GIF, whatever its name says.</summary>
    NoPicture,

    /// <summary>It says that it has more pixels than are decoded.</summary>
    TooManyPixels,

    /// <summary>It ends too early, or makes no sense further in.</summary>
    Damaged,

    /// <summary>The product has as many pictures as one can have.</summary>
    ProductFull,

    /// <summary>Working on it failed again and again. It may be uploaded anew.</summary>
    GaveUp,
}

/// <summary>A picture on its way to a product.</summary>
internal sealed record ImageUpload
{
    /// <summary><c>img_…</c>; also the name of the blob it is uploaded to.</summary>
    public required string Id { get; init; }

    public required string ProductId { get; init; }

    public ImageUploadStatus Status { get; init; }

    public ImageRefusal? Refusal { get; init; }

    public required LocalText Alt { get; init; }

    /// <summary>From 0; <c>null</c> for behind those that are there.</summary>
    public int? Position { get; init; }

    public IReadOnlyList<Sku>? Skus { get; init; }

    /// <summary>Who asked for it: the product's change is theirs.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How often work on it was begun. A file that stops the process must not do so for ever.</summary>
    public int Attempts { get; init; }

    /// <summary>When ready: what the product's <c>images</c> name it by.</summary>
    public string? Url { get; init; }
}

/// <summary>A picture in the shop's own container.</summary>
/// <param name="Hash">Of the file it was made from; its files begin with it.</param>
/// <param name="Width">Of the widest one.</param>
/// <param name="Height">Of the widest one.</param>
/// <param name="Widths">Rising.</param>
/// <param name="IsComplete">Whether all files are there: not before they are made, and no longer once they are being removed.</param>
/// <param name="UnusedSince">When the sweep first found no product that names it.</param>
internal sealed record Picture(string Hash, int Width, int Height, IReadOnlyList<int> Widths, bool IsComplete, DateTimeOffset? UnusedSince);
