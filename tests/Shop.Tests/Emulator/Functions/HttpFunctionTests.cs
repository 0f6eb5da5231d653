using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Shop.Tests.Emulator.Functions;

public sealed class HttpFunctionTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/nowhere")]
    [InlineData("POST", "/greet/ayu")] // declared for GET only
    [InlineData("HEAD", "/greet/ayu")]
    [InlineData("OPTIONS", "/greet/ayu")]
    public async Task What_no_function_takes_is_an_empty_404_before_any_middleware(string method, string path)
    {
        int seen = 0;
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Greeting)], configure: b => b.UseMiddleware((_, next) => { seen++; return next(); }));
        HttpResponseMessage answer = await host.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancel);
        Assert.Equal((HttpStatusCode.NotFound, 0, 0), (answer.StatusCode, answer.Content.Headers.ContentLength ?? 0, seen));
    }

    [Fact]
    public async Task Route_and_query_values_bind_by_the_parameters_name()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Greeting)]);
        Assert.Equal("ayu 3 ", await host.Http.GetStringAsync("/greet/ayu?times=3", Cancel));
    }

    [Fact]
    public async Task A_query_value_that_does_not_fit_is_an_empty_500()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Greeting)]);
        await IsEmpty(HttpStatusCode.InternalServerError, await host.Http.GetAsync("/greet/ayu?times=many", Cancel));
    }

    [Theory]
    [InlineData("/plain")]
    [InlineData("/nothing")]
    public async Task A_plain_object_or_null_is_an_empty_200(string path)
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Results)]);
        await IsEmpty(HttpStatusCode.OK, await host.Http.GetAsync(path, Cancel));
    }

    [Fact]
    public async Task What_a_function_throws_is_an_empty_500()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Results)]);
        await IsEmpty(HttpStatusCode.InternalServerError, await host.Http.GetAsync("/throws", Cancel));
    }

    [Theory]
    [InlineData("/result", HttpStatusCode.Created, "\"made\"")]
    [InlineData("/action", HttpStatusCode.Accepted, "taken")]
    public async Task An_IResult_and_an_IActionResult_are_executed(string path, HttpStatusCode status, string body)
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Results)]);
        HttpResponseMessage answer = await host.Http.GetAsync(path, Cancel);
        Assert.Equal((status, body), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
    }

    [Fact]
    public async Task A_body_is_read_leniently_and_a_malformed_one_is_an_empty_500()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Bodies)]);
        HttpResponseMessage lenient = await host.Http.PostAsync("/bodies", new StringContent("""{"Text":"a","Unknown":1}"""), Cancel);
        Assert.Equal("a", await lenient.Content.ReadAsStringAsync(Cancel));
        await IsEmpty(HttpStatusCode.InternalServerError, await host.Http.PostAsync("/bodies", new StringContent("{"), Cancel));
    }

    [Fact]
    public async Task A_body_beyond_thirty_million_bytes_is_an_empty_500_unless_the_app_lifts_the_limit()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Bodies)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/length") { Content = new ByteArrayContent(new byte[30_000_001]) };
        request.Headers.ExpectContinue = true; // The answer comes before the body is sent, which would break off.
        await IsEmpty(HttpStatusCode.InternalServerError, await host.Http.SendAsync(request, Cancel));
    }

    [Fact]
    public async Task Middleware_runs_in_the_order_it_was_added_and_may_answer_instead_of_the_function()
    {
        List<string> order = [];
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Greeting)], configure: builder =>
        {
            builder.UseMiddleware(async (_, next) => { order.Add("outer"); await next(); order.Add("outer again"); });
            builder.UseMiddleware((context, _) => { order.Add("inner"); context.GetInvocationResult().Value = Microsoft.AspNetCore.Http.Results.StatusCode(418); return Task.CompletedTask; });
        });
        Assert.Equal(418, (int)(await host.Http.GetAsync("/greet/ayu", Cancel)).StatusCode);
        Assert.Equal(["outer", "inner", "outer again"], order);
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_function()
    {
        var left = new TaskCompletionSource();
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Lingering)], configure: b => b.Services.AddSingleton(left));
        using var impatient = new CancellationTokenSource();
        Task<HttpResponseMessage> request = host.Http.GetAsync("/linger", impatient.Token);
        await Until.True(() => Lingering.Waiting, "the request to arrive");
        await impatient.CancelAsync();
        await left.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Fact]
    public async Task Startup_filters_of_the_app_wrap_every_request()
    {
        await using EmulatorHost host = await EmulatorHost.Start([typeof(Greeting)], configure: b => b.Services.AddSingleton<Microsoft.AspNetCore.Hosting.IStartupFilter, Stamp>());
        Assert.Equal("yes", (await host.Http.GetAsync("/greet/ayu", Cancel)).Headers.GetValues("X-Stamped").Single());
    }

    private static async Task IsEmpty(HttpStatusCode status, HttpResponseMessage answer) =>
        Assert.Equal((status, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));

    private sealed class Stamp : Microsoft.AspNetCore.Hosting.IStartupFilter
    {
        public Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> Configure(Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> next) => app =>
        {
            Microsoft.AspNetCore.Builder.UseExtensions.Use(app, (HttpContext context, RequestDelegate rest) =>
            {
                context.Response.Headers["X-Stamped"] = "yes";
                return rest(context);
            });
            next(app);
        };
    }

    public sealed class Greeting
    {
        [Function("Greet")]
        public IResult Greet([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "greet/{name}")] HttpRequest request, string name, int times, string? absent) =>
            Microsoft.AspNetCore.Http.Results.Text($"{name} {times} {absent}");
    }

    public sealed class Results
    {
        [Function("Plain")]
        public object Plain([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "plain")] HttpRequest request) => new { Ignored = true };

        [Function("Nothing")]
        public IResult? Nothing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "nothing")] HttpRequest request) => null;

        [Function("Throws")]
        public Task<IResult> Throws([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "throws")] HttpRequest request) => throw new InvalidOperationException("a secret");

        [Function("Result")]
        public async Task<IResult> Result([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "result")] HttpRequest request)
        {
            await Task.Yield();
            return Microsoft.AspNetCore.Http.Results.Json("made", statusCode: 201);
        }

        [Function("Action")]
        public IActionResult Action([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "action")] HttpRequest request) => new ContentResult { StatusCode = 202, Content = "taken" };
    }

    public sealed record Note(string Text);

    public sealed class Bodies
    {
        [Function("Bodies")]
        public IResult Read([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "bodies")] HttpRequest request, [FromBody] Note note) => Microsoft.AspNetCore.Http.Results.Text(note.Text);

        [Function("Length")]
        public async Task<IResult> Length([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "length")] HttpRequest request)
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            return Microsoft.AspNetCore.Http.Results.Text($"{body.Length}");
        }
    }

    public sealed class Lingering(TaskCompletionSource left)
    {
        public static bool Waiting { get; private set; }

        [Function("Linger")]
        public async Task<IResult> Linger([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "linger")] HttpRequest request, CancellationToken cancellationToken)
        {
            Waiting = true;
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                left.TrySetResult();
                throw;
            }
            return Microsoft.AspNetCore.Http.Results.Ok();
        }
    }
}
