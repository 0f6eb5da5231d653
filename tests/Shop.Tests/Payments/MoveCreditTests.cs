using Shop.Common;
using Shop.Emulator.Clock;
using Shop.Http;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Tests.Payments;

public sealed class MoveCreditTests : IAsyncLifetime
{
    private readonly EmulatorClock _clock = new();
    private CreditStore _credits = null!;
    private MoveCredit _move = null!;

    public async ValueTask InitializeAsync()
    {
        var sealing = new Sealing(new SecurityOptions { SigningKey = new string('k', 32), DataKeys = Convert.ToBase64String(new byte[32]) });
        _credits = new CreditStore(await TestStorage.New(storage => new CreditStore(storage, new SealedRows(sealing))), new SealedRows(sealing));
        _move = new MoveCredit(_credits, _clock);
    }

    public ValueTask DisposeAsync()
    {
        _move.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Fifty_orders_at_once_never_take_more_than_there_is()
    {
        CreditAccount card = await Card(100);
        using var elsewhere = new MoveCredit(_credits, _clock);
        MoveCredit[] instances = [_move, elsewhere];

        Result<CreditAccount>[] held = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => instances[i % 2].Hold(Of(card, 7), $"ord_{i}", Cancel)));

        Assert.Equal((14, 36), (held.Count(h => h.Ok), held.Count(h => h.Problem == CreditProblems.Insufficient)));
        await Explained(card.Id, 2);
    }

    [Fact]
    public async Task What_an_order_holds_is_held_once_and_given_back_once()
    {
        CreditAccount card = await Card(100);

        for (int i = 0; i < 2; i++) Assert.True((await _move.Hold(Of(card, 60), "ord_1", Cancel)).Ok);
        for (int i = 0; i < 2; i++) await _move.Free(card.Id, "ord_1", Cancel);

        Assert.Equal(CreditProblems.Released, (await _move.Hold(Of(card, 60), "ord_1", Cancel)).Problem);
        await Explained(card.Id, 100);
    }

    [Fact]
    public async Task A_hold_that_comes_after_its_order_was_over_holds_nothing()
    {
        CreditAccount card = await Card(100);

        for (int i = 0; i < 2; i++) await _move.Free(card.Id, "ord_1", Cancel);

        Assert.Equal(CreditProblems.Released, (await _move.Hold(Of(card, 60), "ord_1", Cancel)).Problem);
        await Explained(card.Id, 100);
    }

    [Fact]
    public async Task What_paid_an_order_is_not_given_back_by_its_undo()
    {
        CreditAccount card = await Card(100);
        await _move.Hold(Of(card, 60), "ord_1", Cancel);
        for (int i = 0; i < 2; i++) await _move.Commit(card.Id, "ord_1", Cancel);

        await _move.Free(card.Id, "ord_1", Cancel);

        await Explained(card.Id, 40);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _move.Commit(card.Id, "ord_2", Cancel));
    }

    [Fact]
    public async Task A_card_that_is_over_or_disabled_is_not_spent_and_credit_that_comes_back_to_it_can_be()
    {
        CreditAccount card = await Card(100, expiresAt: _clock.GetUtcNow().AddDays(1));
        await _move.Hold(Of(card, 60), "ord_1", Cancel);
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(CreditProblems.Insufficient, (await _move.Hold(Of(card, 10), "ord_2", Cancel)).Problem);

        await _move.Free(card.Id, "ord_1", Cancel);
        Assert.True((await _move.Hold(Of(card, 10), "ord_3", Cancel)).Ok);

        await _move.Say(card.Id, a => a with { IsDisabled = true }, Cancel);
        Assert.Equal(CreditProblems.Insufficient, (await _move.Hold(Of(card, 10), "ord_4", Cancel)).Problem);
        await Explained(card.Id, 90);
    }

    [Fact]
    public async Task Random_movements_always_add_up_to_the_balance()
    {
        CreditAccount card = await Card(500);
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int i = 0; i < 60; i++)
        {
            string order = $"ord_{random.Next(8)}";
            switch (random.Next(4))
            {
                case 0: await _move.Hold(Of(card, random.Next(1, 200)), order, Cancel); break;
                case 1: await _move.Free(card.Id, order, Cancel); break;
                case 2: await _move.Give(card, $"refunded|{i % 5}", Gift(CreditMovement.Refunded, random.Next(1, 50)), Cancel); break;
                default: await _move.Take(card.Id, $"taken|{i % 5}", Gift(CreditMovement.Taken, random.Next(1, 100)), Cancel); break;
            }
        }
        CreditAccount now = (await _credits.Find(card.Id, Cancel))!.Value;
        IReadOnlyList<CreditEntry> entries = await _credits.Entries(card.Id, Cancel);
        Assert.True(now.Balance.Amount >= 0 && entries.All(e => e.Balance.Amount >= 0), $"seed {seed}");
        Assert.True(entries.Sum(e => e.Amount.Amount) == now.Balance.Amount && entries.Count == now.Entries, $"seed {seed}");
    }

    [Fact]
    public async Task A_movement_that_breaks_off_anywhere_is_made_once_when_it_is_repeated()
    {
        CreditAccount card = await Card(100);
        for (int operation = 1; operation <= 4; operation++)
        {
            string order = $"ord_{operation}";
            foreach (Func<CancellationToken, Task> step in (Func<CancellationToken, Task>[])[c => _move.Hold(Of(card, 10), order, c), c => _move.Give(card, $"refunded|{order}", Gift(CreditMovement.Refunded, 10), c)])
            {
                using (var broken = new BreakingOff(operation))
                {
                    try
                    {
                        await step(broken.Token);
                    }
                    catch (OperationCanceledException)
                    {
                        // As if the process had ended.
                    }
                }
                await step(Cancel);
            }
        }
        await Explained(card.Id, 100);
    }

    [Theory]
    [InlineData("7q3m x0v9 rt2b 44kd pwh1", true)]
    [InlineData("7Q3M-XOV9-RT2B-44KD-PWHI", true)]
    [InlineData("7Q3M-X0V9-RT2B-44KD-PWH", false)]
    [InlineData("7Q3M-X0V9-RT2B-44KD-PWHU", false)]
    [InlineData("", false)]
    public void A_code_is_the_same_however_it_is_typed(string typed, bool code) => Assert.Equal(code ? "7Q3MX0V9RT2B44KDPWH1" : null, CreditCode.Normal(typed));

    [Fact]
    public void A_cause_has_one_code_and_another_key_another()
    {
        var signing = new Signing(new SecurityOptions { SigningKey = new string('k', 32) });
        string code = CreditCode.For(signing, "ord_1|rfd_1");
        Assert.Matches("^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$", code);
        Assert.Equal(code, CreditCode.For(signing, "ord_1|rfd_1"));
        Assert.NotEqual(code, CreditCode.For(signing, "ord_1|rfd_2"));
        Assert.NotEqual(code, CreditCode.For(new Signing(new SecurityOptions { SigningKey = new string('l', 32) }), "ord_1|rfd_1"));
        Assert.True(Ids.IsValid("crd", CreditCode.AccountId(CreditCode.Normal(code)!)));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Money Rupiah(long major) => Money.FromMajor(major, Currency.Idr);

    private static OrderCredit Of(CreditAccount card, long major) => new(card.Id, card.Kind, card.Name, Rupiah(major));

    private static CreditGift Gift(CreditMovement movement, long major) => new(movement, Rupiah(major), null, null, "system");

    private async Task<CreditAccount> Card(long major, DateTimeOffset? expiresAt = null)
    {
        var opened = new CreditAccount { Id = CreditCode.AccountId(Guid.NewGuid().ToString("n")), Kind = CreditKind.GiftCard, Balance = Rupiah(0), Tail = "7Q3M", ExpiresAt = expiresAt, CreatedAt = _clock.GetUtcNow() };
        return (await _move.Give(opened, "issued", Gift(CreditMovement.Issued, major), Cancel)).Account;
    }

    private async Task Explained(string id, long major)
    {
        Assert.Equal(Rupiah(major), (await _credits.Find(id, Cancel))!.Value.Balance);
        Assert.Equal(Rupiah(major), (await _credits.Entries(id, Cancel)).Select(e => e.Amount).Sum(Currency.Idr));
    }
}
