using Shop.Common;

namespace Shop.Shipping;

/// <summary>Which zone an address is in, and what its rates make of a parcel. Pure.</summary>
public static class ZoneRules
{
    /// <summary>The narrowest that fits; of two that are equally narrow the first by id.</summary>
    public static ShippingZone? Find(IEnumerable<ShippingZone> zones, ParcelToQuote to) => zones
        .Where(zone => Fits(zone.Area, to))
        .OrderByDescending(zone => Narrowness(zone.Area)).ThenBy(zone => Breadth(zone.Area, to.PostalCode)).ThenBy(zone => zone.Id, StringComparer.Ordinal)
        .FirstOrDefault();

    /// <summary>What the zone's own rates offer for the parcel.</summary>
    public static IReadOnlyList<ShippingRate> Quote(ShippingZone zone, ParcelToQuote parcel) => [.. zone.Rates.Select(rate => Quote(rate, parcel)).OfType<ShippingRate>()];

    /// <summary>The courier's rates with what the zone says of the same services, and what the zone offers beside them: places to collect it.</summary>
    public static IReadOnlyList<ShippingRate> Apply(ShippingZone zone, IReadOnlyList<ShippingRate> live, ParcelToQuote parcel) =>
    [
        .. live.Select(rate => zone.Rates.FirstOrDefault(r => r.Kind == RateKind.Courier && (r.Service ?? r.Id) == rate.Id) is not { } rule ? rate : rate with
        {
            Price = IsFree(rule, parcel) ? Money.Zero(parcel.Value.Currency) : rate.Price,
            CashOnDelivery = rule.CashOnDelivery && rate.CashOnDelivery,
            Insurance = rate.Insurable ? rule.Insurance?.Of(parcel.Value) : null,
        }),
        .. zone.Rates.Where(r => r.Kind == RateKind.Pickup).Select(r => Quote(r, parcel)).OfType<ShippingRate>(),
    ];

    /// <summary>The places where an order can be collected that says no address.</summary>
    public static IReadOnlyList<ShippingRate> Places(IEnumerable<ShippingZone> zones, ParcelToQuote parcel) =>
        [.. zones.SelectMany(zone => zone.Rates).Where(rate => rate.Kind == RateKind.Pickup).DistinctBy(rate => rate.Id).Select(rate => Quote(rate, parcel)).OfType<ShippingRate>()];

    private static ShippingRate? Quote(ZoneRate rate, ParcelToQuote parcel)
    {
        long grams = ChargedWeight.Grams(parcel.Grams, parcel.CubicCm, rate.CubicCmPerGram);
        if (grams > rate.MostGrams || Postage(rate, grams, parcel.Value.Currency) is not { } price) return null;
        return new ShippingRate(rate.Id, rate.Name, rate.Kind == RateKind.Pickup ? Shipment.PickupCourier : rate.Courier!, IsFree(rate, parcel) ? Money.Zero(price.Currency) : price, rate.EstimatedDays)
        {
            Kind = rate.Kind,
            Service = rate.Service,
            CashOnDelivery = rate.CashOnDelivery,
            Insurance = rate.Insurance?.Of(parcel.Value),
            Place = rate.Place,
        };
    }

    /// <returns><c>null</c> where it does not go so heavy, or not for this currency.</returns>
    private static Money? Postage(ZoneRate rate, long grams, Currency currency)
    {
        Money? price = rate switch
        {
            { Steps: { Count: > 0 } steps } => steps.FirstOrDefault(step => grams <= step.UpToGrams)?.Price,
            { PerKilogram: { } perKilogram } when ChargedWeight.Kilograms(grams, rate.OverlookedGrams) is var kilograms => perKilogram.Amount > Money.MaxAmount / kilograms ? null : perKilogram * kilograms,
            _ => rate.Minimum ?? Money.Zero(currency),
        };
        if (price is not { } found || found.Currency != currency) return null;
        return rate.Minimum is { } least && least > found ? least : found;
    }

    private static bool IsFree(ZoneRate rate, ParcelToQuote parcel) => rate.FreeFrom is { } from && from.Currency == parcel.Value.Currency && parcel.Value >= from;

    private static bool Fits(ZoneArea area, ParcelToQuote to) =>
        area.Country == to.Country && Same(area.Province, to.Province) && Same(area.City, to.City) && Same(area.District, to.District)
        && (area.PostalCodes is not { Count: > 0 } ranges || ranges.Any(range => Within(range, to.PostalCode)));

    private static bool Same(string? said, string? asked) => said is null || string.Equals(said.Trim(), asked?.Trim(), StringComparison.OrdinalIgnoreCase);

    private static bool Within(PostalRange range, string code) =>
        Plain(code) is var plain && plain.Length == range.From.Length && string.CompareOrdinal(plain, range.From) >= 0 && string.CompareOrdinal(plain, range.To) <= 0;

    private static string Plain(string code) => code.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>A district is narrower than a city, that than postal codes, those than a province, and that than a country.</summary>
    private static int Narrowness(ZoneArea area) =>
        (area.District is null ? 0 : 8) + (area.City is null ? 0 : 4) + (area.PostalCodes is { Count: > 0 } ? 2 : 0) + (area.Province is null ? 0 : 1);

    /// <summary>Among postal codes, how many a range spans; digits alone are compared so.</summary>
    private static long Breadth(ZoneArea area, string code) =>
        (area.PostalCodes ?? []).Where(range => Within(range, code)).Select(range => long.TryParse(range.From, out long from) && long.TryParse(range.To, out long to) ? to - from : long.MaxValue).DefaultIfEmpty(long.MaxValue).Min();

    /// <returns>Every mistake with a JSON Pointer.</returns>
    internal static IReadOnlyList<FieldError> Check(ZoneArea area, IReadOnlyList<ZoneRate> rates)
    {
        List<FieldError> mistakes = [];
        foreach ((int i, PostalRange range) in (area.PostalCodes ?? []).Index())
            if (range.From.Length != range.To.Length || string.CompareOrdinal(range.From, range.To) > 0) mistakes.Add(new FieldError($"/area/postalCodes/{i}", "must go from a code to one of the same length that is not before it"));
        foreach ((int i, ZoneRate rate) in rates.Index())
        {
            void Mistake(string field, string rule) => mistakes.Add(new FieldError($"/rates/{i}/{field}", rule));
            if (rates.Take(i).Any(r => r.Id == rate.Id)) Mistake("id", "is there twice");
            if (rate.Kind == RateKind.Courier && rate.Courier is null) Mistake("courier", "is missing");
            if (rate.Kind == RateKind.Courier && rate is { Steps: null or { Count: 0 }, PerKilogram: null, Minimum: null }) Mistake("perKilogram", "is missing: say steps, a price for each kilogram or a minimum");
            if (rate.Kind == RateKind.Pickup && rate.Place is null) Mistake("place", "is missing");
            if (rate.Kind == RateKind.Pickup && rate.CashOnDelivery) Mistake("cashOnDelivery", "is collected by couriers only");
            if (rate is { Steps.Count: > 0, PerKilogram: not null }) Mistake("perKilogram", "cannot be beside steps");
            if (rate.Steps is { } steps && steps.Zip(steps.Skip(1)).Any(pair => pair.First.UpToGrams >= pair.Second.UpToGrams)) Mistake("steps", "must rise in weight");
            if (rate.EstimatedDays is { Min: < 0 } or { Max: > 90 } || rate.EstimatedDays.Min > rate.EstimatedDays.Max) Mistake("estimatedDays", "must be from 0 to 90, the least first");
            Money[] amounts = [.. (rate.Steps ?? []).Select(s => s.Price), .. ((Money?[])[rate.PerKilogram, rate.Minimum, rate.FreeFrom, rate.Insurance?.Minimum]).OfType<Money>()];
            if (amounts.DistinctBy(a => a.Currency).Count() > 1) Mistake("perKilogram", "must be in one currency with all amounts of the rate");
            if (amounts.Any(a => a.Amount < 0)) Mistake("perKilogram", "must not be negative, nor any other amount of the rate");
        }
        return mistakes;
    }
}
