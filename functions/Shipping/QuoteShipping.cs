using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;

namespace Shop.Shipping;

/// <summary>
/// What it costs to send a parcel: the courier's live rates, or our own table when they do not come in time or not in the parcel's currency. Answers are kept in memory, so
/// that a cart that is read again asks nobody.
/// </summary>
public sealed partial class QuoteShipping(ICourier courier, ShippingOptions options, TimeProvider clock, ILogger<QuoteShipping> logger) : IDisposable
{
    private const int MostKept = 10_000;
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MostKept });

    public async Task<IReadOnlyList<ShippingRate>> Run(ParcelToQuote parcel, CancellationToken cancellationToken)
    {
        if (_kept.TryGetValue(parcel, out Kept? kept) && kept!.Until > clock.GetUtcNow()) return kept.Rates;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The courier's patience is measured on the machine's clock: it is a network call.
        limit.CancelAfter(options.RatesTimeoutMilliseconds);
        try
        {
            IReadOnlyList<ShippingRate> quoted = await courier.Quote(parcel, limit.Token);
            // What the courier asks in another currency cannot be offered: exchange rates are no part of a price.
            IReadOnlyList<ShippingRate> rates = [.. quoted.Where(r => r.Price.Currency == parcel.Value.Currency)];
            if (rates.Count == 0 && quoted.Count > 0) rates = RateTable.Quote(parcel, options);
            _kept.Set(parcel, new Kept(rates, clock.GetUtcNow().AddSeconds(options.RatesCacheSeconds)), new MemoryCacheEntryOptions { Size = 1 });
            return rates;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or CourierException || (unreachable is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            FellBack(unreachable.GetType().Name);
            return RateTable.Quote(parcel, options);
        }
    }

    public void Dispose() => _kept.Dispose();

    [LoggerMessage(1, LogLevel.Warning, "The courier's rates did not come ({Reason}); the rate table answers.")]
    private partial void FellBack(string reason);

    private sealed record Kept(IReadOnlyList<ShippingRate> Rates, DateTimeOffset Until);
}
