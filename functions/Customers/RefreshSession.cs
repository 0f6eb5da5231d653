using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>
/// Exchanges a refresh token for the next pair. The one before the newest still gets the newest for a few seconds, since two tabs refresh together and
/// answers are lost; any older one means that two parties hold the session, and ends it.
/// </summary>
public sealed class RefreshSession(CustomerStore customers, RevokedSessions revoked, RefreshTokens tokens, StartSession sessions, CustomerOptions options, TimeProvider clock)
{
    public async Task<Result<SessionTokens>> Run(string token, CancellationToken cancellationToken)
    {
        if (tokens.Read(token) is not { } asked) return AccountProblems.RefreshInvalid;
        while (await customers.FindSession(asked.CustomerId, asked.SessionId, cancellationToken) is { } read)
        {
            Session session = read.Value;
            DateTimeOffset now = clock.GetUtcNow();
            if (session.ExpiresAt <= now || await customers.Find(asked.CustomerId, cancellationToken) is not { } customer || customer.Value.SessionVersion != session.SessionVersion) return AccountProblems.RefreshInvalid;
            if (asked.Generation != session.Generation && !(asked.Generation == session.Generation - 1 && now < session.RotatedAt.AddSeconds(options.RefreshLeewaySeconds)))
            {
                await customers.EndSession(asked.CustomerId, asked.SessionId, cancellationToken);
                await revoked.AddSession(asked.SessionId, cancellationToken);
                return AccountProblems.RefreshReused;
            }
            if (asked.Generation == session.Generation)
            {
                session = session with { Generation = session.Generation + 1, RotatedAt = now, ExpiresAt = now.AddDays(options.SessionDays) };
                if (!await customers.TryReplaceSession(session, read.ETag, cancellationToken)) continue;
            }
            return await sessions.TokensOf(session, customer.Value.Groups, cancellationToken);
        }
        return AccountProblems.RefreshInvalid;
    }
}
