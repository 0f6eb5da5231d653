using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Shop.Common;
using Shop.Customers;
using Shop.Emulator.Clock;
using Shop.Http;
using Shop.Storage;
using Shop.Tests.Http;

namespace Shop.Tests.Customers;

public sealed class StaffTests : IAsyncLifetime
{
    private const int Limit = 10;
    private const string Password = "correct horse battery";
    private static readonly PasswordHasher<StaffMember> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 100 }));
    private readonly EmulatorClock _clock = new();
    private StaffStore _staff = null!;
    private StaffTokens _tokens = null!;
    private AccountLimits _limits = null!;
    private StaffSessions _sessions = null!;

    public async ValueTask InitializeAsync()
    {
        ShopStorage storage = await TestStorage.New(s => new StaffStore(s, HttpTesting.Rows, HttpTesting.Sealing), s => new StaffSessions(s, _clock), s => new Attempts(s, HttpTesting.Signing, _clock));
        _staff = new StaffStore(storage, HttpTesting.Rows, HttpTesting.Sealing);
        _sessions = new StaffSessions(storage, _clock);
        _limits = new AccountLimits(new Attempts(storage, HttpTesting.Signing, _clock), new CustomerOptions());
        _tokens = new StaffTokens(HttpTesting.Signing, _clock);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_owner_of_the_settings_signs_in_and_may_do_everything()
    {
        await Start(Password);

        StaffSession session = (await SignIn("Owner@Shop.Test ", Password)).Value;
        Principal owner = (await _tokens.Read(session.AccessToken))!;

        Assert.Equal(3600, session.ExpiresIn);
        Assert.StartsWith("staff:stf_", owner.Actor);
        Assert.True(owner.HasAny([Role.Catalog]));
    }

    [Fact]
    public async Task A_token_runs_out_after_its_hour()
    {
        await Start(Password);
        StaffSession session = (await SignIn("owner@shop.test", Password)).Value;

        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Null(await _tokens.Read(session.AccessToken));
    }

    [Fact]
    public async Task Without_a_setting_a_password_is_made_and_shown_once()
    {
        string shown = await Start("");
        string again = await Start("");

        string password = shown.Trim().Split(' ')[^1];
        Assert.Equal(20, password.Length);
        Assert.True((await SignIn("owner@shop.test", password)).Ok);
        Assert.Equal("", again);
    }

    [Fact]
    public async Task Another_setting_is_another_password_at_the_next_start()
    {
        await Start(Password);
        string told = await Start("a completely different one");

        Assert.Equal("", told);
        Assert.Equal("staff.credentials-wrong", (await SignIn("owner@shop.test", Password)).Problem?.Code);
        Assert.True((await SignIn("owner@shop.test", "a completely different one")).Ok);
    }

    [Fact]
    public async Task A_password_that_was_changed_in_the_shop_outlives_the_next_start()
    {
        await Start(Password);
        Stored<StaffMember> owner = (await _staff.FindMember("owner@shop.test", TestContext.Current.CancellationToken))!;
        await _staff.TryReplace(owner.Value with { PasswordHash = Hasher.HashPassword(owner.Value, "chosen in the shop") }, owner.ETag, TestContext.Current.CancellationToken);

        await Start(Password);

        Assert.True((await SignIn("owner@shop.test", "chosen in the shop")).Ok);
        Assert.Equal("staff.credentials-wrong", (await SignIn("owner@shop.test", Password)).Problem?.Code);
    }

    [Fact]
    public async Task Two_who_sign_in_at_once_both_get_in()
    {
        await Start(Password);

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SignIn("owner@shop.test", Password))), session => Assert.True(session.Ok));
    }

    [Theory]
    [InlineData("owner@shop.test")]
    [InlineData("nobody@shop.test")]
    public async Task Known_or_not_an_address_is_refused_and_locked_alike(string email)
    {
        await Start(Password);
        List<int> operations = [];
        for (int attempt = 0; attempt < Limit; attempt++)
        {
            using StorageMeter.Scope counted = StorageMeter.Begin();
            Assert.Equal("staff.credentials-wrong", (await SignIn(email, "wrong")).Problem?.Code);
            operations.Add(counted.Total);
        }
        Problem locked = (await SignIn(email, Password)).Problem!;

        Assert.Equal((429, "account.too-many-attempts"), (locked.Status, locked.Code));
        Assert.InRange(locked.RetryAfter!.Value, TimeSpan.FromMinutes(14), AttemptRule.Window);
        Assert.All(operations, count => Assert.Equal(5, count));
    }

    [Fact]
    public async Task A_lock_ends_when_its_time_is_over()
    {
        await Start(Password);
        for (int attempt = 0; attempt < Limit; attempt++) await SignIn("owner@shop.test", "wrong");

        _clock.Advance(AttemptRule.Window);

        Assert.True((await SignIn("owner@shop.test", Password)).Ok);
    }

    [Fact]
    public async Task Guesses_side_by_side_are_counted_all_the_same()
    {
        await Start(Password);

        Result<StaffSession>[] results = await Task.WhenAll(Enumerable.Range(0, 15).Select(_ => SignIn("owner@shop.test", "wrong")));

        Assert.Equal(Limit, results.Count(r => r.Problem?.Code == "staff.credentials-wrong"));
    }

    [Fact]
    public async Task Signing_in_clears_the_count()
    {
        await Start(Password);
        for (int attempt = 0; attempt < 9; attempt++) await SignIn("owner@shop.test", "wrong");
        await SignIn("owner@shop.test", Password);

        for (int attempt = 0; attempt < 9; attempt++) Assert.Equal(401, (await SignIn("owner@shop.test", "wrong")).Problem?.Status);
    }

    [Fact]
    public void Rows_are_named_by_the_hashed_address()
    {
        string key = EmailAddress.Key(" Owner@Shop.Test");

        Assert.Equal("a98bea95b3d84a28675d2b0ee371a7611d151128", key);
        Assert.Equal(key + "|member", StaffStore.MemberKey(key));
        Assert.Equal(("members", "stf_1|member"), (StaffStore.Members, StaffStore.IndexKey("stf_1")));
        Assert.Equal("stf_1|sessions", StaffSessions.RowKey("stf_1"));
    }

    private async Task<string> Start(string password)
    {
        using var console = new StringWriter();
        await new SeedOwner(new StaffOptions { Email = "owner@shop.test", Password = password }, _staff, _sessions, Hasher, _clock, console).Run(TestContext.Current.CancellationToken);
        return console.ToString();
    }

    private Task<Result<StaffSession>> SignIn(string email, string password) =>
        new SignInStaff(_staff, _sessions, new SecondSteps(new Sealing(new SecurityOptions { DataKeys = Convert.ToBase64String(new byte[32]) }), HttpTesting.Signing, _clock), _limits, Hasher, _tokens, _clock).Run(new StaffSignIn(email, password), "192.0.2.1", TestContext.Current.CancellationToken);
}
