using Microsoft.Extensions.Hosting;

namespace Shop.Emulator.Storage;

/// <summary>Stops Azurite after everything else, when the app goes down in order; a killed app leaves it running for the next start.</summary>
internal sealed class AzuriteStop(Azurite azurite) : IHostedLifecycleService
{
    public async Task StoppedAsync(CancellationToken cancellationToken) => await azurite.DisposeAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
