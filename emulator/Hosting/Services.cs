using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shop.Emulator.Durable;
using Shop.Emulator.Functions;
using Shop.Emulator.Functions.Http;
using Shop.Emulator.Functions.Queues;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Hosting;

/// <summary>The host's own services.</summary>
internal static class Services
{
    public static void AddFunctionsHost(this IServiceCollection services, FunctionIndex index, HostJson host, IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        services.AddRouting();
        services.AddMvcCore(); // IActionResult finds its executors here, as in the worker.
        services.AddSingleton(index);
        services.AddSingleton(host);
        services.AddSingleton<Invocations>();
        services.AddSingleton(provider => new InvocationPipeline(
            middleware, provider.GetRequiredService<Invocations>(), provider.GetRequiredService<IOptions<WorkerOptions>>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<InvocationPipeline>>()));
        services.AddSingleton<TriggerInvoker>();
        services.AddSingleton<QueueOutputs>();
        services.AddSingleton<HttpFunctions>();
        services.AddHostedService<Listeners>();
    }

    public static void AddDurableEngine(this IServiceCollection services, EmulatorStorage storage, string hub, bool leavesOrchestrations)
    {
        services.AddSingleton(new EngineOptions(leavesOrchestrations));
        services.AddSingleton(new HandoverStore(new EmulatorStorage(storage.ConnectionString, hub)));
        services.AddSingleton(provider => new PayloadSerializer(provider.GetRequiredService<InvocationPipeline>().Serializer));
        services.AddSingleton(new InstanceStore(new EmulatorStorage(storage.ConnectionString, hub)));
        services.AddSingleton<Replay>();
        services.AddSingleton<DurableEngine>();
        services.AddHostedService(provider => provider.GetRequiredService<DurableEngine>());
        services.AddSingleton<DurableTaskClient, EmulatedDurableClient>();
    }
}
