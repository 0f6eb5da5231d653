using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>What staff do to orders.</summary>
public sealed class StaffOrderEndpoints(CancelOrder cancel)
{
    /// <summary>Cancels an order that is not paid, or of a paid one what is not sent yet, in whole or in part: its goods are sold anew and its money goes back.</summary>
    [Function("StaffCancelOrder"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Body<CancelRequest>, Answer<OrderResource>(202), Refusal(404, "order.unknown"), Refusal(409, "order.not-cancellable", "order.not-in-part"), Refusal(422, "refund.too-much"), Refusal(503, "order.busy")]
    public Task<IResult> Cancel([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/orders/{orderId}/cancel")] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<CancelRequest>()
            .Then(wanted => cancel.Run(orderId, wanted, request.Headers["Idempotency-Key"].ToString(), request.Principal().Actor, durable, request.HttpContext.RequestAborted))
            .ToHttp(order => Respond.Accepted(OrderResource.From(order, [])));
}
