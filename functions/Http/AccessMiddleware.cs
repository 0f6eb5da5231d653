using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Shop.Common;

namespace Shop.Http;

/// <summary>
/// Who may call what, from the attributes alone: what declares nothing is refused. Storage is asked for API keys and for ended sessions of staff,
/// seldom, and for the owner of an order when a customer opens one.
/// </summary>
internal sealed class AccessMiddleware(OrderTokens orders, CustomerTokens customers, RevokedSessions revoked, StaffTokens staff, StaffSessions sessions, ApiKeys keys, IOrderOwners? owners = null) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { } http && await Refuse(http) is { } problem) context.GetInvocationResult().Value = problem.ToHttp();
        else await next(context);
    }

    private async Task<Problem?> Refuse(HttpContext http)
    {
        RequestFacts facts = RequestFacts.Of(http);
        if (facts.Function is not { } function) return HttpProblems.Forbidden;
        Problem? refused = function switch
        {
            { Staff: { } needed } => await RefuseStaff(http, facts, needed, function.ApiKeyScope),
            { Caller: Caller.Anyone or Caller.Provider } => null,
            { Caller: Caller.Shopper or Caller.CartHolder } => await RefuseCustomer(http, facts, required: false),
            { Caller: Caller.Customer } => await RefuseCustomer(http, facts, required: true),
            { Caller: Caller.OrderHolder } => await RefuseOrder(http, facts),
            _ => HttpProblems.Forbidden,
        };
        return refused
            ?? (http.Request.ContentLength > function.BodyLimit ? HttpProblems.TooLarge(function.BodyLimit) : null)
            ?? (function.NeedsIfMatch && http.Request.Headers.IfMatch.Count == 0 ? HttpProblems.PreconditionRequired : null);
    }

    private async Task<Problem?> RefuseStaff(HttpContext http, RequestFacts facts, StaffAttribute needed, string? scope)
    {
        if (!TryBearer(http.Request, out string? token)) return HttpProblems.Unauthenticated;
        if ((await keys.Read(token, http.RequestAborted) ?? await staff.Read(token)) is not { } principal) return HttpProblems.Unauthenticated;
        if (principal.Kind == PrincipalKind.Staff && await sessions.VersionOf(principal.Id, http.RequestAborted) != principal.SessionVersion) return HttpProblems.Unauthenticated;
        facts.Principal = principal;
        return principal.HasAny(needed.Roles) || principal.HasScope(scope) ? null : HttpProblems.Forbidden;
    }

    private async Task<Problem?> RefuseCustomer(HttpContext http, RequestFacts facts, bool required)
    {
        if (!TryBearer(http.Request, out string? token)) return required ? HttpProblems.Unauthenticated : null;
        // A token that ran out is told, instead of taking the customer for a guest who owns nothing.
        if (await customers.Read(token) is not { } customer || revoked.Contains(customer)) return HttpProblems.Unauthenticated;
        facts.Principal = customer;
        return null;
    }

    private async Task<Problem?> RefuseOrder(HttpContext http, RequestFacts facts)
    {
        string orderId = http.Request.RouteValues["orderId"] as string ?? "";
        string? token = TryBearer(http.Request, out string? bearer) ? bearer : http.Request.Query[OrderTokens.QueryName].ToString();
        if (orders.Opens(orderId, token))
        {
            facts.Principal = new Principal(PrincipalKind.OrderHolder, orderId, []);
            return null;
        }
        if (bearer is null || owners is null || await customers.Read(bearer) is not { } customer || revoked.Contains(customer)) return HttpProblems.OrderUnknown;
        facts.Principal = customer;
        return await owners.OwnerOf(orderId, http.RequestAborted) == customer.Id ? null : HttpProblems.OrderUnknown;
    }

    private static bool TryBearer(HttpRequest request, [NotNullWhen(true)] out string? token)
    {
        const string scheme = "Bearer ";
        string header = request.Headers.Authorization.ToString();
        token = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : null;
        return token is { Length: > 0 };
    }
}
