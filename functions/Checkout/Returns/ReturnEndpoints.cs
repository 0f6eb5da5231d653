using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>Goods that customers send back.</summary>
public sealed class ReturnEndpoints(AskForReturn ask, MoveReturn move, ShipmentLabels labels)
{
    private const string Route = "v1/store/orders/{orderId}/returns", StaffRoute = "v1/admin/orders/{orderId}/returns";

    /// <summary>Asks to send goods back that have arrived. The order's returns say how far it is.</summary>
    [Function("OrderReturn"), Access(Caller.OrderHolder), Idempotent]
    [Body<ReturnRequest>, Answer<OrderReturn>(202), Refusal(404, "order.unknown"), Refusal(409, "return.not-possible"), Refusal(422, "return.too-much", "return.exchange-unclear")]
    public Task<IResult> Ask([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<ReturnRequest>()
            .Then(wanted => ask.Run(orderId, wanted, Key(request), "shopper", late: false, durable, request.HttpContext.RequestAborted))
            .ToHttp(asked => Respond.Accepted($"/v1/store/orders/{orderId}", asked));

    /// <summary>The label that the customer sticks on the parcel, as a PDF, where the shop ordered one.</summary>
    [Function("OrderReturnLabel"), Access(Caller.OrderHolder), Answer(200, ContentType = "application/pdf"), Refusal(404, "return.unknown")]
    public Task<IResult> Label([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{returnId}/label")] HttpRequest request, string orderId, string returnId) =>
        labels.OfReturn(orderId, returnId, request.HttpContext.RequestAborted).ToHttp(pdf => Respond.File(pdf, "application/pdf"));

    /// <summary>Keeps the goods after all, as long as they have not come back.</summary>
    [Function("OrderReturnWithdraw"), Access(Caller.OrderHolder), Idempotent]
    [Answer<OrderReturn>(202), Refusal(404, "return.unknown"), Refusal(409, "return.not-awaited")]
    public Task<IResult> Withdraw(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{returnId}/withdraw")] HttpRequest request, string orderId, string returnId, [DurableClient] DurableTaskClient durable) =>
        move.Withdraw(orderId, returnId, durable, request.HttpContext.RequestAborted).ToHttp(now => Respond.Accepted($"/v1/store/orders/{orderId}", now));

    /// <summary>Begins a return for a customer, also of goods that arrived long ago.</summary>
    [Function("AddReturn"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:write"), Idempotent]
    [Body<ReturnRequest>, Answer<OrderReturn>(202), Refusal(404, "order.unknown"), Refusal(409, "return.not-possible"), Refusal(422, "return.too-much", "return.exchange-unclear")]
    public Task<IResult> Add([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = StaffRoute)] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<ReturnRequest>()
            .Then(wanted => ask.Run(orderId, wanted, Key(request), request.Principal().Actor, late: true, durable, request.HttpContext.RequestAborted))
            .ToHttp(asked => Respond.Accepted(asked));

    /// <summary>Says whether the goods may come back. Where the shop pays for it, a parcel is ordered and its label mailed.</summary>
    [Function("DecideReturn"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:write"), Idempotent]
    [Body<ReturnDecision>, Answer<OrderReturn>(202), Refusal(404, "return.unknown"), Refusal(409, "return.not-awaited"), Refusal(422, "return.reason-missing")]
    public Task<IResult> Decide(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = StaffRoute + "/{returnId}/decision")] HttpRequest request, string orderId, string returnId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<ReturnDecision>()
            .Then(wanted => move.Decide(orderId, returnId, wanted, request.Principal().Actor, durable, request.HttpContext.RequestAborted))
            .ToHttp(now => Respond.Accepted(now));

    /// <summary>Writes down that the goods are back in the shop.</summary>
    [Function("ReceiveReturn"), Staff(Role.Orders, Role.Catalog), ApiKeyScope("orders:write"), Idempotent]
    [Answer<OrderReturn>(202), Refusal(404, "return.unknown"), Refusal(409, "return.not-awaited")]
    public Task<IResult> Receive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = StaffRoute + "/{returnId}/receipt")] HttpRequest request, string orderId, string returnId, [DurableClient] DurableTaskClient durable) =>
        move.Receive(orderId, returnId, request.Principal().Actor, durable, request.HttpContext.RequestAborted).ToHttp(now => Respond.Accepted(now));

    /// <summary>Says what became of each unit: sold again, written off, or not taken back. What is accepted is paid back at what was paid for it.</summary>
    [Function("InspectReturn"), Staff(Role.Orders), ApiKeyScope("payments:write"), Idempotent]
    [Body<ReturnInspection>, Answer<OrderReturn>(202), Refusal(404, "return.unknown"), Refusal(409, "return.not-awaited", "refund.disputed"), Refusal(422, "return.not-counted", "refund.too-much", "refund.nowhere")]
    public Task<IResult> Inspect(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = StaffRoute + "/{returnId}/inspection")] HttpRequest request, string orderId, string returnId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<ReturnInspection>()
            .Then(found => move.Inspect(orderId, returnId, found, request.Principal().Actor, durable, request.HttpContext.RequestAborted))
            .ToHttp(now => Respond.Accepted(now));

    private static string Key(HttpRequest request) => request.Headers["Idempotency-Key"].ToString();
}
