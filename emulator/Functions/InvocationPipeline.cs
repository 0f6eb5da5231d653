using System.Diagnostics;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Shop.Emulator.Functions;

/// <summary>Runs an invocation through the worker's middleware into the function, and records how it ended.</summary>
internal sealed partial class InvocationPipeline
{
    private readonly FunctionExecutionDelegate _pipeline;
    private readonly Invocations _invocations;
    private readonly TimeProvider _clock;
    private readonly ILogger<InvocationPipeline> _logger;

    public InvocationPipeline(
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware, Invocations invocations, IOptions<WorkerOptions> worker,
        TimeProvider clock, ILogger<InvocationPipeline> logger)
    {
        (_invocations, _clock, _logger) = (invocations, clock, logger);
        Serializer = worker.Value.Serializer ?? new JsonObjectSerializer();
        FunctionExecutionDelegate pipeline = static async context =>
        {
            var invocation = (InvocationContext)context;
            object?[] arguments = await invocation.Bind(invocation);
            invocation.Result.Value = await invocation.Function.Call(invocation.InstanceServices, arguments);
        };
        foreach (Func<FunctionExecutionDelegate, FunctionExecutionDelegate> wrap in middleware.Reverse()) pipeline = wrap(pipeline);
        _pipeline = pipeline;
    }

    /// <summary><c>WorkerOptions.Serializer</c>: Pascal case and enums as numbers where the app sets none.</summary>
    public ObjectSerializer Serializer { get; }

    /// <summary>Runs the invocation; whatever the function throws comes out.</summary>
    public async Task Run(InvocationContext context)
    {
        DateTimeOffset at = _clock.GetUtcNow();
        long started = Stopwatch.GetTimestamp();
        string? failure = null;
        try
        {
            await _pipeline(context);
        }
        catch (Exception thrown)
        {
            failure = $"{thrown.GetType().Name}: {thrown.Message}";
            if (thrown is not OperationCanceledException || !context.CancellationToken.IsCancellationRequested)
                FunctionFailed(thrown, context.Function.Name, context.InvocationId);
            throw;
        }
        finally
        {
            _invocations.Add(new InvocationRecord(context.Function.Name, context.InvocationId, Activity.Current?.TraceId.ToString() ?? "", at, Stopwatch.GetElapsedTime(started), failure));
        }
    }

    /// <summary>Starts the invocation's trace, under the caller's where there is one.</summary>
    public static Activity StartTrace(string name, string? traceParent)
    {
        var activity = new Activity(name);
        if (!string.IsNullOrEmpty(traceParent)) activity.SetParentId(traceParent);
        return activity.Start();
    }

    [LoggerMessage(1, LogLevel.Error, "Function {Function} failed (invocation {InvocationId}).")]
    private partial void FunctionFailed(Exception exception, string function, string invocationId);
}
