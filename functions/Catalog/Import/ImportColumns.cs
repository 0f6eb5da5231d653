using System.Globalization;
using System.Text.Json;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>The columns of an import file; docs in the README and on the sample. Prices stand in a column for each currency, <c>price_idr</c>.</summary>
internal static class ImportColumns
{
    public const string Handle = "handle", Kind = "kind", Sku = "sku", WeightGrams = "weight_grams", LengthCm = "length_cm", WidthCm = "width_cm",
        HeightCm = "height_cm", Stock = "stock", TaxCategory = "tax_category", Tags = "tags", Attributes = "attributes", ImageUrl = "image_url", DigitalFile = "digital_file",
        Status = "status", PublishAt = "publish_at", UnpublishAt = "unpublish_at", Related = "related", Barcode = "barcode",
        MinimumQuantity = "min_quantity", MaximumQuantity = "max_quantity", QuantityStep = "quantity_step",
        DownloadLimit = "download_limit", AccessDays = "access_days", Licence = "licence", ActivationLimit = "activation_limit", Watermark = "watermark", TermsVersion = "terms_version", TermsUrl = "terms_url", GiftCard = "gift_card";

    public const int MostOptions = 3;

    /// <summary>How a digital article is delivered.</summary>
    public static IReadOnlyList<string> OfDelivery { get; } = [DownloadLimit, AccessDays, Licence, ActivationLimit, Watermark, TermsVersion, TermsUrl, GiftCard];

    private static readonly string[] OfCurrencies = [Price(""), CompareAtPrice(""), SalePrice(""), SaleFrom(""), SaleUntil(""), TierPrices(""), GroupPrices("")];

    public static string Slug(string locale) => $"slug_{locale}";

    public static string Title(string locale) => $"title_{locale}";

    public static string Description(string locale) => $"description_{locale}";

    public static bool IsDescription(string column) => column.StartsWith("description_", StringComparison.Ordinal);

    public static string Category(string locale) => $"category_{locale}";

    public static string OptionName(int option, string locale) => $"option{option}_name_{locale}";

    public static string OptionValue(int option, string locale) => $"option{option}_value_{locale}";

    public static string Price(string currency) => $"price_{currency.ToLowerInvariant()}";

    public static string CompareAtPrice(string currency) => $"compare_at_price_{currency.ToLowerInvariant()}";

    public static string SalePrice(string currency) => $"sale_price_{currency.ToLowerInvariant()}";

    public static string SaleFrom(string currency) => $"sale_from_{currency.ToLowerInvariant()}";

    public static string SaleUntil(string currency) => $"sale_until_{currency.ToLowerInvariant()}";

    /// <summary><c>10=80000;50=75000</c>: each costs so much from so many on.</summary>
    public static string TierPrices(string currency) => $"tier_prices_{currency.ToLowerInvariant()}";

    /// <summary><c>wholesale=70000;wholesale:10=65000;vip=80000</c>: what members of a group pay for each, and from so many on.</summary>
    public static string GroupPrices(string currency) => $"group_prices_{currency.ToLowerInvariant()}";

    /// <summary>The currency that a column is about; <c>null</c> where it is about none, or one that nobody knows.</summary>
    public static Currency? CurrencyOf(string column) =>
        OfCurrencies.FirstOrDefault(c => column.StartsWith(c, StringComparison.Ordinal)) is { } prefix
        && column.AsSpan(prefix.Length).IndexOfAnyExceptInRange('a', 'z') < 0
        && Currency.TryParse(column[prefix.Length..].ToUpperInvariant(), out Currency currency) ? currency : null;

    /// <summary>Every name a file may use, but for the columns of currencies.</summary>
    public static IReadOnlySet<string> All(IEnumerable<string> locales) => locales
        .SelectMany(l => (string[])[Slug(l), Title(l), Description(l), Category(l), .. Enumerable.Range(1, MostOptions).SelectMany(o => (string[])[OptionName(o, l), OptionValue(o, l)])])
        .Concat([Handle, Kind, Sku, WeightGrams, LengthCm, WidthCm, HeightCm, Stock, TaxCategory, Tags, Attributes, ImageUrl, DigitalFile, Status, PublishAt, UnpublishAt, Related,
            Barcode, MinimumQuantity, MaximumQuantity, QuantityStep, .. OfDelivery])
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Without these there is nothing to import.</summary>
    public static IReadOnlyList<string> Required(string locale, string currency) =>
        [Handle, Title(locale), Description(locale), Kind, Category(locale), Sku, Price(currency)];

    /// <summary>How a file writes a word of ours: as JSON does.</summary>
    public static string Word<T>(T word) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());

    /// <summary>RFC 3339 with its offset, in UTC.</summary>
    public static bool TryReadTime(string text, out DateTimeOffset time)
    {
        bool read = DateTimeOffset.TryParseExact(text, ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
        time = time.ToUniversalTime();
        return read;
    }
}
