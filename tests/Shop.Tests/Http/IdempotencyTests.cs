using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Shop.Common;
using Shop.Emulator.Clock;
using Shop.Http;
using Shop.Storage;

namespace Shop.Tests.Http;

public sealed class IdempotencyTests : IAsyncLifetime
{
    public sealed class Endpoints
    {
        [Function("Pay"), Access(Caller.Anyone), Idempotent]
        public IResult Pay([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "pay")] HttpRequest request) => Respond.NoContent();
    }

    private static readonly HttpFunctions Functions = new(typeof(Endpoints));
    private readonly EmulatorClock _clock = new();
    private IdempotencyStore _store = null!;
    private int _runs;

    public async ValueTask InitializeAsync()
    {
        var storage = new ShopStorage(new StorageOptions { NamePrefix = AzuriteFixture.NewPrefix(), ConnectionString = await AzuriteFixture.ConnectionString() });
        _store = new IdempotencyStore(storage, HttpTesting.Rows);
        await new StorageSetup(storage, [_store]).StartingAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_fresh_request_costs_two_storage_operations()
    {
        using StorageMeter.Scope counted = StorageMeter.Begin();

        await Send("key", Paid);

        Assert.Equal((2, 1), (counted.Total, _runs));
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_runs_nothing()
    {
        Answered first = await Send("key", Paid);
        Answered again = await Send("key", Paid);

        Assert.Equal(1, _runs);
        Assert.Equal((201, first.Text), (again.Status, again.Text));
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Equal(first.Headers.ContentType, again.Headers.ContentType);
        Assert.Equal("true", again.Headers["Idempotent-Replayed"]);
        Assert.Equal(0, first.Headers["Idempotent-Replayed"].Count);
    }

    [Fact]
    public async Task A_refusal_is_an_answer_too()
    {
        Func<HttpRequest, Task<IResult>> refuse = _ => Task.FromResult<IResult>(new Problem(409, "stock.insufficient", "None left.").ToHttp());
        Answered first = await Send("key", refuse);
        Answered again = await Send("key", refuse);

        Assert.Equal(1, _runs);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal("application/problem+json", again.Headers.ContentType);
    }

    [Fact]
    public async Task Large_answers_are_kept_whole()
    {
        string text = new('x', 300_000);
        Answered first = await Send("key", _ => Task.FromResult<IResult>(Respond.Ok(new Health(text))));

        Assert.Equal(first.Text, (await Send("key", Paid)).Text);
    }

    [Fact]
    public async Task Without_a_key_nothing_runs()
    {
        Answered answered = await Send(null, Paid);

        Assert.Equal((400, "idempotency.key-missing", 0), (answered.Status, answered.Code, _runs));
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("ключ")]
    public async Task A_key_is_visible_ASCII(string key) => Assert.Equal("idempotency.key-invalid", (await Send(key, Paid)).Code);

    [Fact]
    public async Task Another_body_under_the_same_key_is_refused()
    {
        await Send("key", Paid, body: """{"amount":1}""");
        Answered other = await Send("key", Paid, body: """{"amount":2}""");

        Assert.Equal((422, "idempotency.key-reused", 1), (other.Status, other.Code, _runs));
    }

    [Fact]
    public async Task Callers_do_not_share_keys()
    {
        await Send("key", Paid, principal: new Principal(PrincipalKind.Staff, "stf_1", []));
        await Send("key", Paid, principal: new Principal(PrincipalKind.Staff, "stf_2", []));
        await Send("key", Paid, path: "/other");

        Assert.Equal(3, _runs);
    }

    [Fact]
    public async Task A_second_request_is_told_that_the_first_is_running()
    {
        Answered? second = null;
        Answered first = await Send("key", async request =>
        {
            second = await Send("key", Paid);
            return await Paid(request);
        });

        Assert.Equal((409, "idempotency.in-progress"), (second!.Status, second.Code));
        Assert.Equal("2", second.Headers.RetryAfter);
        Assert.Equal(201, first.Status);
    }

    [Fact]
    public async Task A_key_held_by_a_killed_process_is_free_after_a_minute()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Send("key", _ => Task.FromResult(Results.Ok())));
        Assert.Equal("idempotency.in-progress", (await Send("key", Paid)).Code);

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(201, (await Send("key", Paid)).Status);
    }

    [Fact]
    public async Task A_failure_frees_the_key()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => Send("key", _ => throw new TimeoutException()));
        await Send("key", _ => Task.FromResult<IResult>(HttpProblems.Unavailable.ToHttp()));
        await Send("key", _ => Task.FromResult<IResult>(new Problem(429, "test.busy", "Busy.").ToHttp()));

        Assert.Equal(201, (await Send("key", Paid)).Status);
        Assert.Equal(4, _runs);
    }

    [Fact]
    public async Task A_key_is_kept_for_72_hours_and_then_forgotten()
    {
        await Send("key", Paid);
        _clock.Advance(TimeSpan.FromHours(71));
        await Send("key", Paid);
        Assert.Equal(1, _runs);
        Assert.Equal(0, await _store.Forget(_clock.GetUtcNow(), TestContext.Current.CancellationToken));

        _clock.Advance(TimeSpan.FromHours(1));
        await Send("key", Paid);
        Assert.Equal(2, _runs);

        _clock.Advance(TimeSpan.FromHours(73));
        Assert.Equal(1, await _store.Forget(_clock.GetUtcNow(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Of_requests_that_race_one_runs()
    {
        Answered[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Send("key", Paid)));

        Assert.Equal(1, _runs);
        Assert.All(answers, a => Assert.True(a.Status is 201 or 409));
    }

    [Fact]
    public async Task The_work_learns_a_name_that_its_repeats_share()
    {
        List<string> names = [];
        Func<HttpRequest, Task<IResult>> fail = request =>
        {
            names.Add(request.IdempotencyId());
            return Task.FromResult<IResult>(HttpProblems.Unavailable.ToHttp());
        };
        await Send("key", fail);
        await Send("key", fail);
        await Send("other", fail);

        Assert.Equal(names[0], names[1]);
        Assert.NotEqual(names[0], names[2]);
    }

    [Fact]
    public void The_row_is_named_by_scope_and_key()
    {
        string id = IdempotencyStore.PartitionKey("anonymous", "POST", "/v1/store/carts/crt_1/checkout", "k1");

        Assert.Equal("2fa04539dd10c1022c0cd371c5613f9cdda56316", id);
        Assert.Equal(id + "|answer", IdempotencyStore.RowKey(id));
    }

    private static Task<IResult> Paid(HttpRequest request) =>
        Task.FromResult<IResult>(Respond.Created("/payments/1", new Health("paid"), new Azure.ETag("1")));

    private async Task<Answered> Send(string? key, Func<HttpRequest, Task<IResult>> function, string body = "{}", string path = "/pay", Principal? principal = null)
    {
        HttpRequest request = HttpTesting.Post(path, body);
        if (key is not null) request.Headers["Idempotency-Key"] = key;
        RequestFacts facts = RequestFacts.Of(request.HttpContext);
        facts.Function = Functions.Find("Pay");
        facts.Principal = principal ?? Principal.Anonymous;
        var invocation = new TestInvocation("Pay", request);
        await new IdempotencyMiddleware(_store, _clock, NullLogger<IdempotencyMiddleware>.Instance).Invoke(invocation, async _ =>
        {
            Interlocked.Increment(ref _runs);
            using var reader = new StreamReader(request.Body, Encoding.UTF8, leaveOpen: true);
            Assert.Equal(body, await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
            invocation.Result = await function(request);
        });
        return await Assert.IsType<Reply>(invocation.Result).Execute(request);
    }
}
