using Shop.Customers;
using Shop.Emulator.Clock;
using Shop.Storage;
using Shop.Tests.Http;

namespace Shop.Tests.Customers;

public sealed class GuessesTests : IAsyncLifetime
{
    private static readonly AttemptRule Rule = new("code", 3);
    private readonly EmulatorClock _clock = new();
    private Attempts _attempts = null!;
    private Guesses _here = null!;

    public async ValueTask InitializeAsync()
    {
        ShopStorage storage = await TestStorage.New(s => new Attempts(s, HttpTesting.Signing, _clock));
        _attempts = new Attempts(storage, HttpTesting.Signing, _clock);
        _here = new Guesses(_attempts, _clock);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Right_codes_cost_nothing_and_wrong_ones_block_right_ones_too()
    {
        Assert.Equal(0, await Cost(async () => Assert.Equal("right", (await Guess(_here, "right")).Found)));
        for (int i = 0; i < Rule.Limit; i++) Assert.Equal(2, await Cost(async () => Assert.Equal((null, null), await Guess(_here, null))));

        Assert.Equal(0, await Cost(async () => Assert.NotNull((await Guess(_here, "right")).Wait)));
        Assert.Equal("right", (await Guess(_here, "right", "198.51.100.2")).Found);
        _clock.Advance(AttemptRule.Window);
        Assert.Equal("right", (await Guess(_here, "right")).Found);
    }

    [Fact]
    public async Task Wrong_codes_count_over_all_instances_and_one_guess_tells_an_instance()
    {
        var elsewhere = new Guesses(_attempts, _clock);
        for (int i = 0; i < Rule.Limit; i++) await Guess(_here, null);

        Assert.NotNull((await Guess(elsewhere, null)).Wait);
        Assert.NotNull((await Guess(elsewhere, "right")).Wait);
    }

    [Fact]
    public async Task Codes_that_are_sent_side_by_side_are_counted_before_they_are_looked_at()
    {
        var decided = new TaskCompletionSource<string?>();
        Task<(TimeSpan? Wait, string? Found)> first = _here.Find(Rule, "203.0.113.1", () => decided.Task);
        int looked = 0;
        (TimeSpan? Wait, string? Found)[] others = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _here.Find(Rule, "203.0.113.1", () =>
        {
            Interlocked.Increment(ref looked);
            return Task.FromResult<string?>("right");
        })));
        decided.SetResult(null);

        Assert.Equal((Rule.Limit, 10 - Rule.Limit), (looked, others.Count(o => o.Wait is not null)));
        Assert.NotNull((await first).Wait);
    }

    [Fact]
    public async Task Where_no_more_who_are_blocked_can_be_remembered_everything_is_counted_first()
    {
        var small = new Guesses(_attempts, _clock) { MostBlocked = 1 };
        foreach (string client in (string[])["203.0.113.1", "203.0.113.2"])
            for (int i = 0; i < Rule.Limit; i++) await Guess(small, null, client);

        Assert.NotNull((await Guess(small, "right", "203.0.113.2")).Wait);
        Assert.Equal(2, await Cost(async () => Assert.Equal("right", (await Guess(small, "right", "203.0.113.3")).Found)));
        _clock.Advance(AttemptRule.Window);
        Assert.Equal(0, await Cost(async () => Assert.Equal("right", (await Guess(small, "right", "203.0.113.2")).Found)));
    }

    private static Task<(TimeSpan? Wait, string? Found)> Guess(Guesses guesses, string? found, string client = "203.0.113.1") => guesses.Find(Rule, client, () => Task.FromResult(found));

    private static async Task<int> Cost(Func<Task> work)
    {
        using StorageMeter.Scope scope = StorageMeter.Begin();
        await work();
        return scope.Total;
    }
}
