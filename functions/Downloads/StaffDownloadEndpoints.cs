using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Downloads;

/// <summary>What staff do for buyers who cannot fetch what they paid, or should no longer.</summary>
public sealed class StaffDownloadEndpoints(ListDownloads list, ChangeGrant change)
{
    private const string All = "v1/admin/orders/{orderId}/downloads", One = All + "/{line}";

    /// <summary>What an order's digital lines deliver, when it was fetched, and what staff did about it.</summary>
    [Function("StaffOrderDownloads"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:read")]
    [Answer<StaffDownloadList>(200), Refusal(404, "order.unknown")]
    public Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = All)] HttpRequest request, string orderId) =>
        list.ForStaff(orderId, request.HttpContext.RequestAborted).ToHttp(Respond.Ok);

    /// <summary>Lets a buyer fetch a file as often again.</summary>
    [Function("ResetDownload"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:write"), Idempotent]
    [Body<DownloadReason>, Answer<StaffDownloadResource>(200), Refusal(404, "order.unknown", "download.unknown")]
    public Task<IResult> Reset([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/reset")] HttpRequest request, string orderId, string line) =>
        Change(request, orderId, line, DownloadChangeKind.Reset);

    /// <summary>Lets a buyer fetch a file for longer.</summary>
    [Function("ExtendDownload"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:write"), Idempotent]
    [Body<DownloadExtension>, Answer<StaffDownloadResource>(200), Refusal(404, "order.unknown", "download.unknown")]
    public Task<IResult> Extend([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/extend")] HttpRequest request, string orderId, string line) =>
        request.ReadBody<DownloadExtension>().Then(asked => Run(request, orderId, line, DownloadChangeKind.Extend, asked.Reason, asked.Days)).ToHttp(Respond.Ok);

    /// <summary>Takes a line's file and licence keys away; the money is not touched.</summary>
    [Function("RevokeDownload"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Body<DownloadReason>, Answer<StaffDownloadResource>(200), Refusal(404, "order.unknown", "download.unknown")]
    public Task<IResult> Revoke([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/revoke")] HttpRequest request, string orderId, string line) =>
        Change(request, orderId, line, DownloadChangeKind.Revoke);

    /// <summary>Gives back what was taken away by staff; what was refunded stays taken back.</summary>
    [Function("RestoreDownload"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Body<DownloadReason>, Answer<StaffDownloadResource>(200), Refusal(404, "order.unknown", "download.unknown")]
    public Task<IResult> Restore([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/restore")] HttpRequest request, string orderId, string line) =>
        Change(request, orderId, line, DownloadChangeKind.Restore);

    private Task<IResult> Change(HttpRequest request, string orderId, string line, DownloadChangeKind kind) =>
        request.ReadBody<DownloadReason>().Then(asked => Run(request, orderId, line, kind, asked.Reason, null)).ToHttp(Respond.Ok);

    private Task<Result<StaffDownloadResource>> Run(HttpRequest request, string orderId, string line, DownloadChangeKind kind, string reason, int? days) => change.Run(
        orderId, int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1, kind, reason, days, request.Headers["Idempotency-Key"].ToString(), request.Principal().Actor,
        request.HttpContext.RequestAborted);
}
