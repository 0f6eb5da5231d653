using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Shop.Common;

namespace Shop.Shipping;

/// <summary>Section <c>Courier</c>: whom we ship with, from where, and what to charge when the courier's rates cannot be had.</summary>
public sealed class ShippingOptions : IValidatableObject
{
    /// <summary>Of Biteship's API, without a slash at the end: <c>https://api.biteship.com</c>.</summary>
    [Required]
    public Uri BaseUrl { get; init; } = null!;

    [Required]
    public string ApiKey { get; init; } = "";

    /// <summary>The header that Biteship sends with each webhook, as it is called in its dashboard.</summary>
    [Required, RegularExpression("^[A-Za-z0-9-]{1,64}$")]
    public string WebhookHeader { get; init; } = "X-Biteship-Signature";

    /// <summary>What that header says, as it is set up there. At least 16 characters: whoever knows it makes the shop ask the courier.</summary>
    [Required, MinLength(16)]
    public string WebhookSecret { get; init; } = "";

    /// <summary>The couriers that are asked for rates, by Biteship's codes.</summary>
    [Required, RegularExpression("^[a-z0-9_]+(,[a-z0-9_]+)*$")]
    public string Couriers { get; init; } = "jne,sicepat,anteraja,jnt";

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

    /// <summary>
    /// The same two in other currencies, in major units: <c>USD=1.50/4.50,JPY=200/600</c>. Couriers quote rupiah; carts in a currency that is not
    /// here can be sent no goods.
    /// </summary>
    public string OtherRatesPerKilogram { get; init; } = "";

    /// <summary>What insuring a parcel costs where no zone says it, of ten thousand parts of the goods' value.</summary>
    [Range(0, 10_000)]
    public int InsurancePerTenThousand { get; init; } = 20;

    /// <summary>The least that insuring costs, in whole rupiah.</summary>
    [Range(0, 1_000_000)]
    public int InsuranceMinimumRupiah { get; init; } = 5000;

    /// <summary>Where parcels are collected that lie at no location of their own.</summary>
    internal Address Origin => new(OriginName, OriginPhone, OriginLine1, OriginCity, "", OriginPostalCode, OriginCountry);

    internal Money InsuranceOf(Money value) => new InsuranceRule(InsurancePerTenThousand, Money.FromMajor(InsuranceMinimumRupiah, Currency.Idr)).Of(value);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string entry in OtherRates())
            if (Read(entry) is null) yield return new ValidationResult($"Courier__OtherRatesPerKilogram: '{entry}' must be a currency with two prices that it can charge, such as USD=1.50/4.50.");
    }

    /// <summary><c>null</c> where nothing is sent for this currency.</summary>
    internal Money? PerKilogram(Currency currency, bool near)
    {
        if (currency == Currency.Idr) return Money.FromMajor(near ? NearRupiahPerKilogram : FarRupiahPerKilogram, Currency.Idr);
        return OtherRates().Select(Read).FirstOrDefault(rates => rates?.Near.Currency == currency) is { } found ? near ? found.Near : found.Far : null;
    }

    private string[] OtherRates() => OtherRatesPerKilogram.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static (Money Near, Money Far)? Read(string entry)
    {
        if (entry.Split('=', '/') is not [var code, var near, var far] || !Currency.TryParse(code, out Currency currency)) return null;
        return Amount(near, currency) is { } one && Amount(far, currency) is { } other ? (one, other) : null;
    }

    private static Money? Amount(string text, Currency currency)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal major)) return null;
        try
        {
            return Money.FromMajor(major, currency);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
