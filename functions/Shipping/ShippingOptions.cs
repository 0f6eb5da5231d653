using System.ComponentModel.DataAnnotations;
using Shop.Common;

namespace Shop.Shipping;

/// <summary>Section <c>Courier</c>: whom we ship with, from where, and what to charge when the courier's rates cannot be had.</summary>
public sealed class ShippingOptions
{
    /// <summary>Of the courier's API, without a slash at the end.</summary>
    [Required]
    public Uri BaseUrl { get; init; } = null!;

    [Required]
    public string ApiKey { get; init; } = "";

    /// <summary>Signs the courier's webhooks.</summary>
    [Required]
    public string WebhookSecret { get; init; } = "";

    /// <summary>Code of the courier that answers our own rate table.</summary>
    [Required]
    public string Courier { get; init; } = "jne";

    /// <summary>The courier's service that our own rate table sells: it must go everywhere in the country, for it is booked as it was sold.</summary>
    [Required]
    public string FallbackService { get; init; } = "jne-reg";

    [Required, RegularExpression("^[A-Z]{2}$")]
    public string OriginCountry { get; init; } = "ID";

    [Required]
    public string OriginPostalCode { get; init; } = "10110";

    [Required]
    public string OriginCity { get; init; } = "Jakarta Pusat";

    /// <summary>Who hands parcels over.</summary>
    [Required]
    public string OriginName { get; init; } = "Toko";

    [Required]
    public string OriginPhone { get; init; } = "+62 21 555 0100";

    [Required]
    public string OriginLine1 { get; init; } = "Jl. Gudang 1";

    /// <summary>How long a rate request may take before our own table answers.</summary>
    [Range(100, 30_000)]
    public int RatesTimeoutMilliseconds { get; init; } = 2000;

    /// <summary>How long an answer is used again for an equal parcel.</summary>
    [Range(0, 86_400)]
    public int RatesCacheSeconds { get; init; } = 600;

    /// <summary>Per started kilogram within the region, in whole rupiah.</summary>
    [Range(0, 10_000_000)]
    public int NearRupiahPerKilogram { get; init; } = 15_000;

    /// <summary>Per started kilogram to another region, in whole rupiah.</summary>
    [Range(0, 10_000_000)]
    public int FarRupiahPerKilogram { get; init; } = 45_000;

    internal Money NearRate => Money.FromMajor(NearRupiahPerKilogram, Currency.Idr);

    internal Money FarRate => Money.FromMajor(FarRupiahPerKilogram, Currency.Idr);
}
