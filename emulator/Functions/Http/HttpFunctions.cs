using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Shop.Emulator.Functions.Http;

/// <summary>
/// The HTTP functions as endpoints whose order is the order of the functions' names: the first that matches path and method wins.
/// What matches none is an empty 404, before any middleware.
/// </summary>
internal sealed partial class HttpFunctions(FunctionIndex index, InvocationPipeline pipeline, HostJson host, IServiceProvider services, ILogger<HttpFunctions> logger) : EndpointDataSource
{
    private delegate object? Binder(InvocationContext context, HttpContext http);

    private IReadOnlyList<Endpoint>? _endpoints;

    public override IReadOnlyList<Endpoint> Endpoints => _endpoints ??= [.. index.With<HttpTriggerAttribute>().Select(ToEndpoint)];

    public override IChangeToken GetChangeToken() => NullChangeToken.Instance;

    private RouteEndpoint ToEndpoint(FunctionDescriptor function, int order)
    {
        Binder[] binders = [.. function.Parameters.Select(p => BinderFor(function, p))];
        Func<InvocationContext, ValueTask<object?[]>> bind = Array.Exists(function.Parameters, p => p.IsDefined(typeof(FromBodyAttribute), false))
            ? context => BindWithBody(context, function, binders)
            : context => new ValueTask<object?[]>(Bind(context, binders));
        string[] methods = ((HttpTriggerAttribute)function.TriggerAttribute).Methods ?? [];
        var builder = new RouteEndpointBuilder(http => Invoke(http, function, bind), RoutePatternFactory.Parse("/" + index.Route(function)), order) { DisplayName = function.Name };
        builder.Metadata.Add(new FunctionEndpoint(function));
        if (methods.Length > 0) builder.Metadata.Add(new HttpMethodMetadata(methods.Select(m => m.ToUpperInvariant())));
        return (RouteEndpoint)builder.Build();
    }

    private async Task Invoke(HttpContext http, FunctionDescriptor function, Func<InvocationContext, ValueTask<object?[]>> bind)
    {
        using Activity trace = InvocationPipeline.StartTrace(function.Name, http.Request.Headers.TraceParent);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        if (host.FunctionTimeout > TimeSpan.Zero) timeout.CancelAfter(host.FunctionTimeout);
        var context = new InvocationContext(function, http.RequestServices, trace, timeout.Token) { Bind = bind };
        context.Items[FunctionContextExtensions.HttpContextKey] = http;
        try
        {
            await pipeline.Run(context);
            await Answer(context, http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left; there is nobody to answer.
        }
        catch (Exception failed)
        {
            NoAnswer(failed, function.Name);
            if (http.Response.HasStarted) http.Abort();
            else (http.Response.StatusCode, http.Response.ContentLength) = (StatusCodes.Status500InternalServerError, 0);
        }
    }

    /// <summary>An <c>IResult</c> or <c>IActionResult</c> is executed; anything else leaves the response as the function wrote it: an empty 200.</summary>
    private static Task Answer(InvocationContext context, HttpContext http) => context.Result.Value switch
    {
        IActionResult action => action.ExecuteResultAsync(new ActionContext(http, http.GetRouteData(), new ActionDescriptor())),
        IResult result => result.ExecuteAsync(http),
        _ => Task.CompletedTask,
    };

    private static object?[] Bind(InvocationContext context, Binder[] binders)
    {
        HttpContext http = context.GetHttpContext()!;
        var values = new object?[binders.Length];
        for (int i = 0; i < values.Length; i++) values[i] = binders[i](context, http);
        return values;
    }

    private async ValueTask<object?[]> BindWithBody(InvocationContext context, FunctionDescriptor function, Binder[] binders)
    {
        object?[] values = Bind(context, binders);
        HttpContext http = context.GetHttpContext()!;
        for (int i = 0; i < values.Length; i++)
            if (function.Parameters[i].IsDefined(typeof(FromBodyAttribute), false))
                values[i] = await pipeline.Serializer.DeserializeAsync(http.Request.Body, function.Parameters[i].ParameterType, context.CancellationToken);
        return values;
    }

    private Binder BinderFor(FunctionDescriptor function, System.Reflection.ParameterInfo parameter)
    {
        if (parameter == function.Trigger) return static (_, http) => http.Request;
        if (parameter.ParameterType == typeof(FunctionContext)) return static (context, _) => context;
        if (parameter.ParameterType == typeof(CancellationToken)) return static (context, _) => context.CancellationToken;
        if (parameter.ParameterType == typeof(DurableTaskClient)) return (_, _) => services.GetRequiredService<DurableTaskClient>();
        if (parameter.IsDefined(typeof(FromBodyAttribute), false)) return static (_, _) => null;
        (string name, Type type) = (parameter.Name!, parameter.ParameterType);
        return (_, http) => NamedValue.Convert(http.Request.RouteValues.TryGetValue(name, out object? route) ? route?.ToString() : http.Request.Query[name].FirstOrDefault(), type);
    }

    [LoggerMessage(1, LogLevel.Debug, "Function {Function} left its request unanswered: the host answers 500.")]
    private partial void NoAnswer(Exception exception, string function);

    private sealed class NullChangeToken : IChangeToken
    {
        public static readonly NullChangeToken Instance = new();

        public bool HasChanged => false;

        public bool ActiveChangeCallbacks => false;

        public IDisposable RegisterChangeCallback(Action<object?> callback, object? state) => new MemoryStream(0);
    }
}

/// <summary>Marks an endpoint as a function's; every other selection of the router is a 404 of the host.</summary>
internal sealed record FunctionEndpoint(FunctionDescriptor Function);
