using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>Where a buyer wants a refund that has to be paid out by hand.</summary>
public sealed class TellPayoutAccount(OrderStore orders, PayoutStore payouts)
{
    /// <summary>Says to which account a refund that is due goes; until it is paid out it can be said anew. Nobody but staff reads it.</summary>
    [Function("TellPayoutAccount"), Access(Caller.OrderHolder)]
    [Body<PayoutAccount>, Answer(204), Refusal(404, "order.unknown", "refund.unknown"), Refusal(409, "refund.not-due")]
    public Task<IResult> Tell([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/store/orders/{orderId}/refunds/{refundId}/account")] HttpRequest request, string orderId, string refundId) =>
        request.ReadBody<PayoutAccount>().Then(account => Run(orderId, refundId, account, request.HttpContext.RequestAborted)).ToHttp(_ => Respond.NoContent());

    private async Task<Result<PayoutAccount>> Run(string orderId, string refundId, PayoutAccount account, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.Refunds.FirstOrDefault(r => r.Id == refundId) is not { } refund) return OrderProblems.RefundUnknown;
        if (refund.Status != RefundStatus.Due || !await payouts.TakeAccount(orderId, refundId, account, cancellationToken)) return OrderProblems.RefundNotDue;
        return account;
    }
}
