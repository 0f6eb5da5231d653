using Microsoft.Extensions.Logging;
using Shop.Common;

namespace Shop.Marketing;

/// <summary>
/// The active coupons as this instance knows them, without asking storage: a change elsewhere is known after half a minute. Until then a cart may be shown a coupon as it was; what an order
/// gets is decided by storage when it holds the coupon. Staff makes coupons, so they are few, and nobody who tries codes adds to them.
/// </summary>
public sealed partial class CouponDirectory(CouponStore store, TimeProvider clock, ILogger<CouponDirectory> logger) : RepeatingService(TimeSpan.FromSeconds(30), clock)
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile IReadOnlyDictionary<string, Coupon> _active = new Dictionary<string, Coupon>();

    /// <summary><c>null</c> for what cannot be used, and for what this instance has not heard of yet.</summary>
    public Coupon? Find(string code) => _active.GetValueOrDefault(CouponStore.Normal(code));

    /// <summary>What this instance changed. It waits for a reading that is on its way, which may be older.</summary>
    internal Task Learn(Coupon coupon, CancellationToken cancellationToken) => InTurn(() =>
    {
        Dictionary<string, Coupon> active = new(_active, StringComparer.Ordinal);
        if (coupon.IsActive) active[coupon.Code] = coupon;
        else active.Remove(coupon.Code);
        return Task.FromResult<IReadOnlyDictionary<string, Coupon>>(active);
    }, cancellationToken);

    public Task Refresh(CancellationToken cancellationToken) => InTurn(async () =>
        (await store.All(cancellationToken)).Where(coupon => coupon.IsActive).ToDictionary(coupon => coupon.Code, StringComparer.Ordinal), cancellationToken);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Refresh(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override Task Turn(CancellationToken cancellationToken) => Refresh(cancellationToken);

    protected override void TurnFailed(Exception failure) => NotRefreshed(failure);

    private async Task InTurn(Func<Task<IReadOnlyDictionary<string, Coupon>>> next, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _active = await next();
        }
        finally
        {
            _turn.Release();
        }
    }

    [LoggerMessage(2501, LogLevel.Warning, "The coupons could not be read; those known before stay in use.")]
    private partial void NotRefreshed(Exception failure);
}
