using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Clock;
using Shop.Emulator.Hosting;

namespace Shop.Tests.Emulator;

/// <summary>The emulator with a few functions of a test, on Azurite under a prefix of its own.</summary>
internal sealed class EmulatorHost : IAsyncDisposable
{
    private readonly IHost _host;

    private EmulatorHost(IHost host, HttpClient http, string prefix) => (_host, Http, Prefix) = (host, http, prefix);

    public HttpClient Http { get; }

    public string Prefix { get; }

    public DurableTaskClient Durable => _host.Services.GetRequiredService<DurableTaskClient>();

    public EmulatorClock Clock => _host.Services.GetRequiredService<EmulatorClock>();

    public T Service<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <param name="functions">The classes whose functions run.</param>
    /// <param name="prefix">The one of an earlier host, to find its data again.</param>
    /// <param name="configure">More services, settings and middleware.</param>
    public static async Task<EmulatorHost> Start(Type[] functions, string? prefix = null, Action<FunctionsApplicationBuilder>? configure = null)
    {
        var emulator = new EmulatorBuilder(["--port", "0"], typeof(EmulatorHost).Assembly) { FunctionTypes = functions, Console = TextWriter.Null };
        prefix ??= AzuriteFixture.NewPrefix();
        emulator.Web.Configuration["AzureWebJobsStorage"] = await AzuriteFixture.ConnectionString();
        emulator.Web.Configuration["NamePrefix"] = prefix;
        emulator.Web.Configuration["AzureFunctionsJobHost:extensions:queues:maxPollingInterval"] = "00:00:00.050";
        emulator.Web.Configuration["AzureFunctionsJobHost:extensions:queues:visibilityTimeout"] = "00:00:00";
        emulator.Web.Logging.ClearProviders();
        var builder = new FunctionsApplicationBuilder(emulator);
        configure?.Invoke(builder);
        IHost host = emulator.Build();
        await host.StartAsync();
        return new EmulatorHost(host, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(host.Services.GetRequiredService<EmulatorAddresses>().BaseUrl) }, prefix);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        _host.Dispose();
    }
}
