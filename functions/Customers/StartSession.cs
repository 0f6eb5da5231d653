using Shop.Common;
using Shop.Http;

namespace Shop.Customers;

/// <summary>Signs a customer in on a device: one row, from which refresh tokens follow.</summary>
public sealed class StartSession(CustomerStore customers, CustomerTokens access, RefreshTokens refresh, CustomerOptions options, TimeProvider clock)
{
    public async Task<SessionTokens> Run(string customerId, int sessionVersion, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var session = new Session(Ids.New("ses", clock), customerId, 1, now, now, now.AddDays(options.SessionDays), sessionVersion);
        await customers.AddSession(session, cancellationToken);
        return TokensOf(session);
    }

    internal SessionTokens TokensOf(Session session) =>
        new(access.Issue(session.CustomerId, session.Id, session.SessionVersion), (int)CustomerTokens.Lifetime.TotalSeconds, refresh.For(session));
}
