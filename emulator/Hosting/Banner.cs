using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Shop.Emulator.Functions;

namespace Shop.Emulator.Hosting;

/// <summary>Lists the functions with their URLs when everything is up, as <c>func start</c> does.</summary>
internal sealed class Banner(FunctionIndex index, EmulatorAddresses addresses, TextWriter console, IHostApplicationLifetime lifetime) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Write);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Write()
    {
        console.WriteLine();
        console.WriteLine("Functions:");
        foreach (FunctionDescriptor function in index.Functions)
        {
            string detail = function.TriggerAttribute is HttpTriggerAttribute http
                ? $"[{string.Join(',', (http.Methods ?? ["ANY"]).Select(m => m.ToUpperInvariant()))}] {addresses.BaseUrl}/{index.Route(function)}"
                : function.TriggerType;
            console.WriteLine($"  {function.Name}: {detail}");
        }
        console.WriteLine();
        console.WriteLine($"The shop:      {addresses.BaseUrl}");
        console.WriteLine($"The emulator:  {addresses.BaseUrl}/emulator");
        console.WriteLine();
    }
}
