namespace Shop.Catalog;

/// <summary>
/// A file says nothing of what it has no column for. So a list of prices does not take away the bar codes, and a file from before a field
/// existed does not empty it.
/// </summary>
internal static class UnsaidFields
{
    public static Product Keep(Product stated, Product known, IReadOnlyCollection<string> columns)
    {
        bool Says(string column) => columns.Contains(column);

        Dictionary<string, Variant> before = known.Variants.ToDictionary(v => v.Sku.Value, StringComparer.Ordinal);
        Dictionary<string, ProductImage> pictures = known.Images.ToDictionary(i => i.Url, StringComparer.Ordinal);
        bool saysStatus = Says(ImportColumns.Status);
        return stated with
        {
            Status = saysStatus ? stated.Status : known.Status,
            PublishAt = saysStatus ? stated.PublishAt : known.PublishAt,
            UnpublishAt = saysStatus ? stated.UnpublishAt : known.UnpublishAt,
            // Of a picture a file says its address only.
            Images = [.. (Says(ImportColumns.ImageUrl) ? stated.Images.Select(i => pictures.GetValueOrDefault(i.Url) ?? i) : known.Images).Select(i => i.For(stated.Variants))],
            Tags = Says(ImportColumns.Tags) ? stated.Tags : known.Tags,
            Attributes = Says(ImportColumns.Attributes) ? stated.Attributes : known.Attributes,
            Related = Says(ImportColumns.Related) ? stated.Related : known.Related,
            Variants = [.. stated.Variants.Select(v => before.TryGetValue(v.Sku.Value, out Variant? was) ? v with
            {
                // In the order they had: that of a file's columns means nothing.
                Prices = [.. was.Prices.Select(w => v.Prices.FirstOrDefault(p => p.Amount.Currency == w.Amount.Currency) is { } p ? Keep(p, w, Says) : Says(ImportColumns.Price(w.Amount.Currency.Code)) ? null : w)
                    .OfType<Price>(), .. v.Prices.Where(p => !was.Prices.Any(w => w.Amount.Currency == p.Amount.Currency))],
                Barcode = Says(ImportColumns.Barcode) ? v.Barcode : was.Barcode,
                Quantity = Says(ImportColumns.MinimumQuantity) || Says(ImportColumns.MaximumQuantity) || Says(ImportColumns.QuantityStep) ? v.Quantity : was.Quantity,
                Dimensions = Says(ImportColumns.LengthCm) ? v.Dimensions : was.Dimensions,
                TaxCategory = Says(ImportColumns.TaxCategory) ? v.TaxCategory : was.TaxCategory,
                Digital = ImportColumns.OfDelivery.Any(Says) ? v.Digital : was.Digital,
            } : v)],
        };
    }

    private static Price Keep(Price stated, Price was, Func<string, bool> says)
    {
        string code = stated.Amount.Currency.Code;
        return stated with
        {
            CompareAt = says(ImportColumns.CompareAtPrice(code)) ? stated.CompareAt : was.CompareAt,
            Sale = says(ImportColumns.SalePrice(code)) ? stated.Sale : was.Sale,
            Tiers = says(ImportColumns.TierPrices(code)) ? stated.Tiers : was.Tiers,
            Groups = says(ImportColumns.GroupPrices(code)) ? stated.Groups : was.Groups,
        };
    }
}
