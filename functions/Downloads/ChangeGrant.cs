using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Shop.Common;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Downloads;

/// <param name="Reason">For colleagues; it stays with the grant.</param>
public sealed record DownloadReason([property: StringLength(200, MinimumLength = 1)] string Reason);

/// <param name="Days">How much longer: from its end, or from now where that is past.</param>
/// <param name="Reason">For colleagues; it stays with the grant.</param>
public sealed record DownloadExtension([property: Range(1, 3650)] int Days, [property: StringLength(200, MinimumLength = 1)] string Reason);

/// <summary>What staff do to a buyer's right. It is done once under the request's idempotency key, even when its answer was never kept.</summary>
public sealed class ChangeGrant(OrderStore orders, DownloadStore store, DownloadGrants grants, ListDownloads list, TimeProvider clock)
{
    public async Task<Result<StaffDownloadResource>> Run(string orderId, int number, DownloadChangeKind kind, string reason, int? days, string key, string actor, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("ord", orderId) || await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (DownloadGrants.LineAt(order, number) is not { } line) return DownloadProblems.Unknown;
        string id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{actor}|{kind}|{key}")).AsSpan(0, 13));
        var change = new DownloadChange(kind, reason, actor, clock.GetUtcNow(), days);
        bool made = false;
        while (!made && !await store.WasChanged(orderId, number, id, cancellationToken))
        {
            Stored<DownloadGrant> read = await store.Find(orderId, number, cancellationToken);
            made = await store.TryChange(orderId, number, read, Changed(read.Value, order, line, change), change, id, cancellationToken);
        }
        return (await list.ForStaff(orderId, cancellationToken)).Map(all => all.Data.First(d => d.Line == number));
    }

    private DownloadGrant Changed(DownloadGrant grant, Order order, OrderLine line, DownloadChange change)
    {
        DateTimeOffset until = grants.Until(order, line, grant);
        return change.Kind switch
        {
            DownloadChangeKind.Reset => grant with { Used = 0 },
            DownloadChangeKind.Extend => grant with { Until = (until > change.At ? until : change.At).AddDays(change.Days!.Value) },
            DownloadChangeKind.Revoke => grant with { IsRevoked = true },
            _ => grant with { IsRevoked = false },
        };
    }
}
