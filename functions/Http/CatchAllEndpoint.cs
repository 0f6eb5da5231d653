using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.Http;

/// <summary>
/// What no other function answers. The host tries routes in the order of the functions' names and answers HEAD, OPTIONS, a wrong method
/// and an unknown path with an empty 404 of its own, so this one takes every method and is named to come last.
/// </summary>
public sealed class CatchAllEndpoint(HttpFunctions functions)
{
    internal const string Name = "ZzzCatchAll";

    [Function(Name), Access(Caller.Anyone)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", "trace", Route = "{*path}")] HttpRequest request,
        FunctionContext context)
    {
        if (RequestFacts.Of(request.HttpContext).Function is { } asked && asked.Name != Name) return await Call(asked, request, context);

        IReadOnlyList<string> verbs = functions.VerbsOf(request.Path);
        if (verbs.Count == 0) return HttpProblems.PathUnknown.ToHttp();
        if (!HttpMethods.IsOptions(request.Method)) return new Reply(405) { Problem = HttpProblems.MethodNotAllowed, Allow = string.Join(", ", verbs) };
        Cors.Preflight(request.HttpContext, verbs);
        return new Reply(204) { Allow = string.Join(", ", verbs) };
    }

    /// <summary>The GET behind a HEAD: the same function, whose body the server leaves out.</summary>
    private static Task<IResult> Call(HttpFunction get, HttpRequest request, FunctionContext context)
    {
        object[] arguments = [.. get.Method.GetParameters().Select(object (p) =>
            p.ParameterType == typeof(HttpRequest) ? request
            : p.ParameterType == typeof(FunctionContext) ? context
            : p.ParameterType == typeof(CancellationToken) ? request.HttpContext.RequestAborted
            : request.RouteValues[p.Name!] as string ?? "")];
        object instance = ActivatorUtilities.CreateInstance(context.InstanceServices, get.Method.DeclaringType!);
        return get.Method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null) switch
        {
            Task<IResult> running => running,
            IResult done => Task.FromResult(done),
            _ => throw new InvalidOperationException($"Function {get.Name} must return IResult or Task<IResult>."),
        };
    }
}
