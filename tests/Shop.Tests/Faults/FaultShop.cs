using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Shop.Common;
using Shop.Emulator.Functions;
using Shop.Storage;
using Shop.Tests.Catalog;
using Shop.Tests.Journeys;

namespace Shop.Tests.Faults;

/// <summary>
/// A shop that may die at any step and is built anew on the same storage. Its customers have patience: what was not answered they ask again. Time
/// goes sixty times as fast, so that whatever is tried again later is soon.
/// </summary>
internal sealed class FaultShop : IAsyncDisposable
{
    /// <summary>So long may nothing at all happen while something is awaited.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _prefix = AzuriteFixture.NewPrefix();
    private readonly bool _operations;
    private readonly (string Name, string Value)[] _settings;
    private readonly List<Task> _burials = [];
    private readonly CancellationTokenSource _over = new();
    private StorageGate _gate = null!;
    private Task _time = Task.CompletedTask;
    private volatile ShopHost? _host;
    private readonly Lock _shared = new();
    private TimeSpan _ahead;
    private Task<string>? _staff;

    // The gate answers from this very process, while some of what starts a host waits for it on a thread of the pool.
    static FaultShop() => ThreadPool.SetMinThreads(64, 64);

    private FaultShop(bool operations, (string Name, string Value)[] settings)
    {
        (_operations, _settings) = (operations, settings);
        // Who waits for a kill in the middle of a request waits for all others to come to theirs.
        Http = new HttpClient(new PatientHandler(() => _host?.BaseUrl)) { BaseAddress = new Uri("http://shop.test"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public FaultPlan Plan { get; } = new();

    /// <summary>The one that lives now.</summary>
    public ShopHost Host => _host!;

    public HttpClient Http { get; }

    public ShopClient Client => new(Http);

    /// <summary>Of each lies more there than is ever sold.</summary>
    public IReadOnlyList<string> Articles { get; private set; } = [];

    public string Digital { get; private set; } = "";

    /// <param name="operations">Whether single storage operations are steps, too.</param>
    /// <param name="articles">How many there are of those that are sent.</param>
    /// <param name="settings">More of them.</param>
    public static async Task<FaultShop> Start(bool operations = false, int articles = 1, params (string Name, string Value)[] settings)
    {
        var shop = new FaultShop(operations, settings);
        await shop.Live();
        StaffProducts staff = await StaffProducts.Of(shop.Host);
        for (int i = 0; i < articles; i++) shop.Articles = [.. shop.Articles, await shop.Receive(staff, $"kopi-{i}")];
        await shop.Host.Service<DigitalFiles>().Put("buku.pdf", BinaryData.FromBytes(Encoding.UTF8.GetBytes("isi")), TestContext.Current.CancellationToken);
        shop.Digital = await Offer(staff, "buku", "buku.pdf");
        await Until.True(async () => (await shop.Host.Get("/v1/store/products?limit=100&inStock=true")).GetProperty("data").GetArrayLength() == articles + 1, "the catalogue");
        shop._time = shop.PassTime();
        return shop;
    }

    /// <summary>Kills the host as it stands and builds another on the same storage.</summary>
    public async Task KillAndRestart()
    {
        (ShopHost dead, StorageGate gate) = (Host, _gate);
        _host = null;
        Reach(dead.Clock.Offset);
        gate.Kill();
        _burials.Add(Bury(dead, gate));
        await Live();
    }

    /// <summary>
    /// Waits as long as any order that is watched goes on: one waits where it is to be killed until the slowest of its group has come to its own point, and how long
    /// that takes is the machine's affair.
    /// </summary>
    public async Task Wait(Func<Task<bool>> holds, string what)
    {
        while (true)
        {
            int before = Plan.Begun;
            try
            {
                await Until.True(holds, what, Patience);
                return;
            }
            catch (Xunit.Sdk.XunitException) when (Plan.Begun != before)
            {
                // Others are on their way.
            }
        }
    }

    /// <summary>All of the staff's work is one session, begun anew when it is over: a quarter of an hour is quickly over here, and each sign-in costs what a password costs.</summary>
    public Task<string> StaffToken()
    {
        lock (_shared) return _staff = _staff is null or { IsFaulted: true } ? Client.SignInOwner() : _staff;
    }

    /// <summary>It is not good any more.</summary>
    public void Forget(Task<string> token)
    {
        lock (_shared)
            if (_staff == token) _staff = null;
    }

    /// <summary>Moves the clock to a moment, whether or not a host lives right now. Orders that wait for the same moment move it once.</summary>
    public void PassUntil(DateTimeOffset moment)
    {
        TimeSpan ahead = moment - TimeProvider.System.GetUtcNow();
        Reach(ahead);
        _host?.Clock.MoveTo(ahead);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _time;
        Http.Dispose();
        // Whatever still waits for its kill would keep the host from stopping, and hide why the test failed.
        _gate.Kill();
        if (_host is { } alive) await Bury(alive, _gate);
        await Task.WhenAll(_burials);
        _over.Dispose();
    }

    private static async Task Bury(ShopHost dead, StorageGate gate)
    {
        try
        {
            await dead.DisposeAsync();
        }
        catch (Exception last) when (last is Azure.RequestFailedException or AggregateException or IOException or OperationCanceledException)
        {
            // It wanted to write something down, as no killed process could.
        }
        await gate.DisposeAsync();
    }

    /// <summary>What this shopper buys of goods that are sent.</summary>
    public string ArticleOf(Shopper shopper) => shopper.Article ?? Articles[0];

    private async Task<string> Receive(StaffProducts staff, string handle)
    {
        string sku = await Offer(staff, handle, null);
        await ShopClient.Json(await Host.Send(HttpMethod.Post, $"/v1/admin/stock/{sku}/receipts", new { quantity = 100_000, reference = "SJ-1" }, await Host.StaffToken(), ("Idempotency-Key", $"stock-{sku}")));
        return sku;
    }

    private static async Task<string> Offer(StaffProducts staff, string handle, string? file)
    {
        JsonObject draft = StaffProducts.Draft(handle);
        if (file is not null)
        {
            draft["kind"] = "digital";
            draft["variants"]![0]!["weightGrams"] = 0;
            draft["variants"]![0]!["downloadFile"] = file;
        }
        await staff.Make(draft);
        return handle.ToUpperInvariant();
    }

    private async Task Live()
    {
        StorageGate gate = _gate = await StorageGate.Open(await AzuriteFixture.ConnectionString(), _prefix, Plan, _operations);
        ShopHost host = await ShopHost.Start(_prefix, demo: false, builder =>
        {
            // Time does not run backwards because somebody died.
            builder.Emulator.Clock.MoveTo(_ahead);
            builder.Configuration["AzureWebJobsStorage"] = gate.ConnectionString;
            builder.Configuration["Emulator:LongestLease"] = "00:00:03";
            // Another's clock makes days of the moment in which a shopper checks out: a cart that is found abandoned just then is not the one that was shown.
            builder.Configuration["Carts:AbandonedAfterMinutes"] = "10080";
            builder.Configuration["Carts:GiftCardCodesPerClientAddress"] = "10000";
            builder.Configuration["Carts:CouponCodesPerClientAddress"] = "10000";
            foreach ((string name, string value) in _settings) builder.Configuration[name] = value;
            builder.Use(next => context => Activity(context, next, gate.End));
            builder.Services.ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler(() => new ProviderSteps(Plan, gate.End)));
        });
        _host = host;
        host.Clock.MoveTo(_ahead);
    }

    private void Reach(TimeSpan ahead)
    {
        lock (_shared)
            if (ahead > _ahead) _ahead = ahead;
    }

    /// <summary>The borders of an activity: before it, and after its effect but before the engine knows.</summary>
    private async Task Activity(FunctionContext context, FunctionExecutionDelegate next, Task end)
    {
        var invocation = (InvocationContext)context;
        FaultSubject? subject = null;
        Step? step = null;
        if (invocation.Function.TriggerAttribute is ActivityTriggerAttribute)
        {
            object? input = (await invocation.Bind(invocation)).FirstOrDefault(a => a is not (null or CancellationToken or FunctionContext));
            subject = Plan.Find(JsonSerializer.Serialize(input, ShopJson.Options));
            step = subject?.Begin(invocation.Function.Name);
        }
        if (step is not null) await subject!.Pass(step, Moment.Before, end);
        await next(context);
        if (step is not null) await subject!.Pass(step, Moment.After, end);
    }

    private async Task PassTime()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token)) _host?.Clock.Advance(TimeSpan.FromSeconds(3));
        }
        catch (OperationCanceledException)
        {
            // The shop closes.
        }
    }

    /// <summary>Calls to providers, as the app's HTTP clients make them.</summary>
    private sealed class ProviderSteps(FaultPlan plan, Task end) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string path = request.RequestUri!.AbsolutePath;
            if (!path.StartsWith("/emulator/", StringComparison.Ordinal)) return await base.SendAsync(request, cancellationToken);
            string text = path + (request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
            FaultSubject? subject = plan.Find(text);
            Step? step = subject?.Begin($"{request.Method} {string.Join('/', path.Split('/').Skip(2).Select(p => p.Any(char.IsAsciiDigit) && p.Length > 3 ? "…" : p))}");
            if (step is not null) await subject!.Pass(step, Moment.Before, end);
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (subject is not null) plan.Find(text + await response.Content.ReadAsStringAsync(cancellationToken));
            if (step is not null) await subject!.Pass(step, Moment.After, end);
            return response;
        }
    }
}
