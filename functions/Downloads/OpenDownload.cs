using Shop.Common;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Downloads;

/// <summary>Gives a buyer a short-lived signed address of the file; the container itself is never public.</summary>
public sealed class OpenDownload(DownloadGrants grants, OrderStore orders, DigitalFiles files, DownloadOptions options, TimeProvider clock)
{
    public async Task<Result<Uri>> Run(string grant, CancellationToken cancellationToken)
    {
        if (grants.Read(grant) is not ({ } orderId, var number) || await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return DownloadProblems.Unknown;
        if (number >= order.Lines.Count || order.Lines[number] is not { DownloadFile: { } file } line || order.PaymentStatus is not (PaymentStatus.Paid or PaymentStatus.PartiallyRefunded)) return DownloadProblems.Unknown;
        if (grants.Until(order) < clock.GetUtcNow()) return DownloadProblems.Expired;
        // Storage checks the address against its own clock, not the shop's.
        return await files.Open(file, TimeProvider.System.GetUtcNow().AddMinutes(options.LinkMinutes), cancellationToken) is { } address ? address : DownloadProblems.Missing(line.Title);
    }
}

/// <summary>Every refusal of this module.</summary>
public static class DownloadProblems
{
    public static Problem Unknown { get; } = new(404, "download.unknown", "There is no such download.");

    public static Problem Expired { get; } = new(410, "download.expired", "The time to fetch this file is over. Write to the shop.");

    public static Problem Missing(string title) => new(404, "download.missing", $"The file of '{title}' is not there yet. Try later, or write to the shop.");
}
