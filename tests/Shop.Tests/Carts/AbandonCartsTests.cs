using Shop.Carts;
using Shop.Common;
using Shop.Emulator.Clock;
using Shop.Tests.Http;

namespace Shop.Tests.Carts;

public sealed class AbandonCartsTests : IAsyncLifetime
{
    private sealed class Told : IEventPublisher
    {
        public List<DomainEvent> Events { get; } = [];

        public Task Publish(IReadOnlyCollection<DomainEvent> events, CancellationToken cancellationToken)
        {
            Events.AddRange(events);
            return Task.CompletedTask;
        }
    }

    private readonly EmulatorClock _clock = new();
    private readonly Told _told = new();
    private CartStore _carts = null!;
    private AbandonCarts _abandon = null!;

    public async ValueTask InitializeAsync()
    {
        _carts = new CartStore(await TestStorage.New(storage => new CartStore(storage, HttpTesting.Rows)), HttpTesting.Rows);
        _abandon = new AbandonCarts(_carts, _told, new CartOptions(), _clock);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_cart_that_was_left_is_told_once()
    {
        Cart cart = await Leave("ayu@example.test");
        await Leave(null);
        await Leave("tanpa-isi@example.test", lines: 0);

        Assert.Equal(0, await _abandon.Run(Cancel));
        _clock.Advance(TimeSpan.FromHours(2.1));
        Assert.Equal((1, 0), (await _abandon.Run(Cancel), await _abandon.Run(Cancel)));

        Assert.Equal(("cart.abandoned", cart.Id), (_told.Events[0].Type, _told.Events[0].Subject));
    }

    [Fact]
    public async Task A_change_begins_the_wait_anew()
    {
        Cart cart = await Leave("ayu@example.test");
        _clock.Advance(TimeSpan.FromHours(2.1));
        await _abandon.Run(Cancel);

        await _carts.Replace((await _carts.Find(cart.Id, Cancel))!, cart with { UpdatedAt = _clock.GetUtcNow() }, Cancel);
        Assert.Equal(0, await _abandon.Run(Cancel));
        _clock.Advance(TimeSpan.FromHours(2.1));
        Assert.Equal(1, await _abandon.Run(Cancel));
        Assert.Equal(2, _told.Events.DistinctBy(e => e.Id).Count());
    }

    [Fact]
    public async Task Nobody_who_bought_since_has_abandoned_anything()
    {
        await Leave("ayu@example.test");
        Cart bought = await Leave("budi@example.test");
        await _carts.CheckOut(bought.Id, (await _carts.Find(bought.Id, Cancel))!.ETag, "ord_1", Cancel);
        _clock.Advance(TimeSpan.FromMinutes(30));
        await _carts.Bought("Ayu@example.test", _clock.GetUtcNow(), Cancel);

        _clock.Advance(TimeSpan.FromHours(2.1));
        Assert.Equal(0, await _abandon.Run(Cancel));
    }

    [Fact]
    public async Task What_nobody_changed_for_a_month_is_forgotten()
    {
        Cart old = await Leave("ayu@example.test");
        _clock.Advance(TimeSpan.FromDays(31));
        Cart young = await Leave("ayu@example.test");

        Assert.Equal(1, await _carts.Forget(_clock.GetUtcNow().AddDays(-30), Cancel));
        Assert.Null(await _carts.Find(old.Id, Cancel));
        Assert.NotNull(await _carts.Find(young.Id, Cancel));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Cart> Leave(string? email, int lines = 1)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        Money price = Money.FromMajor(10_000, Currency.Idr);
        var cart = new Cart
        {
            Id = Ids.NewUnguessable("crt", _clock), Currency = Currency.Idr, Locale = "id", Email = email, CreatedAt = now, UpdatedAt = now,
            Lines = [.. Enumerable.Range(0, lines).Select(i => new CartLine(Sku.Parse($"KOPI-{i}"), 1, price))],
        };
        return (await _carts.Insert(cart, Cancel)).Value;
    }
}
