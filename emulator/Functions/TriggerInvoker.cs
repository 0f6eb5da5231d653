using System.Diagnostics;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.Emulator.Functions;

/// <summary>Invokes a function that something other than a request wakes: a message, a moment, an orchestration.</summary>
internal sealed class TriggerInvoker(InvocationPipeline pipeline, IServiceScopeFactory scopes, HostJson host, IServiceProvider services)
{
    /// <param name="function">What to call.</param>
    /// <param name="valueFor">The value of every parameter that only this trigger knows.</param>
    /// <param name="traceParent">The W3C trace to go on with, or <c>null</c> for a new one.</param>
    /// <param name="finish">What the host does with the result before the trigger counts as handled.</param>
    /// <param name="stopping">Cancelled when the host goes down; the function's token is cancelled with it, and at the time-out.</param>
    /// <returns>The function's result; what it throws comes out.</returns>
    public async Task<object?> Invoke(
        FunctionDescriptor function, Func<ParameterInfo, object?> valueFor, string? traceParent, Func<InvocationContext, Task>? finish, CancellationToken stopping)
    {
        using Activity trace = InvocationPipeline.StartTrace(function.Name, traceParent);
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        if (host.FunctionTimeout > TimeSpan.Zero) timeout.CancelAfter(host.FunctionTimeout);
        var context = new InvocationContext(function, scope.ServiceProvider, trace, timeout.Token) { Bind = c => new ValueTask<object?[]>(Bind(c)) };
        await pipeline.Run(context);
        if (finish is not null) await finish(context);
        return context.Result.Value;

        object?[] Bind(InvocationContext c) =>
            [.. function.Parameters.Select(p => p.ParameterType == typeof(FunctionContext) ? c
                : p.ParameterType == typeof(CancellationToken) ? c.CancellationToken
                : p.ParameterType == typeof(DurableTaskClient) ? services.GetRequiredService<DurableTaskClient>()
                : valueFor(p))];
    }
}
