using Shop.Common;
using Shop.Http;

namespace Shop.Customers;

/// <summary>Signs a customer in on a device: one row, from which refresh tokens follow.</summary>
public sealed class StartSession(CustomerStore customers, CustomerTokens access, RefreshTokens refresh, CustomerGroups groups, CustomerOptions options, TimeProvider clock)
{
    public async Task<SessionTokens> Run(string customerId, int sessionVersion, GroupSet memberOf, string? device, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var session = new Session(Ids.New("ses", clock), customerId, 1, now, now, now.AddDays(options.SessionDays), sessionVersion, device);
        await customers.AddSession(session, cancellationToken);
        return await TokensOf(session, memberOf, cancellationToken);
    }

    /// <param name="memberOf">The customer's groups; those that were deleted count no more.</param>
    internal async Task<SessionTokens> TokensOf(Session session, GroupSet memberOf, CancellationToken cancellationToken)
    {
        GroupSet living = await groups.Living(memberOf, cancellationToken);
        return new SessionTokens(access.Issue(session.CustomerId, session.Id, session.SessionVersion, living), (int)CustomerTokens.Lifetime.TotalSeconds, refresh.For(session));
    }
}
