using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>A customer's orders.</summary>
public sealed class MyOrderEndpoints(OpenCustomer open, OrderHistory history, OrderStore orders, ClaimOrder claim, Cursors cursors, ClientAddresses addresses)
{
    /// <summary>The orders of the customer who is signed in, newest first.</summary>
    /// <remarks>Attempts that failed before they could be paid are left out, so that a page may be shorter than its limit.</remarks>
    [Function("MeOrderList"), Access(Caller.Customer)]
    [QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "Where the page before ended."), Answer<Page<OrderSummary>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/me/orders")] HttpRequest request)
    {
        CancellationToken cancel = request.HttpContext.RequestAborted;
        Query query = request.ReadQuery();
        (int limit, string? after) = (query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        if ((await open.Run(request.Principal(), cancel)).Problem is { } unknown) return unknown.ToHttp();

        IReadOnlyList<string> ids = await history.Page(request.Principal().Id, after, limit, cancel);
        Stored<Order>?[] found = await Task.WhenAll(ids.Select(id => orders.Find(id, cancel)));
        OrderSummary[] mine = [.. found.OfType<Stored<Order>>().Where(o => o.Value.Failure is null && o.Value.CustomerId == request.Principal().Id).Select(o => OrderSummary.From(o.Value))];
        return Respond.Ok(new Page<OrderSummary>(mine, cursors.Next(request, ids.Count == limit ? ids[^1] : null)));
    }

    /// <summary>Asks for an order that was placed as a guest.</summary>
    /// <remarks>The answer is always the same. If there is such an order, a mail with a token goes to the address it was placed with.</remarks>
    [Function("MeOrderAskClaim"), Access(Caller.Customer), BodyLimit(4096)]
    [Body<AskOrderClaim>, Answer<MailSent>(202), Refusal(429, "account.too-many-attempts")]
    public Task<IResult> AskClaim([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/me/order-claims")] HttpRequest request) => request
        .ReadBody<AskOrderClaim>()
        .Then(asked => claim.Ask(request.Principal(), asked.OrderId, addresses.Of(request), request.HttpContext.RequestAborted))
        .ToHttp(told => Respond.Accepted(told));

    /// <summary>Takes a guest's order with the mailed token.</summary>
    [Function("MeOrderClaim"), Access(Caller.Customer), BodyLimit(4096)]
    [Body<CompleteOrderClaim>, Answer<OrderSummary>(200), Refusal(422, "account.token-invalid"), Refusal(429, "account.too-many-attempts")]
    public Task<IResult> Claim([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/store/me/order-claims/complete")] HttpRequest request) => request
        .ReadBody<CompleteOrderClaim>()
        .Then(asked => claim.Complete(request.Principal(), asked.Token, addresses.Of(request), request.HttpContext.RequestAborted))
        .ToHttp(order => Respond.Ok(OrderSummary.From(order)));
}

/// <summary>An order in a list.</summary>
public sealed record OrderSummary(string Id, string Number, OrderStatus Status, PaymentStatus PaymentStatus, FulfilmentStatus FulfilmentStatus, DateTimeOffset PlacedAt, int Items, Money Total)
{
    internal static OrderSummary From(Order order) =>
        new(order.Id, order.Number, order.Status, order.PaymentStatus, order.FulfilmentStatus, order.PlacedAt, order.Lines.Sum(l => l.Quantity), order.Totals.Total);
}

/// <param name="OrderId">From the order's link.</param>
public sealed record AskOrderClaim([property: StringLength(64, MinimumLength = 1)] string OrderId);

/// <param name="Token">From the mail.</param>
public sealed record CompleteOrderClaim([property: StringLength(100, MinimumLength = 1)] string Token);
