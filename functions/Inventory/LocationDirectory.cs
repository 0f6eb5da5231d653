using Microsoft.Extensions.Logging;
using Shop.Common;
using Shop.Storage;

namespace Shop.Inventory;

/// <summary>
/// The locations as this instance knows them, without asking storage: a change elsewhere is known after half a minute. Until then goods are
/// taken in the former order, which is a preference and never a matter of correctness.
/// </summary>
public sealed partial class LocationDirectory(LocationStore store, TimeProvider clock, ILogger<LocationDirectory> logger) : RepeatingService(TimeSpan.FromSeconds(30), clock)
{
    private volatile IReadOnlyList<Location> _all = [Location.Main];

    public IReadOnlyList<Location> All => _all;

    /// <summary>Where goods go when nobody says where.</summary>
    public string Default => _all.First(location => location.Default).Id;

    public async Task<IReadOnlyList<Stored<Location>>> Refresh(CancellationToken cancellationToken)
    {
        IReadOnlyList<Stored<Location>> known = await store.All(cancellationToken);
        if (known.Count > 0) _all = [.. known.Select(location => location.Value)];
        return known;
    }

    /// <summary>One location, the default, exists always.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if ((await Refresh(cancellationToken)).Count == 0) await store.TryWrite([], [Location.Main], Location.Main.Id, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override Task Turn(CancellationToken cancellationToken) => Refresh(cancellationToken);

    protected override void TurnFailed(Exception failure) => NotRefreshed(failure);

    [LoggerMessage(2104, LogLevel.Warning, "The locations could not be read; those known before stay in use.")]
    private partial void NotRefreshed(Exception failure);
}
