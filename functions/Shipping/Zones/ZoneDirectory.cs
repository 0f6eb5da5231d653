using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Shop.Shipping;

/// <summary>
/// The zones as this instance knows them, so that no request asks storage: a change elsewhere is known after half a minute. A price that changes
/// in between is noticed at the checkout, where the shopper says what they saw.
/// </summary>
public sealed partial class ZoneDirectory(ZoneStore store, TimeProvider clock, ILogger<ZoneDirectory> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private volatile IReadOnlyList<ShippingZone> _all = [];

    public IReadOnlyList<ShippingZone> All => _all;

    public async Task Refresh(CancellationToken cancellationToken) => _all = await store.All(cancellationToken);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Refresh(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Refresh(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                NotRefreshed(failure);
            }
        }
    }

    [LoggerMessage(2401, LogLevel.Warning, "The shipping zones could not be read; those known before stay in use.")]
    private partial void NotRefreshed(Exception failure);
}
