using System.Numerics;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>
/// Bands of price for the facets, made of the prices that are there: steps of one, two and five at every power of ten of the minor unit, so that they suit
/// shops of any currency and any goods. Where more than six have products, those with the fewest go together with a neighbour.
/// </summary>
internal sealed class PriceBands(Currency currency)
{
    private const int Most = 6;

    /// <summary>Where each step begins, the free first: as many as a set of bits holds and no more.</summary>
    private static readonly long[] Starts = [0, .. Enumerable.Range(0, 16).SelectMany(power => (long[])[1, 2, 5], (power, digit) => digit * (long)Math.Pow(10, power)).Where(start => start <= Money.MaxAmount)];

    private readonly int[] _ofOneStep = new int[Starts.Length];
    private readonly Dictionary<ulong, int> _ofMore = [];

    /// <summary>The set of the one step that a price lies in.</summary>
    public static ulong StepOf(long price)
    {
        int place = Array.BinarySearch(Starts, price);
        return 1UL << (place >= 0 ? place : ~place - 1);
    }

    /// <summary>Counts a product once for all its variants.</summary>
    /// <param name="steps">Those with one of its prices.</param>
    public void Count(ulong steps)
    {
        if (BitOperations.IsPow2(steps)) _ofOneStep[BitOperations.TrailingZeroCount(steps)]++;
        else if (steps != 0) _ofMore[steps] = _ofMore.GetValueOrDefault(steps) + 1;
    }

    /// <summary>The cheapest first.</summary>
    public IReadOnlyList<PriceFacet> ToFacets()
    {
        ulong any = _ofMore.Keys.Aggregate(0UL, (all, steps) => all | steps);
        List<ulong> bands = [.. Enumerable.Range(0, Starts.Length).Where(step => _ofOneStep[step] > 0 || (any >> step & 1) == 1).Select(step => 1UL << step)];
        while (bands.Count > Most)
        {
            int first = Enumerable.Range(0, bands.Count - 1).MinBy(i => Products(bands[i] | bands[i + 1]));
            bands[first] |= bands[first + 1];
            bands.RemoveAt(first + 1);
        }
        return [.. bands.Select((band, i) => new PriceFacet(Start(band), i + 1 < bands.Count ? Start(bands[i + 1]) - new Money(currency.Increment, currency) : null, Products(band)))];
    }

    private Money Start(ulong band) => new(Starts[BitOperations.TrailingZeroCount(band)], currency);

    private int Products(ulong band)
    {
        int products = 0;
        for (int step = 0; step < Starts.Length; step++)
            if ((band >> step & 1) == 1) products += _ofOneStep[step];
        return products + _ofMore.Where(more => (more.Key & band) != 0).Sum(more => more.Value);
    }
}
