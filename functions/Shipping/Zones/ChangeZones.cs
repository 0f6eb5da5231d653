using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Shipping;

/// <summary>Staff say what it costs to send something where. This instance follows at once, the others within half a minute.</summary>
public sealed class ChangeZones(ZoneStore store, ZoneDirectory directory, TimeProvider clock)
{
    public async Task<Result<Stored<ShippingZone>>> Add(NewZone wanted, string actor, CancellationToken cancellationToken)
    {
        if (ZoneRules.Check(wanted.Area, wanted.Rates) is { Count: > 0 } mistakes) return ShippingProblems.ZoneInvalid with { Errors = mistakes };
        if ((await store.All(cancellationToken)).Count >= ShippingZone.Most) return ShippingProblems.TooManyZones;
        var zone = new ShippingZone(wanted.Id, wanted.Name.Trim(), wanted.Area, wanted.Source, wanted.Rates, actor, clock.GetUtcNow());
        if (await store.TryAdd(zone, cancellationToken) is not { } added) return ShippingProblems.ZoneExists;
        await directory.Refresh(cancellationToken);
        return added;
    }

    public async Task<Result<Stored<ShippingZone>>> Replace(string zoneId, ZoneDraft wanted, IfMatch match, string actor, CancellationToken cancellationToken)
    {
        if (ZoneRules.Check(wanted.Area, wanted.Rates) is { Count: > 0 } mistakes) return ShippingProblems.ZoneInvalid with { Errors = mistakes };
        if (await store.Find(zoneId, cancellationToken) is not { } before) return ShippingProblems.ZoneUnknown;
        if (match.Check(before.ETag) is { } stale) return stale;
        var zone = new ShippingZone(zoneId, wanted.Name.Trim(), wanted.Area, wanted.Source, wanted.Rates, actor, clock.GetUtcNow());
        if (await store.TryReplace(before, zone, cancellationToken) is not { } replaced) return HttpProblems.PreconditionFailed;
        await directory.Refresh(cancellationToken);
        return replaced;
    }

    public async Task<Problem?> Delete(string zoneId, IfMatch match, CancellationToken cancellationToken)
    {
        if (await store.Find(zoneId, cancellationToken) is not { } before) return ShippingProblems.ZoneUnknown;
        if (match.Check(before.ETag) is { } stale) return stale;
        if (!await store.TryDelete(before, cancellationToken)) return HttpProblems.PreconditionFailed;
        await directory.Refresh(cancellationToken);
        return null;
    }
}
