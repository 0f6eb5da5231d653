using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Shop.Http;

/// <summary>
/// Access tokens for one kind of people: JWTs signed with HMAC-SHA256, checked without storage. A token cannot be called back, so it is
/// short; another signing key ends all of them.
/// </summary>
/// <param name="audience">Whose they are: a token of one audience is nothing to another.</param>
internal sealed class AccessTokens(Signing signing, TimeProvider clock, string audience, TimeSpan lifetime)
{
    private const string Issuer = "shop";
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = 4096, SetDefaultTimesOnTokenCreation = false, MapInboundClaims = false };
    private readonly SymmetricSecurityKey _key = new(signing.Key);

    public string Issue(string subject, Dictionary<string, object> claims)
    {
        DateTime now = clock.GetUtcNow().UtcDateTime;
        claims[JwtRegisteredClaimNames.Sub] = subject;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + lifetime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary><c>null</c> when it is not ours, was changed or has run out.</summary>
    public async Task<JsonWebToken?> Read(string token)
    {
        TokenValidationResult result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = _key,
            ValidIssuer = Issuer,
            ValidAudience = audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            // The library's own check asks the machine's clock.
            LifetimeValidator = (from, to, _, _) => from <= clock.GetUtcNow().UtcDateTime && clock.GetUtcNow().UtcDateTime < to,
        });
        return result.IsValid && result.SecurityToken is JsonWebToken { Subject.Length: > 0 } jwt ? jwt : null;
    }
}
