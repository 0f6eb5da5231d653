using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Common;
using Shop.Emulator.Clock;
using Shop.Emulator.Hosting;
using Shop.Inventory;
using Shop.Tests.Http;

namespace Shop.Tests.Journeys;

/// <summary>The whole shop with its emulator, over real HTTP, on Azurite under a prefix of its own.</summary>
internal sealed class ShopHost : IAsyncDisposable
{
    /// <summary>A run begins at ten in the morning of the shop, whenever it is started: what comes within hours is the same business day. <c>SHOP_TIME=23:58</c> begins it at another time.</summary>
    private static readonly TimeSpan Ahead = TimeTo(TimeOnly.Parse(Environment.GetEnvironmentVariable("SHOP_TIME") ?? "10:00", CultureInfo.InvariantCulture));

    private readonly IHost _host;

    private ShopHost(IHost host, string prefix, CollectingLoggers logs)
    {
        (_host, Prefix, Logs) = (host, prefix, logs);
        BaseUrl = host.Services.GetRequiredService<EmulatorAddresses>().BaseUrl;
        Http = new HttpClient(new ValidatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })) { BaseAddress = new Uri(BaseUrl) };
    }

    public string BaseUrl { get; }

    public HttpClient Http { get; }

    public string Prefix { get; }

    /// <summary>Every line that was logged.</summary>
    public CollectingLoggers Logs { get; }

    public EmulatorClock Clock => _host.Services.GetRequiredService<EmulatorClock>();

    public T Service<T>() where T : notnull => _host.Services.GetRequiredService<T>();

    /// <param name="prefix">The one of an earlier host, to find its data again.</param>
    /// <param name="demo">Whether there are a few products; the host is returned when they can be bought. The setting <c>Demo:File</c> makes them others.</param>
    /// <param name="configure">More settings and services.</param>
    public static async Task<ShopHost> Start(string? prefix = null, bool demo = true, Action<FunctionsApplicationBuilder>? configure = null)
    {
        FunctionsApplicationBuilder builder = ShopApplication.CreateBuilder(["--port", "0"]);
        prefix ??= AzuriteFixture.NewPrefix();
        var logs = new CollectingLoggers();
        builder.Emulator.Console = TextWriter.Null;
        builder.Configuration["AzureWebJobsStorage"] = await AzuriteFixture.ConnectionString();
        builder.Configuration["NamePrefix"] = prefix;
        builder.Configuration["Demo:Enabled"] = demo ? "true" : "false";
        builder.Configuration["Demo:File"] = Path.Combine(AppContext.BaseDirectory, "samples", "few-products.csv");
        builder.Configuration["Staff:Password"] = StaffPassword;
        builder.Configuration["Http:ShowStorageOperations"] = "true";
        // What a test waits for is sent by its own process, which wakes the reader.
        builder.Configuration["AzureFunctionsJobHost:extensions:queues:maxPollingInterval"] = "00:00:03";
        builder.Configuration["AzureFunctionsJobHost:extensions:queues:visibilityTimeout"] = "00:00:00";
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(logs);
        if (Environment.GetEnvironmentVariable("SHOP_DAWDLE") is { } milliseconds) builder.Dawdle(TimeSpan.FromMilliseconds(int.Parse(milliseconds, CultureInfo.InvariantCulture)));
        builder.Emulator.Clock.MoveTo(Ahead);
        configure?.Invoke(builder);
        IHost host = builder.Build();
        await host.StartAsync();
        var shop = new ShopHost(host, prefix, logs);
        if (demo) await Until.True(() => shop.Sells(File.ReadLines(builder.Configuration["Demo:File"]!).Skip(1).Select(row => row.Split(',')[0]).Distinct().Count()), "the demo catalogue");
        return shop;
    }

    private static TimeSpan TimeTo(TimeOnly time) =>
        time - TimeOnly.FromTimeSpan(TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(new ShopOptions().TimeZone)).TimeOfDay);

    /// <summary>Whether so many products are there, each with what was counted of it: the import shows them one by one.</summary>
    private async Task<bool> Sells(int products)
    {
        JsonElement[] cards = [.. (await Get("/v1/store/products?limit=100")).GetProperty("data").EnumerateArray()];
        return cards.Length == products && cards.All(card => card.GetProperty("available").GetBoolean());
    }

    public const string StaffPassword = "kata-sandi-untuk-tes";

    public const string StaffEmail = "owner@shop.test";

    /// <summary>An access token of the owner.</summary>
    public Task<string> SignInOwner() => Client.SignInOwner();

    /// <summary>The header that makes a request the owner's.</summary>
    public async Task<(string Name, string Value)> StaffToken() => ("Authorization", "Bearer " + await SignInOwner());

    public ShopClient Client => new(Http);

    public Task<JsonElement> Get(string path) => Client.Get(path);

    public Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers) => Client.Send(method, path, body, headers);

    public Task<string> PhysicalSku() => Client.SkuOf("physical");

    public Task<string> DigitalSku() => Client.SkuOf("digital");

    /// <summary>On hand less held, from the tables: staff read their own writes.</summary>
    public async Task<int> AvailableOf(string sku) =>
        (await Service<InventoryStore>().FindItem(Sku.Parse(sku), TestContext.Current.CancellationToken))!.Available;

    /// <summary>Posts what a courier tells, with the secret that Biteship sends.</summary>
    public Task<HttpResponseMessage> Tell(object told, string? secret = null)
    {
        var options = Service<global::Shop.Shipping.ShippingOptions>();
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/hooks/couriers/biteship") { Content = new StringContent(JsonSerializer.Serialize(told), System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(options.WebhookHeader, secret ?? options.WebhookSecret);
        return Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Presses the courier's buttons for a parcel.</summary>
    public Task AtCourier(JsonElement parcel, params string[] buttons) => AtCourier(parcel.GetProperty("trackingNumber").GetString()!, buttons);

    public async Task AtCourier(string trackingNumber, params string[] buttons)
    {
        foreach (string button in buttons) await ShopClient.Json(await Send(HttpMethod.Post, $"/emulator/couriers/{trackingNumber}/{button}"));
    }

    /// <summary>Moves the clock until the order's parcel has arrived.</summary>
    public async Task MoveUntilOver(Shopper shopper)
    {
        foreach (string step in Shopper.Way)
        {
            await shopper.ParcelUntil(step);
            if (step != Shopper.Way[^1]) Clock.Advance(TimeSpan.FromSeconds(11));
        }
        await shopper.OrderUntil("completed");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        _host.Dispose();
        if (Environment.GetEnvironmentVariable("SHOP_LOGS") is { } folder) await File.WriteAllLinesAsync(Path.Combine(folder, Prefix + ".log"), Logs.Lines);
    }
}
