using System.ComponentModel.DataAnnotations;
using Shop.Common;

namespace Shop.Shipping;

public enum ZoneSource
{
    /// <summary>The courier is asked; the zone's rates say what else holds for its services, and answer where the courier does not.</summary>
    Live,

    /// <summary>The zone's rates are what is offered.</summary>
    Table,
}

/// <summary>A part of the world and what it costs to send something there. Of several that fit an address the narrowest counts.</summary>
/// <param name="Id">Chosen by staff.</param>
/// <param name="UpdatedBy">Who said so last: <c>staff:stf_…</c>.</param>
public sealed record ShippingZone(string Id, string Name, ZoneArea Area, ZoneSource Source, IReadOnlyList<ZoneRate> Rates, string UpdatedBy, DateTimeOffset UpdatedAt)
{
    public const string IdPattern = "^[a-z0-9-]{1,32}$";

    /// <summary>How many there may be, so that all of them are read at once.</summary>
    public const int Most = 500;
}

/// <summary>Where a zone is; everything that is said has to fit. Case does not count.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="PostalCodes">One of them has to fit, where there are any.</param>
public sealed record ZoneArea(
    [property: RegularExpression("^[A-Z]{2}$")] string Country,
    [property: StringLength(100, MinimumLength = 1)] string? Province = null,
    [property: StringLength(100, MinimumLength = 1)] string? City = null,
    [property: StringLength(100, MinimumLength = 1)] string? District = null,
    [property: MaxLength(200)] IReadOnlyList<PostalRange>? PostalCodes = null);

/// <param name="From">The first.</param>
/// <param name="To">The last, of the same length.</param>
public sealed record PostalRange([property: RegularExpression("^[0-9A-Z]{3,10}$")] string From, [property: RegularExpression("^[0-9A-Z]{3,10}$")] string To);

/// <summary>What one service costs in a zone: by steps of weight, by kilogram, or nothing.</summary>
/// <param name="Id">As the courier's live rates name the service, where it has any.</param>
/// <param name="Courier">The courier's code; none for goods that are collected.</param>
/// <param name="Service">What is booked, where it is not the id.</param>
/// <param name="Steps">By rising weight; what is heavier than the last is not taken.</param>
/// <param name="PerKilogram">Of each kilogram, instead of steps.</param>
/// <param name="Minimum">The least that is charged.</param>
/// <param name="OverlookedGrams">What a kilogram may be over without counting as another: 300 with some couriers.</param>
/// <param name="CubicCmPerGram">How much room counts as a gram: 6, by lorry 4; 0 where room is not charged.</param>
/// <param name="MostGrams">What is heavier, or takes more room, is not taken.</param>
/// <param name="FreeFrom">Goods of this value are sent free of charge.</param>
/// <param name="Place">Where goods are collected.</param>
public sealed record ZoneRate(
    [property: RegularExpression(ShippingZone.IdPattern)] string Id,
    [property: StringLength(100, MinimumLength = 1)] string Name,
    EstimatedDays EstimatedDays,
    RateKind Kind = RateKind.Courier,
    [property: RegularExpression("^[a-z0-9-]{1,32}$")] string? Courier = null,
    [property: StringLength(64, MinimumLength = 1)] string? Service = null,
    [property: MaxLength(50)] IReadOnlyList<WeightStep>? Steps = null,
    Money? PerKilogram = null,
    Money? Minimum = null,
    [property: Range(0, 999)] int OverlookedGrams = 0,
    [property: Range(0, 100)] int CubicCmPerGram = ChargedWeight.Regular,
    [property: Range(1, 1_000_000)] int MostGrams = 50_000,
    Money? FreeFrom = null,
    bool CashOnDelivery = false,
    InsuranceRule? Insurance = null,
    [property: StringLength(300, MinimumLength = 1)] string? Place = null);

/// <param name="UpToGrams">For so much and less.</param>
public sealed record WeightStep([property: Range(1, 1_000_000)] int UpToGrams, Money Price);

/// <param name="PerTenThousand">Of the goods' value.</param>
/// <param name="Minimum">The least that is charged.</param>
public sealed record InsuranceRule([property: Range(0, 10_000)] int PerTenThousand, Money? Minimum = null)
{
    public Money Of(Money value) => value.Share(PerTenThousand, 10_000) is var share && Minimum is { } least && least.Currency == value.Currency && least > share ? least : share;
}

/// <summary>A zone as staff write it.</summary>
public sealed record ZoneDraft(
    [property: StringLength(100, MinimumLength = 1)] string Name,
    ZoneArea Area,
    [property: MaxLength(30)] IReadOnlyList<ZoneRate> Rates,
    ZoneSource Source = ZoneSource.Live);

/// <param name="Id">Never changes.</param>
public sealed record NewZone(
    [property: RegularExpression(ShippingZone.IdPattern)] string Id,
    [property: StringLength(100, MinimumLength = 1)] string Name,
    ZoneArea Area,
    [property: MaxLength(30)] IReadOnlyList<ZoneRate> Rates,
    ZoneSource Source = ZoneSource.Live);
