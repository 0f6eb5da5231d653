using System.Globalization;
using System.Text.Json.Nodes;
using Shop.Common;

namespace Shop.Catalog;

/// <summary>
/// What a product's page tells machines, in the words of schema.org: the product with the price and the availability of this moment, and the
/// way down to it. https://developers.google.com/search/docs/appearance/structured-data/product-variants
/// </summary>
internal static class JsonLd
{
    private const string Context = "https://schema.org";

    public static JsonArray Of(ProductEntry entry, IReadOnlyList<CategoryNode> way, string locale, StorefrontPages pages)
    {
        VariantEntry[] sold = [.. entry.Variants.Where(v => v.PriceIn(entry.Currency) is not null)];
        JsonObject product = sold is [var only] ? Single(entry, only, locale, pages) : Group(entry, sold, locale, pages);
        return [product, Breadcrumbs([.. Steps(way, locale, pages), (entry.Product.Text(locale, entry.Fallback).Title, pages.Of(entry, locale))])];
    }

    /// <summary>The way down to a category's page.</summary>
    public static JsonArray Of(IReadOnlyList<CategoryNode> way, string locale, StorefrontPages pages) => [Breadcrumbs(Steps(way, locale, pages))];

    /// <summary>Major units with all decimals of the currency: <c>85000.00</c>.</summary>
    public static string Amount(Money money) => (money.Amount / (decimal)money.Currency.MinorUnits).ToString("F" + money.Currency.Exponent, CultureInfo.InvariantCulture);

    private static JsonObject Single(ProductEntry entry, VariantEntry variant, string locale, StorefrontPages pages)
    {
        JsonObject product = Described(entry, locale, pages, "Product");
        product["sku"] = variant.Sku.Value;
        if (Gtin.Of(variant.Variant.Barcode) is { } gtin) product["gtin"] = gtin;
        product["offers"] = Offer(entry, variant, locale, pages);
        return product;
    }

    private static JsonObject Group(ProductEntry entry, IEnumerable<VariantEntry> variants, string locale, StorefrontPages pages)
    {
        JsonObject group = Described(entry, locale, pages, "ProductGroup");
        group["productGroupID"] = entry.Product.Id;
        group["hasVariant"] = new JsonArray([.. variants.Select(JsonNode (v) => Member(entry, v, locale, pages))]);
        return group;
    }

    private static JsonObject Member(ProductEntry entry, VariantEntry variant, string locale, StorefrontPages pages)
    {
        var member = new JsonObject
        {
            ["@type"] = "Product",
            ["sku"] = variant.Sku.Value,
            ["name"] = variant.Title(locale),
            ["additionalProperty"] = new JsonArray([.. variant.Options(locale).Select(JsonNode (o) => new JsonObject { ["@type"] = "PropertyValue", ["name"] = o.Key, ["value"] = o.Value })]),
            ["offers"] = Offer(entry, variant, locale, pages),
        };
        if (variant.Image is { } image) member["image"] = pages.OfPicture(entry, image);
        if (Gtin.Of(variant.Variant.Barcode) is { } gtin) member["gtin"] = gtin;
        return member;
    }

    private static JsonObject Described(ProductEntry entry, string locale, StorefrontPages pages, string type)
    {
        ProductText text = entry.Product.Text(locale, entry.Fallback);
        return new JsonObject
        {
            ["@context"] = Context,
            ["@type"] = type,
            ["name"] = text.Title,
            ["description"] = text.Description,
            ["url"] = pages.Of(entry, locale),
            ["image"] = new JsonArray([.. entry.Product.Images.Select(JsonNode (i) => pages.OfPicture(entry, i))]),
        };
    }

    private static JsonObject Offer(ProductEntry entry, VariantEntry variant, string locale, StorefrontPages pages)
    {
        Price priced = variant.PriceIn(entry.Currency)!;
        Money price = priced.Amount;
        var offer = new JsonObject
        {
            ["@type"] = "Offer",
            ["url"] = pages.Of(entry, locale),
            ["price"] = Amount(price),
            ["priceCurrency"] = price.Currency.Code,
            ["availability"] = $"{Context}/{Availability(variant)}",
            ["itemCondition"] = "https://schema.org/NewCondition",
        };
        if (priced.Sale is { } sale && sale.Amount == price) offer["priceValidUntil"] = sale.Until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return offer;
    }

    private static string Availability(VariantEntry variant) => variant switch
    {
        { InStock: true } => "InStock",
        { CanBeBought: false } => "OutOfStock",
        { Promise.Kind: PromiseKind.Preorder } => "PreOrder",
        _ => "BackOrder",
    };

    private static IEnumerable<(string Name, string Item)> Steps(IReadOnlyList<CategoryNode> way, string locale, StorefrontPages pages) =>
        way.Select(step => (step.Name(locale), pages.OfCategory(step.Slug(locale), locale)));

    private static JsonObject Breadcrumbs(IEnumerable<(string Name, string Item)> steps) => new()
    {
        ["@context"] = Context,
        ["@type"] = "BreadcrumbList",
        ["itemListElement"] = new JsonArray([.. steps.Select(JsonNode (step, i) => new JsonObject { ["@type"] = "ListItem", ["position"] = i + 1, ["name"] = step.Name, ["item"] = step.Item })]),
    };
}
