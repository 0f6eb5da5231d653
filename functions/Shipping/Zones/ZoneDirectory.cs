using Microsoft.Extensions.Logging;
using Shop.Common;

namespace Shop.Shipping;

/// <summary>
/// The zones as this instance knows them, so that no request asks storage: a change elsewhere is known after half a minute. A price that changes
/// in between is noticed at the checkout, where the shopper says what they saw.
/// </summary>
public sealed partial class ZoneDirectory(ZoneStore store, TimeProvider clock, ILogger<ZoneDirectory> logger) : RepeatingService(TimeSpan.FromSeconds(30), clock)
{
    private volatile IReadOnlyList<ShippingZone> _all = [];

    public IReadOnlyList<ShippingZone> All => _all;

    public async Task Refresh(CancellationToken cancellationToken) => _all = await store.All(cancellationToken);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Refresh(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task Turn(CancellationToken cancellationToken) => Refresh(cancellationToken);

    protected override void TurnFailed(Exception failure) => NotRefreshed(failure);

    [LoggerMessage(2401, LogLevel.Warning, "The shipping zones could not be read; those known before stay in use.")]
    private partial void NotRefreshed(Exception failure);
}
