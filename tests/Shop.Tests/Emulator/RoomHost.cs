using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Clock;
using Shop.Emulator.Hosting;
using Shop.Emulator.Storage;

namespace Shop.Tests.Emulator;

/// <summary>A notice as the shop received it.</summary>
internal sealed record ReceivedHook(string Path, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>One room of the emulator on a free port, with a shop beside it that takes webhooks.</summary>
internal sealed class RoomHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ReceivedHook> _hooks = Channel.CreateUnbounded<ReceivedHook>();

    private RoomHost(WebApplication app, EmulatorClock clock, string baseUrl, string prefix)
    {
        (_app, Clock, BaseUrl, Prefix) = (app, clock, baseUrl, prefix);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(baseUrl) };
    }

    public EmulatorClock Clock { get; }

    public string BaseUrl { get; }

    /// <summary>Of its names in storage: another host started with it finds what this one left.</summary>
    public string Prefix { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>How the shop answers a notice; 200 unless a test says otherwise.</summary>
    public Func<ReceivedHook, int> ShopAnswers { get; set; } = _ => 200;

    public static async Task<RoomHost> Start(
        Action<IServiceCollection, EmulatorAddresses> add, Action<IEndpointRouteBuilder> map, string? prefix = null, EmulatorClock? clock = null, Func<ReceivedHook, int>? shopAnswers = null)
    {
        clock ??= new EmulatorClock();
        prefix ??= AzuriteFixture.NewPrefix();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string baseUrl = $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}";

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["NamePrefix"] = prefix,
            ["Stripe:SecretKey"] = "sk_test_emulator",
            ["Stripe:PublishableKey"] = "pk_test_emulator",
            ["Stripe:WebhookSecret"] = "whsec_of_the_tests",
            ["Midtrans:ServerKey"] = "SB-Mid-server_emulator",
            ["Courier:ApiKey"] = "courier_test_emulator",
            ["Courier:WebhookHeader"] = "X-Told-By",
            ["Courier:WebhookSecret"] = "courier secret of the tests",
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)socket.Handle));
        var addresses = new EmulatorAddresses(baseUrl);
        builder.Services.AddSingleton(clock).AddSingleton<TimeProvider>(clock).AddSingleton(addresses)
            .AddSingleton(new EmulatorStorage(await AzuriteFixture.ConnectionString(), prefix));
        add(builder.Services, addresses);

        WebApplication app = builder.Build();
        var host = new RoomHost(app, clock, baseUrl, prefix);
        if (shopAnswers is not null) host.ShopAnswers = shopAnswers;
        app.MapPost("/v1/hooks/{**path}", host.Receive);
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>The next notice that the shop gets; fails where none comes.</summary>
    public async Task<ReceivedHook> NextHook()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        return await _hooks.Reader.ReadAsync(limit.Token);
    }

    public bool HasHook => _hooks.Reader.Count > 0;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task Receive(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var hook = new ReceivedHook(
            context.Request.Path, await reader.ReadToEndAsync(context.RequestAborted),
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        context.Response.StatusCode = ShopAnswers(hook);
        _hooks.Writer.TryWrite(hook);
    }
}
