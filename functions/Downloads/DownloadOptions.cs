using System.ComponentModel.DataAnnotations;

namespace Shop.Downloads;

/// <summary>Section <c>Downloads</c>.</summary>
public sealed class DownloadOptions
{
    /// <summary>How long after payment a buyer may fetch the file.</summary>
    [Range(1, 3650)]
    public int AccessDays { get; init; } = 30;

    /// <summary>How long the signed address of the file itself lives.</summary>
    [Range(1, 60)]
    public int LinkMinutes { get; init; } = 5;
}
