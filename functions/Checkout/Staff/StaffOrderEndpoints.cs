using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Downloads;
using Shop.Http;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Checkout;

/// <param name="Email">As the buyer wrote it, in whatever case.</param>
public sealed record OrderSearch([property: StringLength(EmailAddress.MaxLength, MinimumLength = 3)] string Email);

/// <param name="Text">For staff only.</param>
public sealed record NewNote([property: StringLength(2000, MinimumLength = 1)] string Text);

/// <summary>Orders, as staff see and move them.</summary>
public sealed class StaffOrderEndpoints(FindOrders find, CancelOrder cancel, ChangeOrder change, EditOrder edit, SendMailAgain mails, OrderStore orders, DownloadGrants downloads, Cursors cursors, TimeProvider clock)
{
    private const string Route = "v1/admin/orders";

    /// <summary>Lists orders, newest first.</summary>
    /// <remarks>A page that looks for something rare may be short and have a next one all the same.</remarks>
    [Function("ListOrders"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:read")]
    [QueryParameter("number", typeof(string), "The order's number, exactly."), QueryParameter("status", typeof(OrderStatus), "Only of this status.")]
    [QueryParameter("paymentStatus", typeof(PaymentStatus), "Only of this one."), QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "Where the page before ended.")]
    [Answer<Page<StaffOrderSummary>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request)
    {
        Query query = request.ReadQuery();
        var filter = new OrderFilter(query.Text("number", 32), null, query.Choice<OrderStatus>("status"), query.Choice<PaymentStatus>("paymentStatus"));
        (int limit, string? after) = (query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        (IReadOnlyList<Order> page, string? last) = await find.Run(filter, after, limit, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<StaffOrderSummary>([.. page.Select(StaffOrderSummary.From)], cursors.Next(request, last)));
    }

    /// <summary>The newest hundred orders of an e-mail address. It is asked for in the body: addresses of pages are logged.</summary>
    [Function("SearchOrders"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:read")]
    [Body<OrderSearch>, Answer<Page<StaffOrderSummary>>(200)]
    public async Task<IResult> Search([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/order-searches")] HttpRequest request)
    {
        Result<OrderSearch> wanted = await request.ReadBody<OrderSearch>();
        if (wanted.Problem is { } problem) return problem.ToHttp();
        (IReadOnlyList<Order> page, _) = await find.Run(new OrderFilter(Email: wanted.Value.Email), null, 100, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<StaffOrderSummary>([.. page.Select(StaffOrderSummary.From)], null));
    }

    /// <summary>Shows an order with its payments, notes, and who did what.</summary>
    [Function("GetOrder"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:read")]
    [Answer<StaffOrderResource>(200), Refusal(404, "order.unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{orderId}")] HttpRequest request, string orderId) =>
        await Find(request, orderId) is { } order ? Respond.Ok(StaffOrderResource.From(order.Value, downloads.For(order.Value)), order.ETag) : OrderProblems.Unknown.ToHttp();

    /// <summary>What had happened to an order, and how it stood, at a moment.</summary>
    [Function("GetOrderTimeline"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:read")]
    [QueryParameter("asOf", typeof(DateTimeOffset), "RFC 3339; now when absent."), Answer<OrderHistoryResource>(200), Refusal(404, "order.unknown")]
    public async Task<IResult> Timeline([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{orderId}/timeline")] HttpRequest request, string orderId)
    {
        Query query = request.ReadQuery();
        DateTimeOffset asOf = query.Time("asOf") ?? clock.GetUtcNow();
        if (query.Problem is { } problem) return problem.ToHttp();
        return await Find(request, orderId) is { } order ? Respond.Ok(OrderHistoryResource.From(order.Value, asOf)) : OrderProblems.Unknown.ToHttp();
    }

    /// <summary>Writes a note that staff see, and nobody else.</summary>
    [Function("AddOrderNote"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:write"), Idempotent]
    [Body<NewNote>, Answer<OrderNote>(201), Refusal(404, "order.unknown"), Refusal(422, "order.notes-full")]
    public async Task<IResult> AddNote([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{orderId}/notes")] HttpRequest request, string orderId)
    {
        Result<NewNote> note = await request.ReadBody<NewNote>();
        if (note.Problem is { } problem) return problem.ToHttp();
        if (await Find(request, orderId) is not { Value: { } order }) return OrderProblems.Unknown.ToHttp();
        if (order.Notes.Count >= Order.MostNotes) return OrderProblems.NotesFull.ToHttp();
        string id = RequestIds.Note(orderId, request.Headers["Idempotency-Key"].ToString());
        var written = new OrderNote(id, clock.GetUtcNow(), note.Value.Text, request.Principal().Actor);
        order = await change.Run(orderId, $"note-{id}", o => o.AddNote(written), request.HttpContext.RequestAborted);
        return Respond.Created(order.Notes.First(n => n.Id == id));
    }

    /// <summary>Cancels an order that is not paid, or of a paid one what is not sent yet, in whole or in part: its goods are sold anew and its money goes back.</summary>
    [Function("StaffCancelOrder"), Staff(Role.Orders), ApiKeyScope("orders:write"), Idempotent]
    [Body<CancelRequest>, Answer<StaffOrderResource>(202), Refusal(404, "order.unknown"), Refusal(409, "order.not-cancellable", "order.not-in-part", "refund.disputed"), Refusal(422, "refund.too-much"), Refusal(503, "order.busy")]
    public Task<IResult> Cancel([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{orderId}/cancel")] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable) =>
        request.ReadBody<CancelRequest>()
            .Then(wanted => cancel.Run(orderId, wanted, request.Headers["Idempotency-Key"].ToString(), request.Principal().Actor, durable, request.HttpContext.RequestAborted))
            .ToHttp(order => Respond.Accepted(StaffOrderResource.From(order, downloads.For(order))));

    /// <summary>Corrects where an order goes, how its buyer is reached and what they wrote, until a courier is called; one that refused the parcel is asked again at once.</summary>
    /// <remarks>Only where the postage stays what it was, and with <c>If-Match</c> only of the version that was seen. What cannot be changed any more by then stays as it is, and the order's timeline says so.</remarks>
    [Function("StaffEditOrder"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:write"), Idempotent]
    [Body<OrderPatch>, Answer<StaffOrderResource>(202), Refusal(404, "order.unknown"), Refusal(409, "order.not-editable", "order.postage-differs"), Refusal(412, "request.precondition-failed"), Refusal(503, "order.busy")]
    public async Task<IResult> Edit([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{orderId}/edits")] HttpRequest request, string orderId, [DurableClient] DurableTaskClient durable)
    {
        if (!Ids.IsValid("ord", orderId)) return OrderProblems.Unknown.ToHttp();
        return await request.ReadBody<OrderPatch>()
            .Then(patch => edit.Run(orderId, patch, request.IfMatch(), request.Principal().Actor, durable, request.HttpContext.RequestAborted))
            .ToHttp(order => Respond.Accepted(StaffOrderResource.From(order, downloads.For(order))));
    }

    /// <summary>Sends a mail of an order once more: it was lost, or its customer deleted it.</summary>
    [Function("SendOrderMail"), Staff(Role.Orders, Role.Support), ApiKeyScope("orders:write"), Idempotent]
    [Body<MailAgain>, Answer<StaffOrderResource>(202), Refusal(404, "order.unknown"), Refusal(409, "order.mail-not-due")]
    public Task<IResult> Mail([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{orderId}/mails")] HttpRequest request, string orderId) =>
        request.ReadBody<MailAgain>()
            .Then(wanted => mails.Run(orderId, wanted, request.Headers["Idempotency-Key"].ToString(), request.HttpContext.RequestAborted))
            .ToHttp(order => Respond.Accepted(StaffOrderResource.From(order, downloads.For(order))));

    private async Task<Stored<Order>?> Find(HttpRequest request, string orderId) => Ids.IsValid("ord", orderId) ? await orders.Find(orderId, request.HttpContext.RequestAborted) : null;
}
