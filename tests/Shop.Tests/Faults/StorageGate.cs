using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Shop.Tests.Faults;

/// <summary>
/// Stands between one host and Azurite, so that every storage operation of the app and of the engine can be refused, lose its answer or come to
/// nothing because the process is dead, without the app knowing of it.
/// </summary>
internal sealed partial class StorageGate : IAsyncDisposable
{
    private static readonly HttpMessageInvoker Azurite = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2) });
    private readonly WebApplication _app;
    private readonly FaultPlan _plan;
    private readonly string _prefix;
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _dead;

    private StorageGate(WebApplication app, FaultPlan plan, string prefix) => (_app, _plan, _prefix) = (app, plan, prefix);

    /// <summary>What the host is to use as <c>AzureWebJobsStorage</c>.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Completes when the host is dead for storage.</summary>
    public Task End => _end.Task;

    /// <summary>Whether single storage operations are steps; otherwise only what asks the plan itself is.</summary>
    public bool CountsOperations { get; init; }

    public static async Task<StorageGate> Open(string connectionString, string prefix, FaultPlan plan, bool countsOperations = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        int[] targets = [.. Port().Matches(connectionString).Select(m => int.Parse(m.Groups[1].Value, null))];
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            foreach (int _ in targets) kestrel.Listen(System.Net.IPAddress.Loopback, 0);
        });
        WebApplication app = builder.Build();
        var gate = new StorageGate(app, plan, prefix) { CountsOperations = countsOperations };
        Dictionary<int, int> targetOf = [];
        app.Run(context => gate.Carry(context, targetOf[context.Connection.LocalPort]));
        await app.StartAsync();
        int[] ports = [.. app.Urls.Select(u => new Uri(u).Port)];
        Dictionary<int, int> portOf = [];
        for (int i = 0; i < targets.Length; i++) (targetOf[ports[i]], portOf[targets[i]]) = (targets[i], ports[i]);
        gate.ConnectionString = Port().Replace(connectionString, m => $"127.0.0.1:{portOf[int.Parse(m.Groups[1].Value, null)]}/");
        return gate;
    }

    /// <summary>From now on nothing reaches storage: for the process behind it, the world has ended.</summary>
    public void Kill()
    {
        _dead = true;
        _end.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task Carry(HttpContext context, int target)
    {
        HttpRequest asked = context.Request;
        using var body = new MemoryStream();
        await asked.Body.CopyToAsync(body, context.RequestAborted);
        string url = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        (FaultSubject Subject, Step Step)? watched = CountsOperations ? Watched(asked.Method, url, body) : null;
        try
        {
            if (watched is { } before) await before.Subject.Pass(before.Step, Moment.Before, End);
            if (_dead) throw new IOException("Dead.");
            using HttpResponseMessage answer = await Forward(context, target, url, body.ToArray());
            byte[] answered = await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
            if (watched is { } after) await after.Subject.Pass(after.Step, Moment.After, End);
            if (_dead) throw new IOException("Dead.");
            await Answer(context, answer, answered);
        }
        catch (IOException)
        {
            // The app's own client knows what it may ask again. The engine's tries again whatever looks like an outage, and this is to reach it.
            context.Response.StatusCode = _dead || url.Contains(_prefix + "emu", StringComparison.Ordinal) ? StatusCodes.Status403Forbidden : StatusCodes.Status500InternalServerError;
        }
        catch (Exception broken) when (broken is OperationCanceledException or HttpRequestException)
        {
            // As it is without a gate between: the client's own retry sees to it.
            context.Abort();
        }
    }

    /// <summary>Whose step this is, for what the app and the engine read and write; queues that are polled and the providers' own tables are nobody's.</summary>
    private (FaultSubject, Step)? Watched(string method, string url, MemoryStream body)
    {
        string text = body.Length is > 0 and < 200_000 ? System.Text.Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length) : "";
        string? name = url.Contains("/$batch", StringComparison.Ordinal) ? Batched().Match(text).Groups[1].Value : Named().Match(url).Groups[1].Value;
        if (!name.StartsWith(_prefix, StringComparison.Ordinal)) return null;
        name = name[_prefix.Length..];
        if (name.StartsWith("emu", StringComparison.Ordinal) && name is not ("emuInstances" or "emuUnfinished")) return null;
        return _plan.Find(Uri.UnescapeDataString(url) + text) is { } subject ? (subject, subject.Begin($"{method} {name}")) : null;
    }

    private static async Task<HttpResponseMessage> Forward(HttpContext context, int target, string url, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri($"http://127.0.0.1:{target}{url}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        bool hasBody = context.Request.ContentLength is not null || body.Length > 0;
        if (hasBody) request.Content = new ByteArrayContent(body);
        foreach ((string header, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Headers)
        {
            if (header is "Host" or "Connection" or "Transfer-Encoding" or "Content-Length") continue;
            if (!request.Headers.TryAddWithoutValidation(header, (IEnumerable<string?>)values)) request.Content?.Headers.TryAddWithoutValidation(header, (IEnumerable<string?>)values);
        }
        return await Azurite.SendAsync(request, CancellationToken.None);
    }

    private static async Task Answer(HttpContext context, HttpResponseMessage answer, byte[] body)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach ((string header, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers))
            if (header is not ("Transfer-Encoding" or "Connection" or "Keep-Alive")) context.Response.Headers[header] = values.ToArray();
        if (body.Length > 0) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    [GeneratedRegex(@"127\.0\.0\.1:(\d+)/", RegexOptions.None, 1000)]
    private static partial Regex Port();

    [GeneratedRegex(@"^/devstoreaccount1/([A-Za-z0-9-]+)", RegexOptions.None, 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"(?:POST|PUT|PATCH|MERGE|DELETE) http://[^/]+/devstoreaccount1/(\w+)", RegexOptions.None, 1000)]
    private static partial Regex Batched();
}
