using Microsoft.Extensions.Logging.Abstractions;
using Shop.Common;
using Shop.Emulator.Clock;
using Shop.Marketing;
using Shop.Storage;
using Shop.Tests.Http;

namespace Shop.Tests.Marketing;

public sealed class RedeemCouponTests : IAsyncLifetime
{
    private CouponStore _coupons = null!;
    private CouponDirectory _directory = null!;
    private RedeemCoupon _redeem = null!;

    public async ValueTask InitializeAsync()
    {
        _coupons = new CouponStore(await TestStorage.New(storage => new CouponStore(storage)));
        _directory = Directory();
        _redeem = new RedeemCoupon(_coupons, _directory, HttpTesting.Signing);
    }

    public ValueTask DisposeAsync()
    {
        _redeem.Dispose();
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Limits_hold_however_many_instances_redeem_at_once()
    {
        CouponTerms terms = await Coupon(limit: 5);
        using CouponDirectory other = Directory();
        RedeemCoupon[] instances = [_redeem, new RedeemCoupon(_coupons, other, HttpTesting.Signing)];

        Result<bool>[] held = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => instances[i % 2].Hold(terms, $"ord_{i}", $"ayu-{i}@example.test", Cancel)));

        Assert.Equal((5, 11), (held.Count(h => h.Ok), held.Count(h => h.Problem == CouponProblems.UsedUp)));
        Assert.Equal(5, (await _coupons.Find("HEMAT", Cancel))!.Value.Taken);
        instances[1].Dispose();
    }

    [Fact]
    public async Task One_customer_is_one_however_the_address_is_written()
    {
        CouponTerms terms = await Coupon(perCustomer: 1);

        Assert.True((await _redeem.Hold(terms, "ord_1", "ayu@example.test", Cancel)).Ok);
        Assert.Equal(CouponProblems.UsedUpByCustomer, (await _redeem.Hold(terms, "ord_2", " Ayu@Example.test", Cancel)).Problem);
        Assert.True((await _redeem.Hold(terms, "ord_3", "budi@example.test", Cancel)).Ok);
    }

    [Fact]
    public async Task What_an_order_holds_is_held_once_and_given_back_once()
    {
        CouponTerms terms = await Coupon(limit: 1);

        for (int i = 0; i < 2; i++) Assert.True((await _redeem.Hold(terms, "ord_1", "ayu@example.test", Cancel)).Ok);
        for (int i = 0; i < 2; i++) await _redeem.Free("HEMAT", "ord_1", Cancel);

        Assert.Equal(0, (await _coupons.Find("HEMAT", Cancel))!.Value.Taken);
        Assert.False((await _redeem.Hold(terms, "ord_1", "ayu@example.test", Cancel)).Ok);
        Assert.True((await _redeem.Hold(terms, "ord_2", "ayu@example.test", Cancel)).Ok);
    }

    [Fact]
    public async Task A_hold_that_comes_after_its_order_was_over_holds_nothing()
    {
        CouponTerms terms = await Coupon(limit: 1);

        for (int i = 0; i < 2; i++) await _redeem.Free("HEMAT", "ord_1", Cancel);

        Assert.Equal(CouponProblems.Freed, (await _redeem.Hold(terms, "ord_1", "ayu@example.test", Cancel)).Problem);
        Assert.Equal(0, (await _coupons.Find("HEMAT", Cancel))!.Value.Taken);
    }

    [Fact]
    public async Task What_a_paid_order_used_is_not_given_back()
    {
        CouponTerms terms = await Coupon(limit: 1);
        await _redeem.Hold(terms, "ord_1", "ayu@example.test", Cancel);
        await _redeem.Commit("HEMAT", "ord_1", Cancel);

        await _redeem.Free("HEMAT", "ord_1", Cancel);

        Assert.Equal(CouponProblems.UsedUp, (await _redeem.Hold(terms, "ord_2", "budi@example.test", Cancel)).Problem);
    }

    [Fact]
    public async Task An_order_that_took_nothing_gives_nothing_back()
    {
        await Coupon(limit: 1);

        await _redeem.Free("HEMAT", "ord_1", Cancel);

        Assert.Equal(0, (await _coupons.Find("hemat", Cancel))!.Value.Taken);
    }

    /// <summary>Carts are told from memory: this instance's follows at once, another's when it looks again.</summary>
    [Fact]
    public async Task Every_instance_knows_what_is_used_up_and_what_is_free_again()
    {
        CouponTerms terms = await Coupon(limit: 2);
        using CouponDirectory other = Directory();
        await other.Refresh(Cancel);
        Assert.Equal((terms, false), (other.Find("hemat")!.Terms, other.Find("hemat")!.IsUsedUp));

        foreach (string order in (string[])["ord_1", "ord_2"]) await _redeem.Hold(terms, order, "ayu@example.test", Cancel);
        Assert.Equal((true, false), (_directory.Find("HEMAT")!.IsUsedUp, other.Find("HEMAT")!.IsUsedUp));
        await other.Refresh(Cancel);
        Assert.True(other.Find("HEMAT")!.IsUsedUp);

        await _redeem.Free("HEMAT", "ord_1", Cancel);
        await other.Refresh(Cancel);
        Assert.Equal((false, false), (_directory.Find("HEMAT")!.IsUsedUp, other.Find("HEMAT")!.IsUsedUp));
    }

    [Fact]
    public async Task A_coupon_whose_copy_is_out_is_read_itself_and_one_that_is_not_active_is_not_known()
    {
        using CouponDirectory other = Directory();
        await Coupon();
        Stored<Coupon> read = (await _coupons.Find("HEMAT", Cancel))!;
        Stored<Coupon> newer = (await _coupons.Replace(read, read.Value with { Name = "newer" }, Cancel))!;
        // Somebody changes it at the same time and loses: the copy that they took out stays out.
        Assert.Null(await _coupons.Replace(read, read.Value with { Name = "lost" }, Cancel));
        await other.Refresh(Cancel);
        Assert.Equal("newer", other.Find("HEMAT")!.Name);

        Assert.NotNull(await _coupons.Replace(newer, newer.Value with { IsActive = false }, Cancel));
        await other.Refresh(Cancel);
        Assert.Null(other.Find("HEMAT"));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private CouponDirectory Directory() => new(_coupons, new EmulatorClock(), NullLogger<CouponDirectory>.Instance);

    private async Task<CouponTerms> Coupon(int? limit = null, int? perCustomer = null)
    {
        var save = new SaveCoupon(_coupons, _directory, new EmulatorClock());
        Result<Stored<Coupon>> made = await save.Create(new NewCoupon("hemat", new CouponDraft("Hemat", PercentOff: 10, Limit: limit, LimitPerCustomer: perCustomer)), Cancel);
        return made.Value.Value.Terms;
    }
}
