using Shop.Common;

namespace Shop.Shipping;

/// <summary>
/// Rates of our own, for when the courier does not answer and staff said no zone: by whole kilograms, started ones counting, and by how far the postal code's
/// first digit (Indonesia's postal regions) is from the warehouse's. Never cheaper than what couriers commonly ask. In other currencies only where the shop says what they cost.
/// </summary>
public static class RateTable
{
    /// <summary>What couriers commonly carry at most.</summary>
    private const int HeaviestGrams = 50_000;

    public static IReadOnlyList<ShippingRate> Quote(ParcelToQuote parcel, ShippingOptions options)
    {
        if (parcel.Country != options.OriginCountry || parcel.PostalCode is not { Length: 5 }) return [];
        long grams = ChargedWeight.Grams(parcel.Grams, parcel.CubicCm, ChargedWeight.Regular);
        if (grams > HeaviestGrams) return [];
        int kilograms = ChargedWeight.Kilograms(grams, overlookedGrams: 0);
        bool near = parcel.PostalCode[0] == options.OriginPostalCode[0];
        if (options.PerKilogram(parcel.Value.Currency, near) is not { } perKilogram) return [];
        return [new ShippingRate(options.FallbackService, near ? "Standar (satu wilayah)" : "Standar (antarwilayah)", options.Courier, perKilogram * kilograms, near ? new(1, 3) : new(3, 8))];
    }
}
