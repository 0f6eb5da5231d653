using Shop.Common;
using Shop.Http;

namespace Shop.Customers;

/// <summary>Makes an API key whose scopes all open something.</summary>
public sealed class CreateApiKey(ApiKeyStore keys, HttpFunctions functions, TimeProvider clock)
{
    public async Task<Result<CreatedApiKey>> Run(NewApiKey wanted, string createdBy, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> known = functions.ApiKeyScopes;
        for (int i = 0; i < wanted.Scopes.Count; i++)
            if (!known.Contains(wanted.Scopes[i], StringComparer.Ordinal)) return ApiKeyProblems.ScopeUnknown.At($"/scopes/{i}", $"must be one of {string.Join(", ", known)}");
        if (wanted.ExpiresAt <= clock.GetUtcNow()) return ApiKeyProblems.ExpiryPast;
        if ((await keys.List(cancellationToken)).Count(k => k.Value.IsAlive(clock.GetUtcNow())) >= ApiKey.MostKeys) return ApiKeyProblems.TooMany;

        (ApiKey key, string text) = ApiKey.Create(wanted.Name, [.. wanted.Scopes.Distinct(StringComparer.Ordinal)], createdBy, wanted.ExpiresAt, clock);
        await keys.Add(key, cancellationToken);
        return new CreatedApiKey(key.Id, key.Name, key.Scopes, key.CreatedAt, key.ExpiresAt, text);
    }
}
