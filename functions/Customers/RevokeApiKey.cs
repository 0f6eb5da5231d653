using Shop.Common;
using Shop.Http;

namespace Shop.Customers;

/// <summary>Ends an API key for good; the record stays, so that old entries of logs and timelines can be read.</summary>
public sealed class RevokeApiKey(ApiKeyStore keys, TimeProvider clock)
{
    public async Task<Problem?> Run(string keyId, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("key", keyId)) return ApiKeyProblems.Unknown;
        while (await keys.Find(keyId, cancellationToken) is { } found)
        {
            if (found.Value.RevokedAt is not null) return null;
            if (await keys.TryReplace(found.Value with { RevokedAt = clock.GetUtcNow() }, found.ETag, cancellationToken)) return null;
        }
        return ApiKeyProblems.Unknown;
    }
}
