using System.Text.Json.Serialization;
using Shop.Common;

namespace Shop.Shipping;

public enum RateKind
{
    /// <summary>A courier brings it.</summary>
    Courier,

    /// <summary>The buyer collects it where it lies.</summary>
    Pickup,
}

/// <summary>A way to get goods to their buyer, what it costs, and how long it takes.</summary>
/// <param name="Id">Stable: courier and service, such as <c>jne-reg</c>.</param>
/// <param name="Courier">The courier's code, such as <c>jne</c>; <c>pickup</c> where there is none.</param>
/// <param name="Price">Postage alone.</param>
public sealed record ShippingRate(string Id, string Name, string Courier, Money Price, EstimatedDays EstimatedDays)
{
    public RateKind Kind { get; init; }

    /// <summary>Whether the goods may be paid when they are handed over.</summary>
    public bool CashOnDelivery { get; init; } = true;

    /// <summary>Whether its courier insures what it brings.</summary>
    [JsonIgnore]
    public bool Insurable { get; init; } = true;

    /// <summary>What it costs to insure the parcel; <c>null</c> where it cannot be insured.</summary>
    public Money? Insurance { get; init; }

    /// <summary>Whether the shopper chose that.</summary>
    public bool Insured { get; init; }

    /// <summary>The service that is booked, where it is not the id.</summary>
    public string? Service { get; init; }

    /// <summary>Where the buyer collects it.</summary>
    public string? Place { get; init; }

    /// <summary>What the shopper pays for it.</summary>
    internal Money Cost => Insured && Insurance is { } insurance ? Price + insurance : Price;

    internal string Booked => Service ?? Id;
}

/// <summary>Working days from hand-over to delivery.</summary>
public sealed record EstimatedDays(int Min, int Max);

/// <summary>What is to be shipped where; equal parcels cost the same.</summary>
/// <param name="Grams">With packaging, at least 1.</param>
/// <param name="Value">Of the goods.</param>
public sealed record ParcelToQuote(string Country, string PostalCode, string City, string? District, long Grams, Money Value)
{
    public string? Province { get; init; }

    /// <summary>Length by width by height of everything in it, in cubic centimetres; 0 where nobody measured.</summary>
    public long CubicCm { get; init; }

    public static ParcelToQuote To(Address to, long grams, long cubicCm, Money value) =>
        new(to.Country, to.PostalCode, to.City, to.District, grams, value) { Province = to.Province, CubicCm = cubicCm };
}

/// <summary>Couriers charge for the room that a parcel takes where that is more than its weight.</summary>
public static class ChargedWeight
{
    /// <summary>Cubic centimetres that count as a gram, by air and by van. By lorry it is 4.</summary>
    public const int Regular = 6;

    private const int GramsPerKilogram = 1000;

    /// <param name="divisor">Cubic centimetres that count as a gram; 0 where room is not charged.</param>
    public static long Grams(long grams, long cubicCm, int divisor) => Math.Max(grams, divisor == 0 ? 0 : (cubicCm + divisor - 1) / divisor);

    /// <summary>Whole kilograms, at least one; a started one counts once it is over what the courier overlooks.</summary>
    public static int Kilograms(long grams, int overlookedGrams) => checked((int)Math.Max(1, (grams - overlookedGrams + GramsPerKilogram - 1) / GramsPerKilogram));
}
