using Shop.Common;

namespace Shop.Downloads;

/// <param name="Data">What the order's digital lines deliver; none before it is paid.</param>
public sealed record DownloadList(IReadOnlyList<DownloadResource> Data);

/// <summary>What a digital line delivers.</summary>
/// <param name="Url">Redirects to the file for a short while; null where there is no file.</param>
/// <param name="ExpiresAt">When the right to fetch it ends.</param>
/// <param name="Limit">How often the file may be fetched.</param>
/// <param name="Used">How often it was.</param>
/// <param name="Licences">One for each unit that was bought; none where the article has no licence.</param>
public sealed record DownloadResource(
    string Id, Sku Sku, string Title, string? Url, DateTimeOffset ExpiresAt, DownloadStatus Status, int Limit, int Used, IReadOnlyList<LicenceKeyResource> Licences);

public enum LicenceKeyStatus
{
    /// <summary>It will be there soon; a mail tells when, where it takes longer.</summary>
    Waiting,
    Assigned,
    Revoked,
}

/// <param name="Key">Null unless it is assigned.</param>
public sealed record LicenceKeyResource(LicenceKeyStatus Status, string? Key);

/// <param name="Data">The order's digital lines.</param>
public sealed record StaffDownloadList(IReadOnlyList<StaffDownloadResource> Data);

/// <summary>A digital line as staff sees it. Keys are the buyer's: staff sees whether they are there.</summary>
/// <param name="Line">Its place in the order, from 0.</param>
/// <param name="Mark">What its stamped copies say.</param>
/// <param name="Openings">When the file was fetched, the latest hundred times.</param>
public sealed record StaffDownloadResource(
    int Line, Sku Sku, string Title, DownloadStatus Status, DateTimeOffset ExpiresAt, int Limit, int Used, string Mark, IReadOnlyList<LicenceKeyStatus> Licences, IReadOnlyList<DateTimeOffset> Openings,
    IReadOnlyList<DownloadChange> Changes);
