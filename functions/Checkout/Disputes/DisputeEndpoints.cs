using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>Payments that buyers dispute with their banks.</summary>
public sealed class DisputeEndpoints(AnswerDispute answer)
{
    /// <summary>Tells the bank the shop's side, with what the order says of goods, buyer and parcel. It can be done once.</summary>
    [Function("AnswerDispute"), Staff(Role.Orders), ApiKeyScope("payments:write"), Idempotent]
    [Body<DisputeAnswer>, Answer<OrderDispute>(202), Refusal(404, "dispute.unknown"), Refusal(409, "dispute.not-open")]
    public Task<IResult> Answer(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/orders/{orderId}/disputes/{disputeId}/answer")] HttpRequest request, string orderId, string disputeId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<DisputeAnswer>()
            .Then(wanted => answer.Run(orderId, disputeId, wanted, request.Principal().Actor, durable, request.HttpContext.RequestAborted))
            .ToHttp(told => Respond.Accepted(told));
}
