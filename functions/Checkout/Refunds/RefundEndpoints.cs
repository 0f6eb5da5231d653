using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Http;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>Money that goes back to customers.</summary>
public sealed class RefundEndpoints(RefundOrder refund, DecideRefund decide, PayOutRefund payOut, PayoutStore payouts, Cursors cursors)
{
    private const string Route = "v1/admin/orders/{orderId}/refunds";

    /// <summary>Gives money back: for articles and postage what was paid for them, or an amount; never more than the order kept.</summary>
    /// <remarks>The order's refunds say how far it is; a large one waits for an owner first, where the shop is set up so. Where the way to pay cannot give money back it is due, and staff pay it out.</remarks>
    [Function("RefundOrder"), Staff(Role.Orders), ApiKeyScope("payments:write"), Idempotent]
    [Body<RefundRequest>, Answer<OrderRefund>(202), Refusal(404, "order.unknown"), Refusal(409, "refund.disputed", "refund.unsent"), Refusal(422, "refund.too-much", "refund.unclear", "refund.nowhere", "refund.card-spent")]
    public Task<IResult> Refund([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<RefundRequest>()
            .Then(wanted => refund.Run(orderId, wanted, request.Headers["Idempotency-Key"].ToString(), request.Principal(), durable, request.HttpContext.RequestAborted))
            .ToHttp(asked => Respond.Accepted(asked.Refund));

    /// <summary>An owner agrees to a refund that waits for it, or refuses it.</summary>
    [Function("DecideRefund"), Staff(Role.Owner), Idempotent]
    [Body<ReviewRequest>, Answer<OrderRefund>(202), Refusal(404, "refund.unknown"), Refusal(409, "refund.not-awaiting"), Refusal(422, "review.reason-missing")]
    public Task<IResult> Decide(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{refundId}/review")] HttpRequest request, string orderId, string refundId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<ReviewRequest>()
            .Then(wanted => decide.Run(orderId, refundId, wanted, request.Principal(), durable, request.HttpContext.RequestAborted))
            .ToHttp(asked => Respond.Accepted(asked));

    /// <summary>Writes down that a refund was paid out by hand.</summary>
    [Function("PayOutRefund"), Staff(Role.Orders), ApiKeyScope("payments:write"), Idempotent]
    [Body<PayOutReceipt>, Answer<OrderRefund>(202), Refusal(404, "refund.unknown"), Refusal(409, "refund.not-due", "refund.disputed")]
    public Task<IResult> PayOut(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{refundId}/payout")] HttpRequest request, string orderId, string refundId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<PayOutReceipt>()
            .Then(receipt => payOut.Run(orderId, refundId, receipt, request.Principal().Actor, durable, request.HttpContext.RequestAborted))
            .ToHttp(due => Respond.Accepted(due));

    /// <summary>Lists what has to be paid out by hand, oldest order first.</summary>
    [Function("ListPayouts"), Staff(Role.Orders), ApiKeyScope("payments:read")]
    [QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "Where the page before ended.")]
    [Answer<Page<DuePayout>>(200)]
    public async Task<IResult> Payouts([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/payouts")] HttpRequest request)
    {
        Query query = request.ReadQuery();
        (int limit, string? after) = (query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        (IReadOnlyList<DuePayout> page, string? last) = await payouts.List(after, limit, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<DuePayout>(page, cursors.Next(request, last)));
    }
}
