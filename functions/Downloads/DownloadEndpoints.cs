using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Http;

namespace Shop.Downloads;

/// <summary>What buyers fetch.</summary>
public sealed class DownloadEndpoints(ListDownloads list, OpenDownload open)
{
    /// <summary>What an order's digital lines deliver: files and licence keys.</summary>
    [Function("OrderDownloads"), Access(Caller.OrderHolder)]
    [Answer<DownloadList>(200), Refusal(404, "order.unknown")]
    public Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/orders/{orderId}/downloads")] HttpRequest request, string orderId) =>
        list.Run(orderId, request.HttpContext.RequestAborted).ToHttp(Respond.Ok);

    /// <summary>Redirects to the file, for a few minutes; each time counts.</summary>
    /// <remarks>HEAD tells with 204 that it can be fetched, and does not count: mail programs look at links before people do.</remarks>
    [Function("DownloadOpen"), Access(Caller.Anyone)]
    [Answer(302), Answer(204), Refusal(404, "download.unknown", "download.missing"), Refusal(410, "download.expired", "download.used-up", "download.revoked"), Refusal(503, "download.not-stamped")]
    public Task<IResult> Open([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/downloads/{grant}")] HttpRequest request, string grant) => HttpMethods.IsHead(request.Method)
        ? open.Look(grant, request.HttpContext.RequestAborted).ToHttp(_ => Respond.NoContent())
        : open.Run(grant, request.HttpContext.RequestAborted).ToHttp(file => Respond.Found(file.AbsoluteUri));
}
