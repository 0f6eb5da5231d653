using System.Globalization;
using Microsoft.IdentityModel.JsonWebTokens;
using Shop.Common;

namespace Shop.Http;

/// <summary>Access tokens of customers: they name the session and live ten minutes; the session's refresh token gets the next one.</summary>
public sealed class CustomerTokens(Signing signing, TimeProvider clock)
{
    private const string SessionClaim = "sid";
    private const string VersionClaim = "ver";
    private const string GroupsClaim = "grp";
    private readonly AccessTokens _tokens = new(signing, clock, "customer", Lifetime);

    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(10);

    /// <param name="customerId"><c>cus_…</c></param>
    /// <param name="sessionId"><c>ses_…</c></param>
    /// <param name="version">The customer's session version; signing out everywhere raises it.</param>
    /// <param name="groups">The customer groups whose prices they get while the token lives.</param>
    public string Issue(string customerId, string sessionId, int version, GroupSet groups) =>
        _tokens.Issue(customerId, new(StringComparer.Ordinal) { [SessionClaim] = sessionId, [VersionClaim] = version, [GroupsClaim] = groups.ToString() });

    /// <summary>The customer whose token this is; <c>null</c> when it is not ours, was changed or has run out.</summary>
    public async Task<Principal?> Read(string token) =>
        await _tokens.Read(token) is { } jwt
        && jwt.TryGetPayloadValue(SessionClaim, out string session)
        && jwt.TryGetPayloadValue(VersionClaim, out int version)
            ? new Principal(PrincipalKind.Customer, jwt.Subject, [])
            {
                SessionId = session,
                SessionVersion = version,
                Groups = jwt.TryGetPayloadValue(GroupsClaim, out string groups) ? GroupSet.Parse(groups) : GroupSet.None,
            }
            : null;
}
