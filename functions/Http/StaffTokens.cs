using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Shop.Http;

/// <summary>
/// Access tokens of staff: JWTs signed with HMAC-SHA256, checked without storage. A token cannot be called back, so it lives one hour;
/// another signing key ends all of them.
/// </summary>
public sealed class StaffTokens
{
    private const string Issuer = "shop";
    private const string Audience = "staff";
    private const string RolesClaim = "roles";
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = 4096, SetDefaultTimesOnTokenCreation = false };
    private readonly TimeProvider _clock;
    private readonly SigningCredentials _credentials;
    private readonly TokenValidationParameters _rules;

    public StaffTokens(Signing signing, TimeProvider clock)
    {
        _clock = clock;
        var key = new SymmetricSecurityKey(signing.Key);
        _credentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256);
        _rules = new TokenValidationParameters
        {
            IssuerSigningKey = key,
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            // The library's own check asks the machine's clock.
            LifetimeValidator = (from, to, _, _) => from <= _clock.GetUtcNow().UtcDateTime && _clock.GetUtcNow().UtcDateTime < to,
        };
    }

    public static TimeSpan Lifetime { get; } = TimeSpan.FromHours(1);

    public string Issue(string staffId, IReadOnlyList<Role> roles)
    {
        DateTime now = _clock.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [JwtRegisteredClaimNames.Sub] = staffId,
                [RolesClaim] = roles.Select(r => JsonNamingPolicy.CamelCase.ConvertName(r.ToString())).ToArray(),
            },
            SigningCredentials = _credentials,
        });
    }

    /// <summary>The member of staff whose token this is; <c>null</c> when it is not ours, was changed or has run out.</summary>
    public async Task<Principal?> Read(string token)
    {
        TokenValidationResult result = await Handler.ValidateTokenAsync(token, _rules);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken { Subject.Length: > 0 } jwt) return null;
        List<Role> roles = [];
        foreach (Claim claim in jwt.Claims)
            if (claim.Type == RolesClaim && Enum.TryParse(claim.Value, ignoreCase: true, out Role role)) roles.Add(role);
        return new Principal(PrincipalKind.Staff, jwt.Subject, roles);
    }
}
