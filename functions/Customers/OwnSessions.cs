using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Where a customer is signed in, and how they end that on one device.</summary>
public sealed class OwnSessions(CustomerStore customers, OpenCustomer open, RevokedSessions revoked, TimeProvider clock)
{
    public async Task<Result<SessionList>> List(Principal caller, CancellationToken cancellationToken)
    {
        Result<Stored<Customer>> me = await open.Run(caller, cancellationToken);
        return me.Problem is { } problem ? problem : new SessionList(await Of(me.Value.Value, caller.SessionId, cancellationToken));
    }

    /// <param name="named">A session's id, or <c>current</c>.</param>
    /// <returns>404 where the session is not theirs, or has ended.</returns>
    public async Task<Problem?> End(Principal caller, string named, CancellationToken cancellationToken)
    {
        string sessionId = named == "current" ? caller.SessionId : named;
        if (!Ids.IsValid("ses", sessionId) || await customers.FindSession(caller.Id, sessionId, cancellationToken) is null) return AccountProblems.SessionUnknown;
        await customers.EndSession(caller.Id, sessionId, cancellationToken);
        await revoked.AddSession(sessionId, cancellationToken);
        return null;
    }

    /// <summary>Those that still work, the one used last first.</summary>
    internal async Task<IReadOnlyList<SessionResource>> Of(Customer customer, string current, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return [.. (await customers.Sessions(customer.Id, cancellationToken)).Where(s => s.ExpiresAt > now && s.SessionVersion == customer.SessionVersion).OrderByDescending(s => s.RotatedAt)
            .Select(s => new SessionResource(s.Id, s.Device, s.StartedAt, s.RotatedAt, s.ExpiresAt, s.Id == current))];
    }
}

/// <param name="Data">The one used last first.</param>
public sealed record SessionList(IReadOnlyList<SessionResource> Data);

/// <param name="Device">Such as <c>Chrome, Android</c>; null where it did not say.</param>
/// <param name="LastUsedAt">When its tokens were made anew.</param>
/// <param name="IsCurrent">Whether it is the one that asks.</param>
public sealed record SessionResource(string Id, string? Device, DateTimeOffset StartedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, bool IsCurrent);
