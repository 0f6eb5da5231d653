using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Downloads;
using Shop.Http;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>What staff decide about orders before the shop accepts them.</summary>
public sealed class ReviewEndpoints(DecideReview decide, DownloadGrants downloads)
{
    private const string Route = "v1/admin/orders/{orderId}";

    /// <summary>Accepts an order that waits for somebody's decision, and takes its money; or refuses it: what was authorised is let go, and money that came goes back.</summary>
    /// <remarks>One that waits because of its size is the owner's to decide.</remarks>
    [Function("ReviewOrder"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Body<ReviewRequest>, Answer<StaffOrderResource>(202), Refusal(403, "review.owner-decides"), Refusal(404, "order.unknown"), Refusal(409, "review.not-open"), Refusal(422, "review.reason-missing")]
    public Task<IResult> Review([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/review")] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<ReviewRequest>()
            .Then(wanted => decide.Run(orderId, wanted, request.Principal(), durable, request.HttpContext.RequestAborted))
            .ToHttp(Accepted);

    /// <summary>Takes the money that was authorised for an order, less what is left out; the rest of it is let go.</summary>
    [Function("CaptureOrder"), Staff(Role.Orders), ApiKeyScope("payments:write"), Idempotent]
    [Body<CaptureRequest>, Answer<StaffOrderResource>(202), Refusal(403, "review.owner-decides"), Refusal(404, "order.unknown"), Refusal(409, "review.not-open", "review.taken"), Refusal(422, "refund.too-much", "review.nothing-left", "review.below-credit")]
    public Task<IResult> Capture([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/capture")] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<CaptureRequest>()
            .Then(wanted => decide.Run(orderId, wanted, request.Principal(), durable, request.HttpContext.RequestAborted))
            .ToHttp(Accepted);

    private IResult Accepted(Order order) => Respond.Accepted(StaffOrderResource.From(order, downloads.For(order)));
}
