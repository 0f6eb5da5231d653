using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Http;
using Shop.Orders;

namespace Shop.Downloads;

/// <param name="Data">What the order's digital lines deliver; none before it is paid.</param>
public sealed record DownloadList(IReadOnlyList<OrderDownload> Data);

public sealed class DownloadEndpoints(DownloadGrants grants, OpenDownload open, OrderStore orders)
{
    /// <summary>What an order's digital lines deliver.</summary>
    [Function("OrderDownloads"), Access(Caller.OrderHolder)]
    [Answer<DownloadList>(200), Refusal(404, "order.unknown")]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/orders/{orderId}/downloads")] HttpRequest request, string orderId) =>
        await orders.Find(orderId, request.HttpContext.RequestAborted) is { } order ? Respond.Ok(new DownloadList(grants.For(order.Value))) : OrderProblems.Unknown.ToHttp();

    /// <summary>Redirects to the file, for a few minutes.</summary>
    [Function("DownloadOpen"), Access(Caller.Anyone)]
    [Answer(302), Refusal(404, "download.unknown", "download.missing"), Refusal(410, "download.expired")]
    public Task<IResult> Open([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/downloads/{grant}")] HttpRequest request, string grant) =>
        open.Run(grant, request.HttpContext.RequestAborted).ToHttp(file => Respond.Found(file.AbsoluteUri));
}
