using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <param name="Reference">The payment at its provider.</param>
public sealed record PaymentCheck(string Provider, string Reference);

/// <summary>Asks a provider about an order's payment anew, as if it had told of it this moment: for what its events did not bring about, whatever became of them.</summary>
public sealed class CheckPayment(OrderStore orders, PaymentEventStore events, PaymentEventQueue queue, TimeProvider clock)
{
    /// <summary>Asks the provider about the order's payment anew; what it answers moves the order as its own word would have.</summary>
    [Function("CheckPayment"), Staff(Role.Orders), ApiKeyScope("payments:write"), Idempotent]
    [Answer<PaymentCheck>(202), Refusal(404, "order.unknown"), Refusal(409, "payment.nowhere")]
    public Task<IResult> Check([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/orders/{orderId}/payment/check")] HttpRequest request, string orderId) =>
        Run(orderId, request.HttpContext.RequestAborted).ToHttp(asked => Respond.Accepted(asked));

    private async Task<Result<PaymentCheck>> Run(string orderId, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value.Payment: { } payment }) return OrderProblems.Unknown;
        if (payment.Reference is not { } reference) return PaymentProblems.Nowhere;
        string eventId = Ids.New("chk", clock);
        await events.Take(payment.Provider, eventId, "staff.check", cancellationToken);
        await queue.Send(new PaymentChanged(payment.Provider, eventId, reference, orderId, Tracing.Parent), cancellationToken);
        return new PaymentCheck(payment.Provider, reference);
    }
}
