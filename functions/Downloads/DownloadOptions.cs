using System.ComponentModel.DataAnnotations;

namespace Shop.Downloads;

/// <summary>Section <c>Downloads</c>.</summary>
public sealed class DownloadOptions
{
    /// <summary>How long after payment a buyer may fetch a file, where its article does not say.</summary>
    [Range(1, 3650)]
    public int AccessDays { get; init; } = 30;

    /// <summary>How often a buyer may fetch a file, where its article does not say.</summary>
    [Range(1, 1000)]
    public int Limit { get; init; } = 5;

    /// <summary>How long the signed address of the file itself lives.</summary>
    [Range(1, 60)]
    public int LinkMinutes { get; init; } = 5;

    /// <summary>Files above it are not stamped, and so not handed out where a stamp is wanted: a stamp is made in memory.</summary>
    [Range(1, 200_000_000)]
    public int WatermarkMostBytes { get; init; } = 50_000_000;

    /// <summary>Pictures that say they have more pixels are not decoded.</summary>
    [Range(1, 200_000_000)]
    public int WatermarkMostPixels { get; init; } = 50_000_000;

    /// <summary>How long an address lives to which staff upload a file.</summary>
    [Range(1, 24 * 60)]
    public int UploadMinutes { get; init; } = 60;

    /// <summary>Stamped copies are kept so long; one that is asked for later is made anew.</summary>
    [Range(1, 3650)]
    public int CopyDays { get; init; } = 30;

    /// <summary>On how many devices a licence key works at a time, where its article does not say.</summary>
    [Range(1, 1000)]
    public int ActivationLimit { get; init; } = 3;

    /// <summary>Staff are told when a pool has fewer free keys.</summary>
    [Range(1, 10_000)]
    public int LowPool { get; init; } = 10;

    /// <summary>Who is told that a pool of licence keys runs low; empty tells nobody.</summary>
    [RegularExpression("^$|^[^@\\s]+@[^@\\s]+$", ErrorMessage = "Downloads__AlertEmail must be an e-mail address, or be empty.")]
    public string AlertEmail { get; init; } = "";

    /// <summary>How often one key may be asked about within a quarter of an hour.</summary>
    [Range(1, 10_000)]
    public int LicenceCallsPerKey { get; init; } = 60;

    /// <summary>How often licence keys may be asked about from one client address within a quarter of an hour.</summary>
    [Range(1, 100_000)]
    public int LicenceCallsPerClientAddress { get; init; } = 300;
}
