using System.Globalization;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>Where in a CSV file a field of a product was written, so that a rule's mistake is told by row and column.</summary>
/// <param name="product">As the rules looked at it: with variants that the file does not name.</param>
/// <param name="stated">As the file has it: a variant for each row.</param>
/// <param name="currency">The shop's own.</param>
/// <param name="locale">The shop's own.</param>
internal sealed class ImportPlaces(Product product, Product stated, Currency currency, string locale)
{
    /// <param name="pointer">A JSON Pointer into the product.</param>
    /// <returns>The row among the product's own, from 0, and the column.</returns>
    public (int Row, string Column) Of(string pointer) => pointer.Split('/')[1..] switch
    {
        ["texts", var language, "slug"] => (0, ImportColumns.Slug(language)),
        ["texts", var language, "description"] => (0, ImportColumns.Description(language)),
        ["texts", var language, ..] => (0, ImportColumns.Title(language)),
        ["category", _, "name", var language] => (0, ImportColumns.Category(language)),
        ["category", ..] => (0, ImportColumns.Category(locale)),
        ["options", var option, "name", var language] => (0, ImportColumns.OptionName(Number(option) + 1, language)),
        ["options", var option, "values", var value, var language] => (RowOf(Number(option), Number(value)), ImportColumns.OptionValue(Number(option) + 1, language)),
        ["options", var option, "values"] => (0, ImportColumns.OptionValue(Number(option) + 1, locale)),
        ["variants", var variant, ..] when Unnamed(pointer) is not null => (0, ImportColumns.Sku),
        ["variants", var variant, .. var field] => (RowOf(Number(variant)), OfVariant(Number(variant), field)),
        ["images", ..] => (0, ImportColumns.ImageUrl),
        ["tags", ..] => (0, ImportColumns.Tags),
        ["attributes", ..] => (0, ImportColumns.Attributes),
        ["related"] => (0, ImportColumns.Related),
        ["publishAt"] => (0, ImportColumns.PublishAt),
        ["unpublishAt"] => (0, ImportColumns.UnpublishAt),
        _ => (0, ImportColumns.Handle),
    };

    /// <returns>The SKU of which a mistake tells, where the file does not name it.</returns>
    public string? Unnamed(string pointer) =>
        pointer.Split('/')[1..] is ["variants", var variant, ..] && Number(variant) is var number && RowOf(number) < 0 ? product.Variants[number].Sku.Value : null;

    private int RowOf(int variant) => ReferenceEquals(product, stated) ? variant : stated.Variants.ToList().FindIndex(v => v.Sku == product.Variants[variant].Sku);

    private string OfVariant(int variant, string[] field) => field switch
    {
        ["choices"] => ImportColumns.OptionValue(1, locale),
        ["prices"] => ImportColumns.Price(currency.Code),
        ["prices", var price, .. var part] => OfPrice(product.Variants[variant].Prices.ElementAtOrDefault(Number(price))?.Amount.Currency.Code ?? currency.Code, part),
        ["weightGrams"] => ImportColumns.WeightGrams,
        ["dimensions"] => ImportColumns.LengthCm,
        ["taxCategory"] => ImportColumns.TaxCategory,
        ["downloadFile"] => ImportColumns.DigitalFile,
        ["digital", "accessDays"] => ImportColumns.AccessDays,
        ["digital", "activationLimit"] => ImportColumns.ActivationLimit,
        ["digital", "watermark"] => ImportColumns.Watermark,
        ["digital", "giftCard"] => ImportColumns.GiftCard,
        ["digital", "terms", "version"] => ImportColumns.TermsVersion,
        ["digital", "terms", ..] => ImportColumns.TermsUrl,
        ["digital", ..] => ImportColumns.DownloadLimit,
        ["barcode"] => ImportColumns.Barcode,
        ["quantity", "max"] => ImportColumns.MaximumQuantity,
        ["quantity", "step"] => ImportColumns.QuantityStep,
        ["quantity", ..] => ImportColumns.MinimumQuantity,
        _ => ImportColumns.Sku,
    };

    private static string OfPrice(string code, string[] part) => part switch
    {
        ["compareAt"] => ImportColumns.CompareAtPrice(code),
        ["sale", "until"] => ImportColumns.SaleUntil(code),
        ["sale", ..] => ImportColumns.SalePrice(code),
        ["groups", ..] => ImportColumns.GroupPrices(code),
        ["tiers"] => ImportColumns.TierPrices(code),
        _ => ImportColumns.Price(code),
    };

    private int RowOf(int option, int value)
    {
        int chooses = product.Variants.ToList().FindIndex(v => v.Choices.Count > option && v.Choices[option] == value);
        return chooses < 0 ? 0 : Math.Max(0, RowOf(chooses));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
