using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Downloads;

/// <summary>The files that are sold.</summary>
public sealed class DigitalFileEndpoints(OfferFile offer, DigitalFiles files, Cursors cursors)
{
    private const string Route = "v1/admin/digital-files";

    /// <summary>Asks for an address to upload a file to, or a new edition of one. Nobody but buyers can fetch it.</summary>
    [Function("OfferDigitalFile"), Staff(Role.Catalog), ApiKeyScope("catalog:write")]
    [Body<NewDigitalFile>, Answer<DigitalFileOffer>(201), Refusal(422, "download.file-name")]
    public Task<IResult> Offer([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request) =>
        request.ReadBody<NewDigitalFile>().Then(wanted => offer.Run(wanted, request.HttpContext.RequestAborted)).ToHttp(offered => Respond.Created(offered));

    /// <summary>Lists the files that are there, by name.</summary>
    [Function("ListDigitalFiles"), Staff(Role.Catalog), ApiKeyScope("catalog:read")]
    [QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "Where the page before ended.")]
    [Answer<Page<DigitalFile>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request)
    {
        Query query = request.ReadQuery();
        (int limit, string? after) = (query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        (IReadOnlyList<DigitalFile> page, string? next) = await files.List(after, limit, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<DigitalFile>(page, cursors.Next(request, next)));
    }
}
