using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Shop.Common;

namespace Shop.Http;

/// <summary>What a machine, or somebody's script, signs in with. Only the hash of its secret is kept.</summary>
/// <param name="Id"><c>key_…</c>; the first half of the key itself, so that finding it is one point read.</param>
/// <param name="Name">What it is for, in the owner's words.</param>
/// <param name="Scopes">What it opens, such as <c>catalog:write</c>.</param>
/// <param name="SecretHash">SHA-256 of the second half, in base64: 256 random bits need no slow hash.</param>
/// <param name="CreatedBy">The <c>stf_…</c> who made it.</param>
/// <param name="ExpiresAt"><c>null</c> for one that lasts until it is revoked.</param>
public sealed record ApiKey(
    string Id, string Name, IReadOnlyList<string> Scopes, string SecretHash, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt = null)
{
    /// <summary>The keys of a shop are few: they share a partition, which is their list.</summary>
    public const int MostKeys = 100;

    private const string Prefix = "key";
    private const int SecretBytes = 32;

    /// <summary>A new key: the record to keep and the text to show, once.</summary>
    public static (ApiKey Key, string Text) Create(string name, IReadOnlyList<string> scopes, string createdBy, DateTimeOffset? expiresAt, TimeProvider clock)
    {
        string id = Ids.New(Prefix, clock);
        string secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return (new ApiKey(id, name, scopes, Hash(secret), createdBy, clock.GetUtcNow(), expiresAt), $"{id}.{secret}");
    }

    /// <summary>Whether a bearer looks like a key of ours; access tokens never do.</summary>
    internal static bool TryParse(string bearer, out string id, out string secret)
    {
        int dot = bearer.IndexOf('.', StringComparison.Ordinal);
        (id, secret) = dot < 0 ? ("", "") : (bearer[..dot], bearer[(dot + 1)..]);
        return Ids.IsValid(Prefix, id);
    }

    public bool IsAlive(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is not { } end || now < end);

    internal bool Opens(string secret) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(secret)), Encoding.ASCII.GetBytes(SecretHash));

    private static string Hash(string secret) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
