using Shop.Common;
using Shop.Http;

namespace Shop.Customers;

/// <summary>The refusals about API keys.</summary>
public static class ApiKeyProblems
{
    public static Problem Unknown { get; } = new(404, "api-key.unknown", "There is no such API key.");

    public static Problem ScopeUnknown { get; } = new(422, "api-key.scope-unknown", "One of the scopes opens nothing.");

    public static Problem ExpiryPast { get; } = new Problem(422, "api-key.expiry-past", "The key would have expired already.").At("/expiresAt", "must be in the future");

    public static Problem TooMany { get; } = new(422, "api-key.too-many", $"A shop has at most {ApiKey.MostKeys} living API keys: revoke one that nobody needs.");
}
