using System.Globalization;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Shop.Http;

/// <summary>Access tokens of customers: they name the session and live ten minutes; the session's refresh token gets the next one.</summary>
public sealed class CustomerTokens(Signing signing, TimeProvider clock)
{
    private const string SessionClaim = "sid";
    private const string VersionClaim = "ver";
    private readonly AccessTokens _tokens = new(signing, clock, "customer", Lifetime);

    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(10);

    /// <param name="customerId"><c>cus_…</c></param>
    /// <param name="sessionId"><c>ses_…</c></param>
    /// <param name="version">The customer's session version; signing out everywhere raises it.</param>
    public string Issue(string customerId, string sessionId, int version) =>
        _tokens.Issue(customerId, new(StringComparer.Ordinal) { [SessionClaim] = sessionId, [VersionClaim] = version });

    /// <summary>The customer whose token this is; <c>null</c> when it is not ours, was changed or has run out.</summary>
    public async Task<Principal?> Read(string token) =>
        await _tokens.Read(token) is { } jwt
        && jwt.TryGetPayloadValue(SessionClaim, out string session)
        && jwt.TryGetPayloadValue(VersionClaim, out int version)
            ? new Principal(PrincipalKind.Customer, jwt.Subject, []) { SessionId = session, SessionVersion = version }
            : null;
}
