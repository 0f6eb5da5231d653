namespace Shop.Catalog;

/// <summary>The columns of an import file; docs in the README and on the sample. Prices stand in a column for each currency, <c>price_idr</c>.</summary>
internal static class ImportColumns
{
    public const string Handle = "handle", Kind = "kind", Sku = "sku", WeightGrams = "weight_grams", LengthCm = "length_cm", WidthCm = "width_cm",
        HeightCm = "height_cm", Stock = "stock", TaxCategory = "tax_category", Tags = "tags", Attributes = "attributes", ImageUrl = "image_url", DigitalFile = "digital_file",
        Status = "status";

    public const int MostOptions = 3;

    public static string Slug(string locale) => $"slug_{locale}";

    public static string Title(string locale) => $"title_{locale}";

    public static string Description(string locale) => $"description_{locale}";

    public static bool IsDescription(string column) => column.StartsWith("description_", StringComparison.Ordinal);

    public static string Category(string locale) => $"category_{locale}";

    public static string OptionName(int option, string locale) => $"option{option}_name_{locale}";

    public static string OptionValue(int option, string locale) => $"option{option}_value_{locale}";

    public static string Price(string currency) => $"price_{currency.ToLowerInvariant()}";

    public static string CompareAtPrice(string currency) => $"compare_at_price_{currency.ToLowerInvariant()}";

    /// <summary>Every name a file may use for this shop.</summary>
    public static IReadOnlySet<string> All(IEnumerable<string> locales, string currency) => locales
        .SelectMany(l => (string[])[Slug(l), Title(l), Description(l), Category(l), .. Enumerable.Range(1, MostOptions).SelectMany(o => (string[])[OptionName(o, l), OptionValue(o, l)])])
        .Concat([Handle, Kind, Sku, WeightGrams, LengthCm, WidthCm, HeightCm, Stock, TaxCategory, Tags, Attributes, ImageUrl, DigitalFile, Status, Price(currency), CompareAtPrice(currency)])
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Without these there is nothing to import.</summary>
    public static IReadOnlyList<string> Required(string locale, string currency) =>
        [Handle, Title(locale), Description(locale), Kind, Category(locale), Sku, Price(currency)];
}
