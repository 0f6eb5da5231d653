using Shop.Common;
using Shop.Orders;

namespace Shop.Downloads;

/// <summary>What the digital lines of an order deliver, and what became of it.</summary>
public sealed class ListDownloads(OrderStore orders, DownloadStore store, DownloadGrants grants, Watermarks marks, TimeProvider clock)
{
    private const int MostOpenings = 100;

    /// <summary>As its buyer sees it.</summary>
    public async Task<Result<DownloadList>> Run(string orderId, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (!DownloadGrants.DigitalLines(order).Any()) return new DownloadList([]);
        OrderRights rights = await store.Read(orderId, cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        return new DownloadList([.. DownloadGrants.DigitalLines(order).Select(l =>
        {
            DownloadGrant grant = rights.GrantOf(l.Number);
            return new DownloadResource(
                grants.Id(orderId, l.Number), l.Line.Sku, l.Line.Title, l.Line.DownloadFile is null ? null : grants.Url(orderId, l.Number), grants.Until(order, l.Line, grant),
                grants.StatusOf(order, l.Line, grant, now), grants.LimitOf(l.Line), grant.Used, Licences(order, l.Number, l.Line, rights));
        })]);
    }

    /// <summary>As staff see it.</summary>
    public async Task<Result<StaffDownloadList>> ForStaff(string orderId, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("ord", orderId) || await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        OrderRights rights = await store.Read(orderId, cancellationToken);
        ILookup<int, DateTimeOffset> openings = await store.Openings(orderId, cancellationToken);
        ILookup<int, DownloadChange> changes = await store.Changes(orderId, cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        return new StaffDownloadList([.. DownloadGrants.DigitalLines(order).Select(l =>
        {
            DownloadGrant grant = rights.GrantOf(l.Number);
            return new StaffDownloadResource(
                l.Number, l.Line.Sku, l.Line.Title, grants.StatusOf(order, l.Line, grant, now), grants.Until(order, l.Line, grant), grants.LimitOf(l.Line), grant.Used, marks.Of(order, l.Number),
                [.. Licences(order, l.Number, l.Line, rights).Select(k => k.Status)], [.. openings[l.Number].TakeLast(MostOpenings)], [.. changes[l.Number]]);
        })]);
    }

    private static LicenceKeyResource[] Licences(Order order, int number, OrderLine line, OrderRights rights)
    {
        if (line.Digital?.Licence is null) return [];
        int entitled = rights.GrantOf(number).IsRevoked ? 0 : DownloadGrants.Entitled(order, line);
        return [.. Enumerable.Range(1, line.Quantity).Select(unit =>
            unit > entitled ? new LicenceKeyResource(LicenceKeyStatus.Revoked, null)
            : rights.Licences.TryGetValue((number, unit), out string? key) ? new LicenceKeyResource(LicenceKeyStatus.Assigned, key)
            : new LicenceKeyResource(LicenceKeyStatus.Waiting, null))];
    }
}
