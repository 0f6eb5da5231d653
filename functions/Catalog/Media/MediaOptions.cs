using System.ComponentModel.DataAnnotations;

namespace Shop.Catalog;

/// <summary>Section <c>Media</c>: pictures of products.</summary>
public sealed class MediaOptions : IValidatableObject
{
    /// <summary>What the addresses of pictures begin with: a CDN in front of the container. The container's own address when absent.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Whether everybody may read the container. Off where the account forbids it: then the CDN reads it with a right of its own.</summary>
    public bool PublicAccess { get; init; } = true;

    /// <summary>How long an upload's address lives, in seconds.</summary>
    [Range(1, 3600)]
    public int UploadSeconds { get; init; } = 900;

    /// <summary>The largest file that is looked at, in bytes.</summary>
    [Range(1, 100 * 1024 * 1024)]
    public int MostBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>The largest picture that is decoded, width times height; each takes four bytes of memory.</summary>
    [Range(1, 200_000_000)]
    public int MostPixels { get; init; } = 50_000_000;

    /// <summary>How long a picture that no product names any more is kept: pages, feeds and mails out there may still show it.</summary>
    [Range(1, 3650)]
    public int UnusedDays { get; init; } = 30;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicUrl is not null and not { IsAbsoluteUri: true, Scheme: "http" or "https" }) yield return new ValidationResult("Media__PublicUrl must be an http or https URL.");
        if (PublicUrl is null && !PublicAccess) yield return new ValidationResult("Without Media__PublicAccess nobody can read pictures: set Media__PublicUrl to the CDN that can.");
    }
}
