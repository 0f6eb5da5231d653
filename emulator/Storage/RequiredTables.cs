using Azure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Shop.Emulator.Storage;

/// <summary>A table, or a container, that a room of the emulator needs before it is asked anything.</summary>
internal sealed record RequiredStorage(string Name, bool Container = false);

/// <summary>Makes what the rooms need before anything else starts.</summary>
internal sealed class RequiredTables(EmulatorStorage storage, IEnumerable<RequiredStorage> needs) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.WhenAll(needs.Distinct().Select(need => Make(need, cancellationToken)));

    private async Task Make(RequiredStorage need, CancellationToken cancellationToken)
    {
        try
        {
            if (need.Container) await storage.Container(need.Name).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            else await storage.Table(need.Name).CreateIfNotExistsAsync(cancellationToken);
        }
        catch (RequestFailedException made) when (made.Status == 409)
        {
            // Another process made it at the same moment.
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class RequiredTablesRegistration
{
    public static IServiceCollection AddRequiredStorage(this IServiceCollection services, params ReadOnlySpan<RequiredStorage> needs)
    {
        foreach (RequiredStorage need in needs) services.AddSingleton(need);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RequiredTables>());
        return services;
    }
}
