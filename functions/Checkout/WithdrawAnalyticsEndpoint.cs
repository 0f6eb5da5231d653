using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Http;
using Shop.Orders;

namespace Shop.Checkout;

public sealed class WithdrawAnalyticsEndpoint(ChangeOrder change)
{
    /// <summary>The shopper does not agree any more that the order is measured: what happens to it from now on is not.</summary>
    /// <remarks>Before checkout the cart's <c>analytics.consent</c> says so.</remarks>
    [Function("OrderWithdrawAnalytics"), Access(Caller.OrderHolder), Answer(204)]
    public async Task<IResult> Withdraw([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/store/orders/{orderId}/analytics")] HttpRequest request, string orderId)
    {
        await change.Run(orderId, "withdraw-analytics", order => order.Analytics is null ? order : order with { Analytics = null }, request.HttpContext.RequestAborted);
        return Respond.NoContent();
    }
}
