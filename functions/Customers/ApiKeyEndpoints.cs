using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Customers;

/// <summary>Keys for machines. The owner makes and revokes them; no key can make another.</summary>
public sealed class ApiKeyEndpoints(CreateApiKey create, RevokeApiKey revoke, ApiKeyStore keys)
{
    /// <summary>Makes an API key.</summary>
    /// <remarks>The key itself is in this answer and never again: only its hash is kept.</remarks>
    [Function("ApiKeyCreate"), Staff(Role.Owner), BodyLimit(4096)]
    [Body<NewApiKey>, Answer<CreatedApiKey>(201), Refusal(422, "api-key.scope-unknown", "api-key.expiry-past", "api-key.too-many")]
    public Task<IResult> Create([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/api-keys")] HttpRequest request) => request
        .ReadBody<NewApiKey>()
        .Then(wanted => create.Run(wanted, request.Principal().Id, request.HttpContext.RequestAborted))
        .ToHttp(created => Respond.Created($"/v1/admin/api-keys/{created.Id}", created));

    /// <summary>Every API key, revoked ones too, oldest first; none shows its secret.</summary>
    [Function("ApiKeyList"), Staff(Role.Owner), Answer<Page<ApiKeyResource>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/api-keys")] HttpRequest request) =>
        Respond.Ok(new Page<ApiKeyResource>([.. (await keys.List(request.HttpContext.RequestAborted)).Select(ApiKeyResource.From)], null));

    /// <summary>Revokes an API key: it is refused everywhere within five seconds.</summary>
    [Function("ApiKeyRevoke"), Staff(Role.Owner, NeedsIfMatch = false), Answer(204), Refusal(404, "api-key.unknown")]
    public async Task<IResult> Revoke([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/admin/api-keys/{keyId}")] HttpRequest request, string keyId) =>
        await revoke.Run(keyId, request.HttpContext.RequestAborted) is { } problem ? problem.ToHttp() : Respond.NoContent();
}

/// <param name="Name">What it is for.</param>
/// <param name="Scopes">Such as <c>catalog:write</c>; writing does not include reading.</param>
/// <param name="ExpiresAt">When it stops working; never when absent.</param>
public sealed record NewApiKey(
    [property: StringLength(100, MinimumLength = 1)] string Name,
    [property: MinLength(1), MaxLength(50)] IReadOnlyList<string> Scopes,
    DateTimeOffset? ExpiresAt = null);

/// <param name="Key">Send it as <c>Authorization: Bearer …</c>. It is shown this once.</param>
public sealed record CreatedApiKey(string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string Key);

/// <param name="CreatedBy">The member of staff who made it.</param>
/// <param name="LastUsedOn">A day in UTC; null for a key that was never used.</param>
public sealed record ApiKeyResource(
    string Id, string Name, IReadOnlyList<string> Scopes, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateOnly? LastUsedOn)
{
    internal static ApiKeyResource From(StoredApiKey stored) => new(
        stored.Value.Id, stored.Value.Name, stored.Value.Scopes, stored.Value.CreatedBy, stored.Value.CreatedAt, stored.Value.ExpiresAt, stored.Value.RevokedAt, stored.LastUsedOn);
}
