using Shop.Common;

namespace Shop.Downloads;

/// <summary>Refusals about files.</summary>
public static class DownloadProblems
{
    public static Problem FileNameInvalid { get; } = new(422, "download.file-name", "A file's name has letters, digits, dots, underscores and hyphens, 128 at most.");

    public static Problem Unknown { get; } = new(404, "download.unknown", "There is no such download.");

    public static Problem Expired { get; } = new(410, "download.expired", "The time to fetch this file is over. Write to the shop.");

    public static Problem UsedUp { get; } = new(410, "download.used-up", "This file was fetched as often as it may be. Write to the shop.");

    public static Problem Revoked { get; } = new(410, "download.revoked", "This download was taken back: its money was returned, or the shop withdrew it.");

    public static Problem Missing(string title) => new(404, "download.missing", $"The file of '{title}' is not there yet. Try later, or write to the shop.");

    public static Problem NotStamped(string title) => new(503, "download.not-stamped", $"The file of '{title}' could not be prepared for you. The shop knows; write to it.");
}
