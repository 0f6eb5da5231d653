using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Shop.Http;

/// <summary>Access tokens of staff: they carry the roles and live one hour.</summary>
public sealed class StaffTokens(Signing signing, TimeProvider clock)
{
    private const string RolesClaim = "roles";
    private const string VersionClaim = "ver";
    private readonly AccessTokens _tokens = new(signing, clock, "staff", Lifetime);

    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(1);

    /// <param name="version">Of their sessions; ending all of them raises it.</param>
    public string Issue(string staffId, IReadOnlyList<Role> roles, int version = 0) =>
        _tokens.Issue(staffId, new(StringComparer.Ordinal) { [VersionClaim] = version, [RolesClaim] = roles.Select(r => JsonNamingPolicy.CamelCase.ConvertName(r.ToString())).ToArray() });

    /// <summary>The member of staff whose token this is; <c>null</c> when it is not ours, was changed or has run out.</summary>
    public async Task<Principal?> Read(string token)
    {
        if (await _tokens.Read(token) is not { } jwt) return null;
        List<Role> roles = [];
        foreach (Claim claim in jwt.Claims)
            if (claim.Type == RolesClaim && Enum.TryParse(claim.Value, ignoreCase: true, out Role role)) roles.Add(role);
        return jwt.TryGetPayloadValue(VersionClaim, out int version) ? new Principal(PrincipalKind.Staff, jwt.Subject, roles) { SessionVersion = version } : null;
    }
}
