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
}

/// <summary>Counts the storage operations of each request, which is what design budgets and Azure's bill are written in.</summary>
internal sealed partial class MeterMiddleware(HttpOptions options, TimeProvider clock, ILogger<MeterMiddleware> log) : IFunctionsWorkerMiddleware
{
    public const string Header = "X-Storage-Operations";
    private static readonly Meter Meter = new("Shop.Http");
    private static readonly Histogram<int> Operations = Meter.CreateHistogram<int>("shop.http.storage_operations", "{operation}", "Storage operations of one request.");

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }

        long started = clock.GetTimestamp();
        using StorageMeter.Scope counted = StorageMeter.Begin();
        try
        {
            await next(context);
        }
        finally
        {
            int status = context.GetInvocationResult().Value is IStatusCodeHttpResult { StatusCode: { } known } ? known : http.Response.StatusCode;
            string function = context.FunctionDefinition.Name;
            Operations.Record(counted.Total, KeyValuePair.Create("function", (object?)function));
            // The route's values and the query stay out: they hold cart ids and order tokens.
            LogRequest(function, http.Request.Method, status, (long)clock.GetElapsedTime(started).TotalMilliseconds, counted.Tables, counted.Queues, counted.Blobs);
            if (options.ShowStorageOperations) http.Response.Headers[Header] = counted.Total.ToString(CultureInfo.InvariantCulture);
        }
    }

    // Debug, because a line for each catalogue read costs more than the read: Logging__LogLevel__Shop.Http turns it on.
    [LoggerMessage(1011, LogLevel.Debug, "{Function} {Method} answered {Status} in {Milliseconds} ms with {Tables} table, {Queues} queue and {Blobs} blob operations.")]
    private partial void LogRequest(string function, string method, int status, long milliseconds, int tables, int queues, int blobs);
}
