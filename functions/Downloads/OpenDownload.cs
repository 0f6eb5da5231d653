using Shop.Common;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Downloads;

/// <summary>
/// Gives a buyer a short-lived signed address of the file; the container itself is never public. Each opening is counted before its address is told, in
/// the row that says how many there were: requests side by side cannot outrun the limit.
/// </summary>
public sealed class OpenDownload(DownloadGrants grants, OrderStore orders, DownloadStore store, DigitalFiles files, StampedFiles stamped, DownloadOptions options, TimeProvider clock)
{
    public async Task<Result<Uri>> Run(string grant, CancellationToken cancellationToken)
    {
        Result<Opening> found = await Find(grant, cancellationToken);
        if (found.Problem is { } refused) return refused;
        (Order order, int number, OrderLine line, Stored<DownloadGrant> read) = found.Value;
        // Made before it is counted: what cannot be handed out is not used up.
        Result<Uri> address = await Address(order, number, line, cancellationToken);
        while (address.Ok && !await store.TryOpen(order.Id, number, read, clock.GetUtcNow(), cancellationToken))
        {
            read = await store.Find(order.Id, number, cancellationToken);
            if (Refusal(order, line, read.Value) is { } problem) return problem;
        }
        return address;
    }

    /// <summary>Whether it could be opened now; counts nothing.</summary>
    public async Task<Result<bool>> Look(string grant, CancellationToken cancellationToken) => (await Find(grant, cancellationToken)).Map(_ => true);

    private async Task<Result<Opening>> Find(string grant, CancellationToken cancellationToken)
    {
        if (grants.Read(grant) is not ({ } orderId, var number) || await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return DownloadProblems.Unknown;
        if (DownloadGrants.LineAt(order, number) is not { DownloadFile: not null } line) return DownloadProblems.Unknown;
        Stored<DownloadGrant> read = await store.Find(orderId, number, cancellationToken);
        return Refusal(order, line, read.Value) is { } problem ? problem : new Opening(order, number, line, read);
    }

    private Problem? Refusal(Order order, OrderLine line, DownloadGrant grant) => grants.StatusOf(order, line, grant, clock.GetUtcNow()) switch
    {
        DownloadStatus.Revoked => DownloadProblems.Revoked,
        DownloadStatus.Expired => DownloadProblems.Expired,
        DownloadStatus.UsedUp => DownloadProblems.UsedUp,
        _ => null,
    };

    private async Task<Result<Uri>> Address(Order order, int number, OrderLine line, CancellationToken cancellationToken)
    {
        // Storage checks the address against its own clock, not the shop's.
        DateTimeOffset until = TimeProvider.System.GetUtcNow().AddMinutes(options.LinkMinutes);
        if (line.Digital is { Watermark: true }) return await stamped.Open(order, number, line, until, cancellationToken);
        return await files.Open(line.DownloadFile!, until, cancellationToken) is { } address ? address : DownloadProblems.Missing(line.Title);
    }

    private sealed record Opening(Order Order, int Number, OrderLine Line, Stored<DownloadGrant> Read);
}
