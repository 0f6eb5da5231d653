using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Shop.Common;

/// <summary>Section <c>Shop</c>: what the whole shop agrees on.</summary>
public sealed class ShopOptions : IValidatableObject
{
    /// <summary>Where customers reach the shop, without a slash at the end; links in mails and feeds begin with it.</summary>
    [Required]
    public Uri PublicUrl { get; init; } = null!;

    /// <summary>Where people browse, without a slash at the end, when the storefront is not where the API is.</summary>
    public Uri? StorefrontUrl { get; init; }

    /// <summary>The path of a product's page there.</summary>
    [RegularExpression(@"^/.*\{slug\}.*$")]
    public string ProductPage { get; init; } = "/{locale}/products/{slug}";

    /// <summary>The path of a category's page there.</summary>
    [RegularExpression(@"^/.*\{slug\}.*$")]
    public string CategoryPage { get; init; } = "/{locale}/categories/{slug}";

    /// <summary>A sitemap holds at most 50,000 URLs; beyond, there are several.</summary>
    [Range(1, 50_000)]
    public int UrlsPerSitemap { get; init; } = 50_000;

    /// <summary>IANA name; business days begin and end in it.</summary>
    [Required]
    public string TimeZone { get; init; } = "Asia/Jakarta";

    /// <summary>The business day that a moment belongs to.</summary>
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(Here(at).DateTime);

    /// <summary>A moment as people here read it, with the zone's name: <c>2026-11-23 14:05 WIB</c>.</summary>
    public string TextOf(DateTimeOffset at)
    {
        DateTimeOffset here = Here(at);
        string zone = TimeZone switch
        {
            "Asia/Jakarta" or "Asia/Pontianak" => "WIB",
            "Asia/Makassar" => "WITA",
            "Asia/Jayapura" => "WIT",
            _ => string.Create(CultureInfo.InvariantCulture, $"UTC{(here.Offset < TimeSpan.Zero ? '-' : '+')}{here.Offset:hh\\:mm}"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{here:yyyy-MM-dd HH:mm} {zone}");
    }

    private DateTimeOffset Here(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(TimeZone));

    /// <summary>The moment at which a business day begins.</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        DateTime midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, TimeZoneInfo.FindSystemTimeZoneById(TimeZone).GetUtcOffset(midnight)).ToUniversalTime();
    }

    /// <summary>ISO 4217; of carts that ask for none.</summary>
    [Required]
    public string Currency { get; init; } = "IDR";

    /// <summary>ISO 4217 codes, parted by commas: in which currencies carts can be filled. The shop's own is among them, whether or not it is named.</summary>
    public string Currencies { get; init; } = "";

    /// <summary>Every currency that is sold in, the shop's own first.</summary>
    public IEnumerable<Common.Currency> AllCurrencies() =>
        Currencies.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Prepend(Currency).Distinct(StringComparer.Ordinal).Select(Common.Currency.Parse);

    /// <summary>The language of callers who ask for none that the shop speaks: <c>id</c> or <c>en</c>.</summary>
    [Required, AllowedValues("id", "en")]
    public string Locale { get; init; } = "id";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicUrl is not { IsAbsoluteUri: true, Scheme: "http" or "https" }) yield return new ValidationResult("Shop__PublicUrl must be an http or https URL.");
        if (StorefrontUrl is not null and not { IsAbsoluteUri: true, Scheme: "http" or "https" }) yield return new ValidationResult("Shop__StorefrontUrl must be an http or https URL.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _)) yield return new ValidationResult("Shop__TimeZone must be a time zone this machine knows.");
        if (!Common.Currency.TryParse(Currency, out _)) yield return new ValidationResult("Shop__Currency must be a known ISO 4217 code.");
        if (Currencies.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(c => !Common.Currency.TryParse(c, out _)))
            yield return new ValidationResult("Shop__Currencies must be known ISO 4217 codes, parted by commas.");
    }
}
