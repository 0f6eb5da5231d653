using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Payments;

/// <summary>A gift card or store credit, without what opens it.</summary>
/// <param name="Usable">Whether it can be spent now.</param>
public sealed record CreditResource(string Id, CreditKind Kind, string Name, Money Balance, Money? Face, string? Email, DateTimeOffset? ExpiresAt, bool Disabled, bool Usable, DateTimeOffset CreatedAt)
{
    public static CreditResource From(CreditAccount account, DateTimeOffset now) => new(
        account.Id, account.Kind, account.Name, account.Balance, account.Face, account.Email, account.ExpiresAt, account.IsDisabled, account.Usable(now).Amount > 0, account.CreatedAt);
}

/// <param name="Code">Shown this once; <c>null</c> where it was mailed.</param>
public sealed record IssuedGiftCard(CreditResource Card, string? Code);

/// <summary>A balance, and the movements that it is the sum of.</summary>
/// <param name="Movements">Oldest first.</param>
public sealed record ExplainedCredit(CreditResource Credit, IReadOnlyList<CreditEntry> Movements);

/// <summary>Gift cards, for staff.</summary>
public sealed class CreditEndpoints(ChangeCredit change, MoveCredit move, CreditStore credits, Cursors cursors, TimeProvider clock)
{
    private const string Route = "v1/admin/gift-cards";

    /// <summary>Issues a gift card, and mails its code or shows it once.</summary>
    [Function("IssueGiftCard"), Staff(Role.Orders), ApiKeyScope("payments:write"), Idempotent]
    [Body<NewGiftCard>, Answer<IssuedGiftCard>(201), Refusal(422, "credit.amount-invalid", "credit.recipient-invalid", "credit.expiry-past")]
    public Task<IResult> Issue([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request) =>
        request.ReadBody<NewGiftCard>()
            .Then(wanted => change.Issue(wanted, request.Headers["Idempotency-Key"].ToString(), request.Principal().Actor, request.HttpContext.RequestAborted))
            .ToHttp(made => Respond.Created($"/{Route}/{made.Card.Id}", new IssuedGiftCard(CreditResource.From(made.Card, clock.GetUtcNow()), made.Code)));

    /// <summary>The gift cards, newest first.</summary>
    [Function("ListGiftCards"), Staff(Role.Orders), ApiKeyScope("payments:read")]
    [QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "Where the page before ended.")]
    [Answer<Page<CreditResource>>(200)]
    public async Task<IResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request)
    {
        Query query = request.ReadQuery();
        (int limit, string? after) = (query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        (IReadOnlyList<CreditAccount> page, string? next) = await credits.Page(after, limit, request.HttpContext.RequestAborted);
        return Respond.Ok(new Page<CreditResource>([.. page.Select(c => CreditResource.From(c, clock.GetUtcNow()))], cursors.Next(request, next)));
    }

    /// <summary>Explains what is on a gift card, or on a customer's store credit: every movement, with its cause.</summary>
    [Function("GetGiftCard"), Staff(Role.Orders), ApiKeyScope("payments:read"), Answer<ExplainedCredit>(200), Refusal(404, "credit.unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{creditId}")] HttpRequest request, string creditId) =>
        await credits.Find(creditId, request.HttpContext.RequestAborted) is { } account
            ? Respond.Ok(new ExplainedCredit(CreditResource.From(account.Value, clock.GetUtcNow()), await credits.Entries(creditId, request.HttpContext.RequestAborted)))
            : CreditProblems.Unknown.ToHttp();

    /// <summary>Lets nobody spend a gift card any more: it was stolen, or goes to somebody else. What is on it stays the shop's debt.</summary>
    [Function("DisableGiftCard"), Staff(Role.Orders), ApiKeyScope("payments:write"), Answer<CreditResource>(200), Refusal(404, "credit.unknown")]
    public Task<IResult> Disable([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{creditId}/disable")] HttpRequest request, string creditId) => Say(request, creditId, disabled: true);

    /// <summary>Lets a gift card be spent again.</summary>
    [Function("EnableGiftCard"), Staff(Role.Orders), ApiKeyScope("payments:write"), Answer<CreditResource>(200), Refusal(404, "credit.unknown")]
    public Task<IResult> Enable([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{creditId}/enable")] HttpRequest request, string creditId) => Say(request, creditId, disabled: false);

    private async Task<IResult> Say(HttpRequest request, string creditId, bool disabled)
    {
        Result<CreditAccount> said = await move.Say(creditId, account => account with { IsDisabled = disabled }, request.HttpContext.RequestAborted);
        return said.Problem is { } problem ? problem.ToHttp() : Respond.Ok(CreditResource.From(said.Value, clock.GetUtcNow()));
    }
}
