using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Customers;
using Shop.Http;
using Shop.Storage;

namespace Shop.Marketing;

/// <summary>Being told when something is there again.</summary>
public sealed class BackInStockEndpoints(WaitForStock wait, WaiterStore waiters, OpenCustomer customers, ClientAddresses addresses)
{
    private const string Route = "v1/store/back-in-stock", Mine = "v1/store/me/back-in-stock";

    /// <summary>Asks for a mail when a sold-out SKU is there again.</summary>
    /// <remarks>A customer waits from now on; a guest once the link is opened that is mailed to them, so that nobody can be written to against their will.</remarks>
    [Function("WaitForStock"), Access(Caller.Shopper), BodyLimit(4096)]
    [Body<WaitFor>, Answer<Waiting>(202), Refusal(404, "catalog.sku-unknown"), Refusal(409, "back-in-stock.available"), Refusal(422, "account.email-invalid"), Refusal(429, "account.too-many-attempts")]
    public Task<IResult> Ask([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request) => request
        .ReadBody<WaitFor>()
        .Then(wanted => wait.Ask(wanted, request.Principal(), request.Locale(), addresses.Of(request), request.HttpContext.RequestAborted))
        .ToHttp(waiting => Respond.Accepted(waiting));

    /// <summary>Confirms a guest's address with the mailed token; from now on they wait.</summary>
    [Function("ConfirmWaitForStock"), Access(Caller.Anyone), BodyLimit(4096)]
    [Body<ConfirmWait>, Answer<Waiting>(200), Refusal(422, "account.token-invalid"), Refusal(429, "account.too-many-attempts")]
    public Task<IResult> Confirm([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/confirm")] HttpRequest request) => request
        .ReadBody<ConfirmWait>()
        .Then(asked => wait.Confirm(asked.Token, addresses.Of(request), request.HttpContext.RequestAborted))
        .ToHttp(waiting => Respond.Ok(waiting));

    /// <summary>The link in the mails: a page with a button that ends the wait.</summary>
    [Function("AskToLeaveWaitForStock"), Access(Caller.Anyone), Answer(200, ContentType = "text/html"), Answer(422, ContentType = "text/html")]
    [QueryParameter("token", typeof(string), "From the mail.", Required = true)]
    public IResult AskToLeave([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/leave")] HttpRequest request)
    {
        // Whatever else mail programs add to links is theirs.
        bool ours = wait.WhoLeaves(request.Query["token"].ToString()).Ok;
        return new Reply(ours ? 200 : 422, ours ? LeavePage.Question(request.Locale()) : LeavePage.Broken(request.Locale()), "text/html; charset=utf-8");
    }

    /// <summary>Ends a wait, by the button behind the link in the mails or the one that mail programs show (RFC 8058).</summary>
    [Function("LeaveWaitForStock"), Access(Caller.Anyone), BodyLimit(4096), Answer(200, ContentType = "text/plain"), Refusal(422, "account.token-invalid")]
    [QueryParameter("token", typeof(string), "From the mail.", Required = true)]
    public async Task<IResult> Leave([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/leave")] HttpRequest request)
    {
        if (await wait.Leave(request.Query["token"].ToString(), request.HttpContext.RequestAborted) is { } problem) return problem.ToHttp();
        return new Reply(200, Encoding.UTF8.GetBytes(request.Locale() == "en" ? "We will not write to you about it.\n" : "Kami tidak akan mengirim email tentang itu.\n"), "text/plain; charset=utf-8");
    }

    /// <summary>What the customer who is signed in waits for.</summary>
    [Function("MyWaitsForStock"), Access(Caller.Customer), Answer<Page<WaiterResource>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Mine)] HttpRequest request)
    {
        Result<Stored<Customer>> me = await customers.Run(request.Principal(), request.HttpContext.RequestAborted);
        if (me.Problem is { } problem) return problem.ToHttp();
        IReadOnlyList<StockWaiter> mine = await waiters.OfPerson(EmailAddress.Key(me.Value.Value.Details.Email), request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<WaiterResource>([.. mine.Select(WaiterResource.From)], null));
    }

    /// <summary>The customer does not wait for a SKU any more.</summary>
    [Function("EndMyWaitForStock"), Access(Caller.Customer), Answer(204), Refusal(404, "back-in-stock.not-waiting")]
    public async Task<IResult> End([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Mine + "/{sku}")] HttpRequest request, string sku)
    {
        Result<Stored<Customer>> me = await customers.Run(request.Principal(), request.HttpContext.RequestAborted);
        if (me.Problem is { } problem) return problem.ToHttp();
        return Sku.TryParse(sku, out Sku known) && await waiters.Remove(known, EmailAddress.Key(me.Value.Value.Details.Email), request.HttpContext.RequestAborted)
            ? Respond.NoContent()
            : BackInStockProblems.NotWaiting.ToHttp();
    }
}

/// <param name="Sku">What is sold out.</param>
/// <param name="Email">A guest's address; that of a customer who is signed in is known, and nothing else is looked at.</param>
public sealed record WaitFor(Sku Sku, [property: StringLength(EmailAddress.MaxLength)] string? Email = null);

/// <param name="Token">From the mail.</param>
public sealed record ConfirmWait([property: StringLength(100, MinimumLength = 1)] string Token);

public sealed record WaiterResource(Sku Sku, DateTimeOffset Since)
{
    internal static WaiterResource From(StockWaiter waiter) => new(waiter.Sku, waiter.Since);
}
