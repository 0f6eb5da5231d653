using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shop.Common;
using Shop.Http;
using Shop.Storage;
using Shop.Tests.Emulator;

namespace Shop.Tests.Http;

/// <summary>The middleware on a real server: what only sockets show.</summary>
public sealed class HttpHostTests : IAsyncLifetime
{
    public sealed class Endpoints(Work work, ShopStorage storage)
    {
        [Function("Echo"), Access(Caller.Anyone), BodyLimit(100)]
        public Task<IResult> Echo([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "v1/store/echo")] HttpRequest request) =>
            request.ReadBody<Dictionary<string, string>>().ToHttp(Respond.Ok);

        [Function("Fail"), Access(Caller.Anyone)]
        public IResult Fail([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/fail")] HttpRequest request) => throw new InvalidOperationException("budi@example.com");

        [Function("Count"), Access(Caller.Anyone)]
        public async Task<IResult> Count([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/count")] HttpRequest request)
        {
            await storage.Table("Idempotency").Find("none", "none", request.HttpContext.RequestAborted);
            return Respond.NoContent();
        }

        [Function("Unreachable"), Access(Caller.Anyone)]
        public async Task<IResult> Unreachable([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/unreachable")] HttpRequest request)
        {
            var gone = new ShopStorage(new StorageOptions { NamePrefix = "gone", ConnectionString = $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:{work.DeadPort}/a;QueueEndpoint=http://127.0.0.1:{work.DeadPort}/a;BlobEndpoint=http://127.0.0.1:{work.DeadPort}/a" });
            await gone.Table("Orders").Find("ord_1", "ord_1", request.HttpContext.RequestAborted);
            return Respond.NoContent();
        }

        [Function("Wait"), Access(Caller.Anyone)]
        public async Task<IResult> Wait([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/wait")] HttpRequest request)
        {
            work.Started.TrySetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, request.HttpContext.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                work.Cancelled.TrySetResult();
                throw;
            }
            return Respond.NoContent();
        }

        [Function("Order"), Access(Caller.OrderHolder)]
        public IResult Order([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/store/orders/{orderId}")] HttpRequest request, string orderId) => Respond.Ok(new Health(request.Principal().Actor));
    }

    public sealed class Work
    {
        public TaskCompletionSource Started { get; } = new();

        public TaskCompletionSource Cancelled { get; } = new();

        public int DeadPort { get; init; }
    }

    private readonly CollectingLoggers _logs = new();
    private readonly Work _work = new() { DeadPort = FreePort() };
    private EmulatorHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await EmulatorHost.Start([typeof(Endpoints), typeof(CatchAllEndpoint)], configure: builder =>
    {
        builder.Configuration["Security:SigningKey"] = "a signing key for tests, long enough";
        builder.Configuration["Security:DataKeys"] = Convert.ToBase64String(new byte[32]);
        builder.Configuration["Shop:PublicUrl"] = "https://shop.example";
        builder.Configuration["Http:ShowStorageOperations"] = "true";
        builder.Logging.AddProvider(_logs);
        builder.AddHttp();
        builder.Services.AddSingleton(new HttpFunctions(typeof(Endpoints), typeof(CatchAllEndpoint)));
        builder.Services.AddSingleton(_work);
        builder.Services.AddSingleton(new ShopStorage(new StorageOptions { NamePrefix = builder.Configuration["NamePrefix"]!, ConnectionString = builder.Configuration["AzureWebJobsStorage"] }));
        builder.Services.AddHostedService<StorageSetup>();
    });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_body_without_length_is_cut_off_at_the_functions_limit_while_it_still_comes() =>
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await StatusLine($"80\r\n{new string(' ', 128)}\r\n"));

    [Fact]
    public async Task A_body_that_breaks_off_is_no_failure_of_ours() => Assert.Equal("HTTP/1.1 400 Bad Request", await StatusLine("nonsense\r\n"));

    [Fact]
    public async Task A_failure_tells_its_trace_and_nothing_else()
    {
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/store/fail");
        request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");

        HttpResponseMessage response = await _host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains(trace, body);
        Assert.DoesNotContain("budi", body);
        Assert.DoesNotContain("Exception", body);
    }

    [Fact]
    public async Task Storage_that_is_gone_is_503_with_a_time_to_try_again()
    {
        HttpResponseMessage response = await _host.Http.GetAsync("/v1/store/unreachable", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "service.unavailable"), (response.StatusCode, await CodeOf(response)));
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task A_caller_who_leaves_cancels_the_work_and_is_no_error()
    {
        using var leave = new CancellationTokenSource();
        Task<HttpResponseMessage> waiting = _host.Http.GetAsync("/v1/store/wait", leave.Token);
        await _work.Started.Task.WaitAsync(TestContext.Current.CancellationToken);

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await _work.Cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(_logs.Lines, line => line.Contains("Exception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_cost_of_an_answer_is_shown_when_asked_for() =>
        Assert.Equal("1", (await _host.Http.GetAsync("/v1/store/count", TestContext.Current.CancellationToken)).Headers.GetValues("X-Storage-Operations").Single());

    [Fact]
    public async Task An_orders_token_is_checked_against_the_route_and_never_logged()
    {
        string token = _host.Service<OrderTokens>().For("ord_1");

        Assert.Equal(HttpStatusCode.OK, (await _host.Http.GetAsync($"/v1/store/orders/ord_1?token={token}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.GetAsync($"/v1/store/orders/ord_2?token={token}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.DoesNotContain(_logs.Lines, line => line.Contains(token, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HEAD", "/v1/store/count", 204)]
    [InlineData("HEAD", "/v1/store/orders/ord_1", 404)]
    [InlineData("DELETE", "/v1/store/count", 405)]
    [InlineData("OPTIONS", "/v1/store/count", 204)]
    [InlineData("PROPFIND", "/v1/store/count", 404)] // The host itself: no function takes this method.
    [InlineData("GET", "/v1/store/carts", 404)]
    [InlineData("GET", "/", 404)]
    public async Task Every_request_has_an_answer(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        Assert.Equal(status, (int)(await _host.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    /// <summary>Posts the beginning of a chunked body, whose end never comes.</summary>
    private async Task<string?> StatusLine(string chunks)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _host.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /v1/store/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string?> CodeOf(HttpResponseMessage response)
    {
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return problem.RootElement.GetProperty("code").GetString();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
