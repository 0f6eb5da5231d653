using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>The catalogue that shoppers read, made anew.</summary>
public sealed class RebuildEndpoints(RebuildCatalog rebuild, RebuildStore store)
{
    private const string Route = "v1/admin/catalog/rebuild";

    /// <summary>Has the catalogue that shoppers read made anew from the tables.</summary>
    /// <remarks>For when its log or snapshot is lost or not to be trusted. The shop goes on selling meanwhile, and changes are not lost. While one runs, asking again only makes sure that it goes on.</remarks>
    [Function("RebuildCatalog"), Staff(Role.Catalog), ApiKeyScope("catalog:write"), Answer<CatalogRebuild>(202)]
    public async Task<IResult> Start([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request) =>
        Respond.Accepted($"/{Route}", await rebuild.Start(request.Principal().Actor, request.HttpContext.RequestAborted));

    /// <summary>Tells how far the last rebuild is.</summary>
    [Function("GetCatalogRebuild"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<CatalogRebuild>(200), Refusal(404, "catalog.rebuild-unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request) =>
        await store.Read(request.HttpContext.RequestAborted) is { } known ? Respond.Ok(known.Value) : CatalogProblems.RebuildUnknown.ToHttp();
}
