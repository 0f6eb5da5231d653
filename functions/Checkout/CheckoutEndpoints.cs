using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Carts;
using Shop.Common;
using Shop.Downloads;
using Shop.Http;
using Shop.Orders;

namespace Shop.Checkout;

/// <param name="Total">What the shopper saw; the checkout is refused when the cart costs something else by now.</param>
/// <param name="AcceptTerms">The versions of the terms that the shopper accepts; every one that the cart's lines name is needed.</param>
public sealed record CheckoutRequest(Money? Total = null, [property: MaxLength(100)] IReadOnlyList<string>? AcceptTerms = null);

public sealed class CheckoutEndpoints(PlaceOrder place, CancelOrder cancel, EditOrder edit, OrderStore orders, OrderTokens tokens, DownloadGrants downloads, TimeProvider clock)
{
    private const int MostSecondsToWait = 30;

    /// <summary>A checkout that found no storage for so long is not coming any more.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromHours(1);

    /// <summary>Turns the cart into an order. With <c>Prefer: wait=10</c> it answers as soon as the order can be paid or has failed.</summary>
    [Function("CartCheckout"), Access(Caller.CartHolder), Idempotent]
    [Body<CheckoutRequest>(Optional = true), Answer<OrderResource>(200), Answer<OrderResource>(202), Refusal(404, "cart.unknown"), Refusal(410, "cart.expired", "cart.merged")]
    [Refusal(409, "stock.insufficient", "cart.changed"), Refusal(422, "checkout.incomplete", "checkout.terms-not-accepted", "coupon.unknown", "coupon.used-up", "coupon.used-up-by-customer"), Refusal(502, "payment.refused"), Refusal(503, "checkout.in-progress", "checkout.not-prepared")]
    public async Task<IResult> Checkout(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/carts/{cartId}/checkout")] HttpRequest request, string cartId, [DurableClient] DurableTaskClient durable)
    {
        TimeSpan wait = WaitOf(request);
        Result<Order> placed = await request.ReadOptionalBody<CheckoutRequest>().Then(body => place.Run(request.CartKey(cartId), body, wait, durable, request.HttpContext.RequestAborted));
        if (placed.Problem is { } problem) return problem.ToHttp();
        Order order = placed.Value;
        OrderResource resource = OrderResource.From(order, downloads.For(order), tokens.For(order.Id));
        string location = $"/v1/store/orders/{order.Id}";
        return order.Status == OrderStatus.Placed || wait == TimeSpan.Zero ? Respond.Accepted(location, resource) : Respond.OkAt(location, resource);
    }

    /// <summary>Shows an order to whoever holds its token, and to its customer.</summary>
    [Function("OrderGet"), Access(Caller.OrderHolder)]
    [Answer<OrderResource>(200), Refusal(404, "order.unknown"), Refusal(503, "order.busy")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/orders/{orderId}")] HttpRequest request, string orderId) =>
        await orders.Find(orderId, request.HttpContext.RequestAborted) is { } order
            ? Respond.Ok(OrderResource.From(order.Value, downloads.For(order.Value)), order.ETag)
            // Whoever has its token was told of it: its first step is not done yet.
            : (Ids.TimeOf(orderId) + LongestStart > clock.GetUtcNow() ? OrderProblems.Busy : OrderProblems.Unknown).ToHttp();

    /// <summary>Changes where an order goes, how its buyer is reached and what they wrote, until a courier is called.</summary>
    /// <remarks>Only where the postage stays what it was. Which cannot be changed any more by then stays as it is, and the order's timeline says so.</remarks>
    [Function("OrderPatch"), Access(Caller.OrderHolder)]
    [Body<OrderPatch>, Answer<OrderResource>(202), Refusal(404, "order.unknown"), Refusal(409, "order.not-editable", "order.postage-differs"), Refusal(412, "request.precondition-failed"), Refusal(503, "order.busy")]
    public Task<IResult> Edit([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/store/orders/{orderId}")] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<OrderPatch>()
            .Then(patch => edit.Run(orderId, patch, request.IfMatch(), "shopper", durable, request.HttpContext.RequestAborted))
            .ToHttp(order => Respond.Accepted($"/v1/store/orders/{orderId}", OrderResource.From(order, downloads.For(order))));

    /// <summary>Asks to cancel an order: before it is paid, and after that until a courier is called; then its money goes back.</summary>
    /// <remarks>A payment that comes at the same moment wins, and so does a courier: then the order goes on.</remarks>
    [Function("OrderCancel"), Access(Caller.OrderHolder), Idempotent]
    [Answer<OrderResource>(202), Refusal(404, "order.unknown"), Refusal(409, "order.not-cancellable", "refund.disputed"), Refusal(503, "order.busy")]
    public Task<IResult> Cancel(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/orders/{orderId}/cancel")] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable) =>
        cancel.Run(orderId, new CancelRequest("the customer cancelled it"), request.Headers["Idempotency-Key"].ToString(), "shopper", durable, request.HttpContext.RequestAborted)
            .ToHttp(order => Respond.Accepted($"/v1/store/orders/{orderId}", OrderResource.From(order, downloads.For(order))));

    /// <summary>RFC 7240: a client that prefers nothing, or something unreadable, does not wait.</summary>
    private static TimeSpan WaitOf(HttpRequest request)
    {
        foreach (string preference in request.Headers["Prefer"].ToString().Split(',', ';'))
            if (preference.Trim() is var text && text.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(text[5..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int seconds))
                return TimeSpan.FromSeconds(Math.Min(seconds, MostSecondsToWait));
        return TimeSpan.Zero;
    }
}
