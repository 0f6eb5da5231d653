using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Emulator.Analytics;
using Shop.Emulator.Clock;
using Shop.Emulator.Courier;
using Shop.Emulator.Durable;
using Shop.Emulator.Functions;
using Shop.Emulator.Functions.Http;
using Shop.Emulator.Mailbox;
using Shop.Emulator.Midtrans;
using Shop.Emulator.Pages;
using Shop.Emulator.ServiceBus;
using Shop.Emulator.Storage;
using Shop.Emulator.Stripe;

namespace Shop.Emulator.Hosting;

/// <summary>What stands behind <c>FunctionsApplication.CreateBuilder</c>: one web application that is host, worker and providers in one.</summary>
internal sealed partial class EmulatorBuilder
{
    private readonly EmulatorOptions _options;
    private readonly string _settingsFile;

    public EmulatorBuilder(string[] args, Assembly functions)
    {
        _options = EmulatorOptions.Parse(args);
        if (_options.Help)
        {
            System.Console.WriteLine(EmulatorOptions.HelpText);
            Environment.Exit(0);
        }
        FunctionTypes = functions.GetTypes();
        Web = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        Web.Configuration.Sources.Clear();
        _settingsFile = Web.Configuration.AddLocalSettings(AppContext.BaseDirectory);
        Web.Configuration.AddEnvironmentVariables();
        if (_options.NoDemo) Web.Configuration["Demo:Enabled"] = "false";
        Web.Services.AddSingleton(Clock);
        Web.Services.AddSingleton<TimeProvider>(Clock);
    }

    /// <summary>A mistake that a person can mend ends the process with one clear line; tests want the exception.</summary>
    public static bool ExitsOnMistakes { get; set; } = true;

    public WebApplicationBuilder Web { get; }

    /// <summary>Where functions are looked for: the types of the app that made the builder.</summary>
    public IEnumerable<Type> FunctionTypes { get; set; }

    /// <summary>The worker's middleware, outermost first.</summary>
    public List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> Middleware { get; } = [];

    public EmulatorClock Clock { get; } = new();

    /// <summary>Where progress and the list of functions go.</summary>
    public TextWriter Console { get; set; } = System.Console.Out;

    public IHost Build()
    {
        var host = new HostJson(AppContext.BaseDirectory, Web.Configuration);
        Web.Logging.AddConfiguration(host.Logging);
        FunctionIndex index = FunctionIndex.Load(FunctionTypes, Web.Configuration, host.RoutePrefix);
        (Socket socket, string baseUrl) = Listen(_options.Port);
        var addresses = new EmulatorAddresses(baseUrl);
        EmulatorStorage storage = OpenStorage();
        var secrets = new EmulatorSecrets(storage);
        Web.Services.AddSingleton(addresses);
        Web.Services.AddSingleton(storage);
        addresses.Add("stripe", baseUrl + "/emulator/stripe");
        addresses.Add("midtrans", baseUrl + MidtransRoom.Root);
        addresses.Add("courier", baseUrl + CourierRoom.Root);
        addresses.Add("analytics", baseUrl + AnalyticsRoom.Root);
        Web.Services.AddClock();
        Web.Services.AddMeter();
        Web.Services.AddStripe();
        Web.Services.AddMidtrans();
        Web.Services.AddCourier();
        Web.Services.AddAnalytics();
        Web.Services.AddMailbox(addresses);
        Web.Services.AddServiceBus(addresses, BusTopology.Read(Path.Combine(AppContext.BaseDirectory, BusTopology.FileName)).WithLocksOf(host.LongestLease));
        Web.Configuration.AddInMemoryCollection(addresses.Answer(Web.Configuration, secrets.Get));
        Web.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)socket.Handle));

        Web.Services.AddFunctionsHost(index, host, Middleware);
        Web.Services.AddDurableEngine(storage, FunctionIndex.Resolve(host.HubName, Web.Configuration), _options.NoOrchestrations);
        Web.Services.AddSingleton(Console);
        Web.Services.AddHostedService<Banner>();

        WebApplication app = Web.Build();
        SettingMistakes.Refuse(app.Services);
        app.UseRouting();
        app.Use(LoopbackOnly.Refuse);
        app.Use(HostRoutes.Refuse);
        app.UseEndpoints(endpoints => endpoints.DataSources.Add(app.Services.GetRequiredService<HttpFunctions>()));
        app.MapClock();
        app.MapMeter();
        app.MapStripe();
        app.MapMidtrans();
        app.MapCourier();
        app.MapAnalytics();
        app.MapMailbox();
        app.MapPages();
        return app;
    }

    private EmulatorStorage OpenStorage()
    {
        string prefix = Web.Configuration["NamePrefix"] ?? throw new EmulatorException($"Setting NamePrefix is missing from {_settingsFile}.");
        if (!Prefixes().IsMatch(prefix)) throw new EmulatorException($"Setting NamePrefix is '{prefix}'; the names in storage begin with it, so it must be 1 to 20 lower-case letters and digits, a letter first.");
        string? connection = Web.Configuration["AzureWebJobsStorage"];
        if (connection == "UseDevelopmentStorage=true")
        {
            Azurite azurite = (_options.Throwaway
                ? Azurite.StartInMemory(Console.WriteLine, CancellationToken.None)
                : Azurite.AttachOrStart(DataPath(), Console.WriteLine, CancellationToken.None)).GetAwaiter().GetResult();
            Web.Services.AddHostedService(_ => new AzuriteStop(azurite));
            connection = azurite.ConnectionString;
            Web.Configuration["AzureWebJobsStorage"] = connection;
        }
        if (string.IsNullOrEmpty(connection)) throw new EmulatorException($"Setting AzureWebJobsStorage is missing from {_settingsFile}.");
        try
        {
            return new EmulatorStorage(connection, prefix);
        }
        catch (Exception unreadable) when (unreadable is FormatException or InvalidOperationException or ArgumentException)
        {
            // The text is not shown: it may hold an account's key.
            throw new EmulatorException("Setting AzureWebJobsStorage is not the connection string of a storage account. UseDevelopmentStorage=true runs Azurite.");
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9]{0,19}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Prefixes();

    /// <summary><c>.azurite/</c> beside host.json's source, wherever in the tree the app was started.</summary>
    private static string DataPath()
    {
        for (DirectoryInfo? at = new(Environment.CurrentDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "host.json"))) return Path.Combine(at.FullName, ".azurite");
        return Path.Combine(Environment.CurrentDirectory, ".azurite");
    }

    /// <summary>The port is taken before anything is built, so that every address is known and a taken port is told at once.</summary>
    private static (Socket Socket, string BaseUrl) Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new EmulatorException($"Port {port} of 127.0.0.1 is in use. Stop what listens there, or choose another: --port 7072.");
        }
        return (socket, $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}");
    }
}
