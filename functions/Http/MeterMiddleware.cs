using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Shop.Storage;

namespace Shop.Http;

/// <summary>Section <c>Http</c>.</summary>
public sealed class HttpOptions
{
    /// <summary>Tells every caller in <c>X-Storage-Operations</c> what the answer cost. For tests and benchmarks only.</summary>
    public bool ShowStorageOperations { get; init; }

    /// <summary>The header in which the proxy before the shop tells the client's address; empty where there is no proxy.</summary>
    public string ClientAddressHeader { get; init; } = "";
}

/// <summary>Counts the storage operations of every invocation, and charges them to the order or orchestration it was for: budgets and Azure's bill are written in them.</summary>
internal sealed partial class MeterMiddleware(HttpOptions options, OperationCosts costs, TimeProvider clock, ILogger<MeterMiddleware> log) : IFunctionsWorkerMiddleware
{
    public const string Header = "X-Storage-Operations";
    private static readonly Meter Meter = new("Shop.Functions");
    private static readonly Histogram<int> Operations = Meter.CreateHistogram<int>("shop.function.storage_operations", "{operation}", "Storage operations of one invocation.");

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        long started = clock.GetTimestamp();
        using StorageMeter.Scope counted = StorageMeter.Begin();
        try
        {
            await next(context);
        }
        finally
        {
            string function = context.FunctionDefinition.Name;
            Operations.Record(counted.Total, KeyValuePair.Create("function", (object?)function));
            if (counted.Subject is { } subject) costs.Add(subject, counted.Total);
            if (context.GetHttpContext() is { } http) Tell(context, http, function, counted, started);
        }
    }

    private void Tell(FunctionContext context, HttpContext http, string function, StorageMeter.Scope counted, long started)
    {
        int status = context.GetInvocationResult().Value is IStatusCodeHttpResult { StatusCode: { } known } ? known : 0;
        // The route's values and the query stay out: they hold cart ids and order tokens.
        LogRequest(function, http.Request.Method, status, (long)clock.GetElapsedTime(started).TotalMilliseconds, counted.Tables, counted.Queues, counted.Blobs);
        if (options.ShowStorageOperations) http.Response.Headers[Header] = counted.Total.ToString(CultureInfo.InvariantCulture);
    }

    // Debug, because a line for each catalogue read costs more than the read: Logging__LogLevel__Shop.Http turns it on.
    [LoggerMessage(1011, LogLevel.Debug, "{Function} {Method} answered {Status} in {Milliseconds} ms with {Tables} table, {Queues} queue and {Blobs} blob operations.")]
    private partial void LogRequest(string function, string method, int status, long milliseconds, int tables, int queues, int blobs);
}
