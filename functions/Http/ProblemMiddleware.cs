using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Shop.Common;

namespace Shop.Http;

/// <summary>
/// Outermost: whatever goes wrong inside becomes problem+json here, since the host answers an uncaught exception with an empty 500. No
/// exception's text leaves the process.
/// </summary>
internal sealed partial class ProblemMiddleware(HttpFunctions functions, Cors cors, ShopOptions shop, ILogger<ProblemMiddleware> log) : IFunctionsWorkerMiddleware
{
    /// <summary>nginx's "client closed request": nobody reads it, but the host needs an answer.</summary>
    private const int ClientClosedRequest = 499;

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }

        using Activity trace = Tracing.Continue(context.FunctionDefinition.Name, context.TraceContext.TraceParent, ActivityKind.Server);
        RequestFacts facts = RequestFacts.Of(http);
        facts.TraceId = trace.TraceId.ToHexString();
        facts.DefaultLocale = shop.Locale;
        facts.Function = FunctionOf(context, http);
        LiftBodyLimit(http, facts.BodyLimit);
        http.Response.Headers.XContentTypeOptions = "nosniff";
        cors.Apply(http);

        InvocationResult result = context.GetInvocationResult();
        try
        {
            await next(context);
            if (result.Value is Reply reply) reply.Body(http);
            else if (result.Value is not IResult && !http.Response.HasStarted) throw new InvalidOperationException($"Function {context.FunctionDefinition.Name} gave no answer.");
        }
        catch (Exception thrown)
        {
            result.Value = Answer(Unwrap(thrown), http, context.FunctionDefinition.Name);
        }
    }

    private Reply Answer(Exception thrown, HttpContext http, string function)
    {
        if (http.RequestAborted.IsCancellationRequested && thrown is OperationCanceledException or IOException)
        {
            LogAborted(function);
            return new Reply(ClientClosedRequest);
        }
        if (thrown is BadHttpRequestException bad)
            return (bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? HttpProblems.TooLarge(RequestFacts.Of(http).BodyLimit) : HttpProblems.Invalid.At("", "The body ended early.")).ToHttp();
        if (IsOutage(thrown))
        {
            LogOutage(thrown, function);
            return HttpProblems.Unavailable.ToHttp();
        }
        LogFailed(thrown, function);
        return HttpProblems.Failed.ToHttp();
    }

    /// <summary>
    /// Storage or a provider did not answer, or refused what it takes at other times. Only a malformed storage request (400) is our own fault.
    /// A lost race that a use case did not expect (409, 412) is cured by trying again as well.
    /// </summary>
    private static bool IsOutage(Exception thrown) => thrown switch
    {
        RequestFailedException storage => storage.Status != 400,
        HttpRequestException or SocketException or TimeoutException or OperationCanceledException => true,
        // The storage clients' retries end in all the failures together.
        AggregateException several => several.InnerExceptions.Count > 0 && several.InnerExceptions.All(IsOutage),
        _ => false,
    };

    private static Exception Unwrap(Exception thrown) => thrown switch
    {
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        AggregateException { InnerExceptions: [{ } only] } => Unwrap(only),
        _ => thrown,
    };

    /// <summary>A HEAD request reaches the catch-all and is treated as the GET it asks about, rights included.</summary>
    private HttpFunction? FunctionOf(FunctionContext context, HttpContext http)
    {
        HttpFunction? function = functions.Find(context.FunctionDefinition.Name);
        if (function?.Name != CatchAllEndpoint.Name || !HttpMethods.IsHead(http.Request.Method)) return function;
        if (functions.Match(HttpMethods.Get, http.Request.Path) is not { Function.AnswersHead: true } get) return function;
        http.Request.RouteValues = get.Values;
        return get.Function;
    }

    /// <summary>Kestrel's own limit answers with an empty 500 through the host; this one is ours in both directions.</summary>
    private static void LiftBodyLimit(HttpContext http, long limit)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = limit;
    }

    [LoggerMessage(1001, LogLevel.Error, "{Function} failed.")]
    private partial void LogFailed(Exception exception, string function);

    [LoggerMessage(1002, LogLevel.Warning, "{Function} could not reach what it needs; answered 503.")]
    private partial void LogOutage(Exception exception, string function);

    [LoggerMessage(1003, LogLevel.Debug, "{Function}: the caller went away.")]
    private partial void LogAborted(string function);
}
