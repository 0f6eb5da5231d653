using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>What staff says of words that mean the same.</summary>
public sealed class SynonymEndpoints(SynonymStore store, ChangeSynonyms change)
{
    private const string Route = "v1/admin/search/synonyms";

    /// <summary>Shows the words that searches take for each other.</summary>
    [Function("GetSynonyms"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<SynonymList>(200)]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request) =>
        Respond.Ok(await store.Read(request.HttpContext.RequestAborted));

    /// <summary>Says all of them anew. Searches follow within three seconds, on every instance.</summary>
    [Function("ChangeSynonyms"), Staff(Role.Catalog), ApiKeyScope("catalog:write")]
    [Body<SynonymDraft>, Answer<SynonymList>(200), Refusal(422, "catalog.synonyms-invalid")]
    public Task<IResult> Change([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route)] HttpRequest request) =>
        request.ReadBody<SynonymDraft>().Then(wanted => change.Run(wanted, request.IfMatch(), request.Principal().Actor, request.HttpContext.RequestAborted)).ToHttp(Respond.Ok);
}
