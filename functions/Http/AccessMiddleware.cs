using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Shop.Common;

namespace Shop.Http;

/// <summary>Who may call what, from the attributes alone: what declares nothing is refused. Storage is asked for API keys only, and seldom.</summary>
internal sealed class AccessMiddleware(OrderTokens orders, StaffTokens staff, ApiKeys keys) : IFunctionsWorkerMiddleware
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
            { Caller: Caller.Anyone or Caller.CartHolder or Caller.Provider } => null,
            { Caller: Caller.OrderHolder } => RefuseOrder(http, facts),
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
        facts.Principal = principal;
        return principal.HasAny(needed.Roles) || principal.HasScope(scope) ? null : HttpProblems.Forbidden;
    }

    private Problem? RefuseOrder(HttpContext http, RequestFacts facts)
    {
        string orderId = http.Request.RouteValues["orderId"] as string ?? "";
        string? token = TryBearer(http.Request, out string? bearer) ? bearer : http.Request.Query[OrderTokens.QueryName].ToString();
        if (!orders.Opens(orderId, token)) return HttpProblems.OrderUnknown;
        facts.Principal = new Principal(PrincipalKind.OrderHolder, orderId, []);
        return null;
    }

    private static bool TryBearer(HttpRequest request, [NotNullWhen(true)] out string? token)
    {
        const string scheme = "Bearer ";
        string header = request.Headers.Authorization.ToString();
        token = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : null;
        return token is { Length: > 0 };
    }
}
