using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;

namespace Shop.Shipping;

/// <summary>
/// What it costs to send a parcel: the courier's live rates, with what the parcel's zone says of them; or the zone's own rates, where it says so and when the courier's do not
/// come in time or not in the parcel's currency. Where no zone is, the settings answer for it. Live rates are kept in memory, so that a cart that is read again asks nobody.
/// </summary>
public sealed partial class QuoteShipping(ICourier courier, ZoneDirectory zones, ShippingOptions options, TimeProvider clock, ILogger<QuoteShipping> logger) : IDisposable
{
    private const int MostKept = 10_000;
    /// <summary>A courier that had no answer is not asked for the same parcel again so soon: whoever reads the cart would wait once more.</summary>
    internal static readonly TimeSpan SilenceKept = TimeSpan.FromSeconds(20);

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MostKept });

    public async Task<IReadOnlyList<ShippingRate>> Run(ParcelToQuote parcel, CancellationToken cancellationToken)
    {
        ShippingZone? zone = ZoneRules.Find(zones.All, parcel);
        if (zone is { Source: ZoneSource.Table }) return ZoneRules.Quote(zone, parcel);
        IReadOnlyList<ShippingRate>? live = await Ask(parcel, cancellationToken);
        if (zone is null) return [.. (live ?? RateTable.Quote(parcel, options)).Select(rate => rate with { Insurance = rate.Insurable ? options.InsuranceOf(parcel.Value) : null })];
        return live is null ? ZoneRules.Quote(zone, parcel) : ZoneRules.Apply(zone, live, parcel);
    }

    /// <summary>Where an order can be collected that says no address.</summary>
    /// <param name="parcel">Its address does not count.</param>
    public IReadOnlyList<ShippingRate> Places(ParcelToQuote parcel) => ZoneRules.Places(zones.All, parcel);

    /// <returns><c>null</c> where the courier has no answer that could be used.</returns>
    private async Task<IReadOnlyList<ShippingRate>?> Ask(ParcelToQuote parcel, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(parcel, out Kept? kept) && kept!.Until > clock.GetUtcNow()) return kept.Rates;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The courier's patience is measured on the machine's clock: it is a network call.
        limit.CancelAfter(options.RatesTimeoutMilliseconds);
        try
        {
            IReadOnlyList<ShippingRate> quoted = await courier.Quote(parcel, limit.Token);
            // What the courier asks in another currency cannot be offered: exchange rates are no part of a price.
            IReadOnlyList<ShippingRate>? rates = [.. quoted.Where(r => r.Price.Currency == parcel.Value.Currency)];
            if (rates.Count == 0 && quoted.Count > 0) rates = null;
            _kept.Set(parcel, new Kept(rates, clock.GetUtcNow().AddSeconds(options.RatesCacheSeconds)), new MemoryCacheEntryOptions { Size = 1 });
            return rates;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or CourierException or CourierRefusedException || (unreachable is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            FellBack(unreachable.GetType().Name);
            _kept.Set(parcel, new Kept(null, clock.GetUtcNow() + SilenceKept), new MemoryCacheEntryOptions { Size = 1 });
            return null;
        }
    }

    public void Dispose() => _kept.Dispose();

    [LoggerMessage(1, LogLevel.Warning, "The courier's rates did not come ({Reason}); the rate table answers.")]
    private partial void FellBack(string reason);

    private sealed record Kept(IReadOnlyList<ShippingRate>? Rates, DateTimeOffset Until);
}
