using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging.Abstractions;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Tests.Http;

public sealed class MiddlewareTests
{
    public sealed class Endpoints
    {
        [Function("Public"), Access(Caller.Anyone)]
        public IResult Public([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "public/{name}")] HttpRequest request, string name) => Respond.Ok(new Health(name));

        [Function("Order"), Access(Caller.OrderHolder)]
        public IResult Order([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders/{orderId}")] HttpRequest request) => Respond.NoContent();

        [Function("Products"), Staff(Role.Catalog)]
        public IResult Products([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/products")] HttpRequest request) => Respond.NoContent();

        [Function("ReplaceProduct"), Staff(Role.Catalog)]
        public IResult Replace([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "admin/products")] HttpRequest request) => Respond.NoContent();
    }

    public sealed class Undeclared
    {
        [Function("Nobody")]
        public IResult Nobody([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "nobody")] HttpRequest request) => Respond.NoContent();

        [Function("Both"), Access(Caller.Anyone), Staff]
        public Task<string> Both([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "both")] HttpRequest request) => Task.FromResult("");
    }

    private static readonly HttpFunctions Functions = new(typeof(Endpoints), typeof(CatchAllEndpoint));
    private static readonly OrderTokens Orders = new(HttpTesting.Signing);
    private static readonly CustomerTokens Customers = new(HttpTesting.Signing, TimeProvider.System);
    private static readonly StaffTokens Staff = new(HttpTesting.Signing, TimeProvider.System);

    private static readonly Lazy<Task<ShopStorage>> Storage = new(() => TestStorage.New(s => new ApiKeyStore(s), s => new StaffSessions(s, TimeProvider.System)));

    [Fact]
    public void A_function_that_declares_no_caller_is_refused_at_start()
    {
        string told = Assert.Throws<InvalidOperationException>(() => new HttpFunctions(typeof(Undeclared))).Message;

        Assert.Contains("Nobody", told);
        Assert.Contains("Both", told);
        Assert.Contains("IResult", told);
    }

    [Fact]
    public async Task An_answer_goes_through() => Assert.Equal(204, (await Invoke("Public", HttpTesting.Get("/public/x"), _ => Respond.NoContent())).Status);

    [Fact]
    public async Task A_function_nobody_described_is_refused() => Assert.Equal(403, (await Invoke("Stranger", HttpTesting.Get("/"), _ => Respond.NoContent())).Status);

    [Fact]
    public async Task An_exception_becomes_a_problem_without_its_text()
    {
        Answered answered = await Invoke("Public", HttpTesting.Get("/public/x"), _ => throw new InvalidOperationException("secret"));

        Assert.Equal(500, answered.Status);
        Assert.Equal("service.failed", answered.Code);
        Assert.DoesNotContain("secret", answered.Text);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", answered.Json.GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task Storage_out_of_reach_is_503_with_a_time_to_try_again()
    {
        foreach (Exception outage in (Exception[])[new RequestFailedException("refused"), new RequestFailedException(500, "busy"), new AggregateException(new RequestFailedException("1"), new RequestFailedException("2")), new TaskCanceledException()])
        {
            Answered answered = await Invoke("Public", HttpTesting.Get("/public/x"), _ => throw outage);

            Assert.Equal(503, answered.Status);
            Assert.Equal("5", answered.Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task A_caller_who_went_away_is_no_failure()
    {
        HttpRequest request = HttpTesting.Get("/public/x");
        request.HttpContext.RequestAborted = new CancellationToken(canceled: true);

        var invocation = new TestInvocation("Public", request);
        await Pipeline(invocation, _ => throw new OperationCanceledException());

        Assert.Equal(499, Assert.IsType<Reply>(invocation.Result).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text")]
    public async Task A_function_without_an_answer_is_a_failure_and_not_an_empty_200(string? result) =>
        Assert.Equal(500, (await Invoke("Public", HttpTesting.Get("/public/x"), _ => result!)).Status);

    [Fact]
    public async Task A_value_that_cannot_be_written_is_a_failure_and_not_an_empty_500() =>
        Assert.Equal("service.failed", (await Invoke("Public", HttpTesting.Get("/public/x"), _ => Respond.Ok(new Currency()))).Code);

    [Fact]
    public async Task An_order_opens_with_its_token_in_the_query_or_as_a_bearer()
    {
        HttpRequest bearer = Order("");
        bearer.Headers.Authorization = "Bearer " + Orders.For("ord_1");

        Assert.Equal(204, (await Invoke("Order", Order("?token=" + Orders.For("ord_1")), _ => Respond.NoContent())).Status);
        Assert.Equal(204, (await Invoke("Order", bearer, _ => Respond.NoContent())).Status);
        Assert.Equal("order:ord_1", bearer.Principal().Actor);
    }

    [Fact]
    public async Task Without_its_token_there_is_no_order()
    {
        Answered without = await Invoke("Order", Order(""), _ => Respond.NoContent());
        Answered other = await Invoke("Order", Order("?token=" + Orders.For("ord_2")), _ => Respond.NoContent());

        Assert.Equal((404, "order.unknown"), (without.Status, without.Code));
        Assert.Equal((404, "order.unknown"), (other.Status, other.Code));
    }

    [Fact]
    public async Task Staff_need_a_token_and_a_role()
    {
        Answered without = await Invoke("Products", HttpTesting.Get("/admin/products"), _ => Respond.NoContent());

        Assert.Equal(401, without.Status);
        Assert.Equal("Bearer", without.Headers.WWWAuthenticate);
        Assert.Equal(401, (await Invoke("Products", AsStaff("GET", "nonsense"), _ => Respond.NoContent())).Status);
        Assert.Equal(403, (await Invoke("Products", AsStaff("GET", Staff.Issue("stf_1", [Role.Reports])), _ => Respond.NoContent())).Status);
        Assert.Equal(204, (await Invoke("Products", AsStaff("GET", Staff.Issue("stf_1", [Role.Catalog])), _ => Respond.NoContent())).Status);
        Assert.Equal(204, (await Invoke("Products", AsStaff("GET", Staff.Issue("stf_1", [Role.Owner])), _ => Respond.NoContent())).Status);
    }

    [Fact]
    public async Task A_token_signed_by_another_key_is_nobodys()
    {
        var others = new StaffTokens(new Signing(new SecurityOptions { SigningKey = "some other key that is long enough too" }), TimeProvider.System);

        Assert.Equal(401, (await Invoke("Products", AsStaff("GET", others.Issue("stf_1", [Role.Owner])), _ => Respond.NoContent())).Status);
    }

    [Fact]
    public async Task Staff_change_only_what_they_have_read()
    {
        HttpRequest blind = AsStaff("PUT", Staff.Issue("stf_1", [Role.Catalog]));
        HttpRequest seeing = AsStaff("PUT", Staff.Issue("stf_1", [Role.Catalog]));
        seeing.Headers.IfMatch = "\"x\"";

        Assert.Equal(428, (await Invoke("ReplaceProduct", blind, _ => Respond.NoContent())).Status);
        Assert.Equal(204, (await Invoke("ReplaceProduct", seeing, _ => Respond.NoContent())).Status);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused_before_the_function_runs()
    {
        HttpRequest request = HttpTesting.Get("/public/x");
        request.ContentLength = BodyLimitAttribute.Default + 1;

        Assert.Equal(413, (await Invoke("Public", request, _ => throw new InvalidOperationException())).Status);
    }

    [Theory]
    [InlineData("GET", "/nothing", 404, "request.path-unknown")]
    [InlineData("POST", "/public/x", 405, "request.method-not-allowed")]
    public async Task The_catch_all_tells_an_unknown_path_from_a_wrong_method(string method, string path, int status, string code)
    {
        Answered answered = await CatchAll(HttpTesting.Request(method, path));

        Assert.Equal((status, code), (answered.Status, answered.Code));
        if (status == 405) Assert.Equal("GET, HEAD, OPTIONS", answered.Headers.Allow);
    }

    [Fact]
    public async Task HEAD_is_answered_by_the_GET_function()
    {
        HttpRequest request = HttpTesting.Request("HEAD", "/public/x");
        Answered answered = await CatchAll(request);

        Assert.Equal(200, answered.Status);
        Assert.Equal("", answered.Text);
        Assert.Equal(14, request.HttpContext.Response.ContentLength);
    }

    [Fact]
    public async Task HEAD_needs_the_rights_that_GET_needs() => Assert.Equal(401, (await CatchAll(HttpTesting.Request("HEAD", "/admin/products"))).Status);

    [Fact]
    public async Task A_listed_origin_may_call_and_read_our_headers()
    {
        HttpRequest request = HttpTesting.Request("OPTIONS", "/public/x");
        request.Headers.Origin = "https://shop.example";
        Answered answered = await CatchAll(request);

        Assert.Equal(204, answered.Status);
        Assert.Equal("https://shop.example", answered.Headers.AccessControlAllowOrigin);
        Assert.Contains("ETag", answered.Headers.AccessControlExposeHeaders.ToString());
        Assert.Equal("GET, HEAD, OPTIONS", answered.Headers.AccessControlAllowMethods);
    }

    [Fact]
    public async Task Another_origin_is_told_nothing()
    {
        HttpRequest request = HttpTesting.Request("OPTIONS", "/public/x");
        request.Headers.Origin = "https://evil.example";

        Assert.Equal(0, (await CatchAll(request)).Headers.AccessControlAllowOrigin.Count);
    }

    private static HttpRequest Order(string query)
    {
        HttpRequest request = HttpTesting.Get("/orders/ord_1" + query);
        request.RouteValues["orderId"] = "ord_1";
        return request;
    }

    private static HttpRequest AsStaff(string method, string token)
    {
        HttpRequest request = HttpTesting.Request(method, "/admin/products");
        request.Headers.Authorization = "Bearer " + token;
        return request;
    }

    private static async Task<Answered> CatchAll(HttpRequest request)
    {
        var invocation = new TestInvocation("ZzzCatchAll", request);
        await Pipeline(invocation, async context => ((TestInvocation)context).Result = await new CatchAllEndpoint(Functions).Run(request, context));
        return await Assert.IsAssignableFrom<IResult>(invocation.Result).Execute(request);
    }

    private static async Task<Answered> Invoke(string function, HttpRequest request, Func<FunctionContext, object> answer)
    {
        var invocation = new TestInvocation(function, request);
        await Pipeline(invocation, context =>
        {
            ((TestInvocation)context).Result = answer(context);
            return Task.CompletedTask;
        });
        return await Assert.IsAssignableFrom<IResult>(invocation.Result).Execute(request);
    }

    private static async Task Pipeline(TestInvocation invocation, FunctionExecutionDelegate function)
    {
        var problem = new ProblemMiddleware(Functions, new Cors(new CorsOptions { Origins = "https://shop.example" }), new ShopOptions { PublicUrl = new Uri("https://shop.example") }, NullLogger<ProblemMiddleware>.Instance);
        var meter = new MeterMiddleware(new HttpOptions(), new OperationCosts(), TimeProvider.System, NullLogger<MeterMiddleware>.Instance);
        var access = new AccessMiddleware(Orders, Customers, new RevokedSessions(await Storage.Value, TimeProvider.System), Staff, new StaffSessions(await Storage.Value, TimeProvider.System), new ApiKeys(new ApiKeyStore(await Storage.Value), TimeProvider.System));
        await problem.Invoke(invocation, outer => meter.Invoke(outer, middle => access.Invoke(middle, function)));
    }
}
