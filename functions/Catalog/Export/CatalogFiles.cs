using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>Writes products as the import reads them. Stock is not in it: that is what a count says, not a copy of yesterday's figure.</summary>
internal static class CatalogFiles
{
    private const int ProductsAtOnce = 500;

    private static readonly string[] OfTheProduct =
    [
        ImportColumns.Kind, ImportColumns.Status, ImportColumns.PublishAt, ImportColumns.UnpublishAt, ImportColumns.Tags, ImportColumns.Attributes, ImportColumns.ImageUrl, ImportColumns.Related,
        .. Locales.All.SelectMany(l => (string[])[ImportColumns.Slug(l), ImportColumns.Title(l), ImportColumns.Description(l), ImportColumns.Category(l)]),
    ];

    private static readonly string[] OfTheVariant =
    [
        ImportColumns.Sku, ImportColumns.Barcode, ImportColumns.WeightGrams, ImportColumns.LengthCm, ImportColumns.WidthCm, ImportColumns.HeightCm, ImportColumns.TaxCategory,
        ImportColumns.DigitalFile, .. ImportColumns.OfDelivery, ImportColumns.MinimumQuantity, ImportColumns.MaximumQuantity, ImportColumns.QuantityStep,
        .. Locales.All.SelectMany(l => Enumerable.Range(1, ImportColumns.MostOptions).SelectMany(o => (string[])[ImportColumns.OptionName(o, l), ImportColumns.OptionValue(o, l)])),
    ];

    /// <summary>Writes the file while it is made: a hundred thousand products are never in memory a second time.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="format">How.</param>
    /// <param name="products">In this order.</param>
    /// <param name="currency">The shop's own, whose columns are there in any case.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static Task Write(Stream file, CatalogFileFormat format, IReadOnlyCollection<Product> products, Currency currency, CancellationToken cancellationToken) =>
        format == CatalogFileFormat.Csv ? Csv(file, products, currency, cancellationToken) : Ndjson(file, products, cancellationToken);

    private static async Task Ndjson(Stream file, IEnumerable<Product> products, CancellationToken cancellationToken)
    {
        using var part = new MemoryStream();
        foreach (Product[] some in products.Chunk(ProductsAtOnce))
        {
            foreach (Product product in some)
            {
                JsonSerializer.Serialize(part, NewProduct.Of(product), ShopJson.Options);
                part.WriteByte((byte)'\n');
            }
            await Pass(part, file, cancellationToken);
        }
    }

    private static async Task Csv(Stream file, IReadOnlyCollection<Product> products, Currency currency, CancellationToken cancellationToken)
    {
        string[] codes = [.. products.SelectMany(p => p.Variants).SelectMany(v => v.Prices).Select(p => p.Amount.Currency.Code).Append(currency.Code).Distinct().Order(StringComparer.Ordinal)];
        string[] columns = [ImportColumns.Handle, .. OfTheProduct, .. OfTheVariant, .. codes.SelectMany(c => (string[])[ImportColumns.Price(c), ImportColumns.CompareAtPrice(c),
            ImportColumns.SalePrice(c), ImportColumns.SaleFrom(c), ImportColumns.SaleUntil(c), ImportColumns.TierPrices(c), ImportColumns.GroupPrices(c)])];
        using var part = new MemoryStream();
        await using CsvWriter csv = CsvWriter.Create(part, CsvWriterOptions.Default with { WriteByteOrderMark = true }, leaveOpen: true);
        Row(csv, columns);
        foreach (Product[] some in products.Chunk(ProductsAtOnce))
        {
            foreach (Product product in some)
            {
                Dictionary<string, string> cells = Cells(product);
                foreach (Variant variant in product.Variants)
                {
                    cells[ImportColumns.Handle] = product.Handle;
                    foreach ((string column, string cell) in Cells(product, variant)) cells[column] = cell;
                    Row(csv, columns.Select(c => cells.GetValueOrDefault(c, "")));
                    cells.Clear();
                }
            }
            await csv.FlushAsync(cancellationToken);
            await Pass(part, file, cancellationToken);
        }
        await csv.FlushAsync(cancellationToken);
        await Pass(part, file, cancellationToken);
    }

    private static async Task Pass(MemoryStream part, Stream file, CancellationToken cancellationToken)
    {
        part.Position = 0;
        await part.CopyToAsync(file, cancellationToken);
        part.SetLength(0);
    }

    private static Dictionary<string, string> Cells(Product product)
    {
        Dictionary<string, string> cells = new(StringComparer.Ordinal)
        {
            [ImportColumns.Kind] = ImportColumns.Word(product.Kind),
            [ImportColumns.Status] = ImportColumns.Word(product.Status),
            [ImportColumns.PublishAt] = Time(product.PublishAt),
            [ImportColumns.UnpublishAt] = Time(product.UnpublishAt),
            [ImportColumns.Tags] = string.Join(';', product.Tags),
            [ImportColumns.Attributes] = string.Join(';', product.Attributes.Select(a => $"{a.Key}={a.Value}")),
            [ImportColumns.ImageUrl] = string.Join(' ', product.Images.Select(i => i.Url)),
            [ImportColumns.Related] = string.Join(';', product.Related),
        };
        foreach ((string language, ProductText text) in product.Texts)
        {
            cells[ImportColumns.Slug(language)] = text.Slug;
            cells[ImportColumns.Title(language)] = text.Title;
            cells[ImportColumns.Description(language)] = text.Description;
        }
        foreach (string language in Locales.All) cells[ImportColumns.Category(language)] = string.Join(" > ", product.Category.Select(s => s.Name.GetValueOrDefault(language)).OfType<string>());
        return cells;
    }

    private static IEnumerable<(string Column, string Cell)> Cells(Product product, Variant variant)
    {
        yield return (ImportColumns.Sku, variant.Sku.Value);
        yield return (ImportColumns.Barcode, variant.Barcode ?? "");
        yield return (ImportColumns.WeightGrams, Number(variant.WeightGrams));
        yield return (ImportColumns.LengthCm, Number(variant.Dimensions?.LengthCm));
        yield return (ImportColumns.WidthCm, Number(variant.Dimensions?.WidthCm));
        yield return (ImportColumns.HeightCm, Number(variant.Dimensions?.HeightCm));
        yield return (ImportColumns.TaxCategory, variant.TaxCategory);
        yield return (ImportColumns.DigitalFile, variant.DownloadFile ?? "");
        yield return (ImportColumns.DownloadLimit, Number(variant.Digital?.DownloadLimit));
        yield return (ImportColumns.AccessDays, Number(variant.Digital?.AccessDays));
        yield return (ImportColumns.Licence, variant.Digital?.Licence is { } source ? ImportColumns.Word(source) : "");
        yield return (ImportColumns.ActivationLimit, Number(variant.Digital?.ActivationLimit));
        yield return (ImportColumns.Watermark, variant.Digital is { Watermark: true } ? "true" : "");
        yield return (ImportColumns.TermsVersion, variant.Digital?.Terms?.Version ?? "");
        yield return (ImportColumns.TermsUrl, variant.Digital?.Terms?.Url ?? "");
        yield return (ImportColumns.GiftCard, variant.Digital is { GiftCard: true } ? "true" : "");
        yield return (ImportColumns.MinimumQuantity, Number(variant.Quantity?.Min));
        yield return (ImportColumns.MaximumQuantity, Number(variant.Quantity?.Max));
        yield return (ImportColumns.QuantityStep, Number(variant.Quantity?.Step));
        for (int o = 0; o < product.Options.Count; o++)
        {
            ProductOption option = product.Options[o];
            foreach ((string language, string name) in option.Name) yield return (ImportColumns.OptionName(o + 1, language), name);
            foreach ((string language, string value) in option.Values[variant.Choices[o]]) yield return (ImportColumns.OptionValue(o + 1, language), value);
        }
        foreach (Price price in variant.Prices)
        {
            string code = price.Amount.Currency.Code;
            yield return (ImportColumns.Price(code), Major(price.Amount));
            yield return (ImportColumns.CompareAtPrice(code), Major(price.CompareAt));
            yield return (ImportColumns.SalePrice(code), Major(price.Sale?.Amount));
            yield return (ImportColumns.SaleFrom(code), Time(price.Sale?.From));
            yield return (ImportColumns.SaleUntil(code), Time(price.Sale?.Until));
            yield return (ImportColumns.TierPrices(code), string.Join(';', (price.Tiers ?? []).Select(t => $"{Number(t.From)}={Major(t.Amount)}")));
            yield return (ImportColumns.GroupPrices(code), string.Join(';', (price.Groups ?? []).SelectMany(g =>
                (g.Tiers ?? []).Select(t => $"{g.Group}:{Number(t.From)}={Major(t.Amount)}").Prepend($"{g.Group}={Major(g.Amount)}"))));
        }
    }

    private static void Row(CsvWriter csv, IEnumerable<string> cells)
    {
        foreach (string cell in cells) csv.WriteField(cell);
        csv.EndRecord();
    }

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Major(Money? money) => money is { } some ? (some.Amount / (decimal)some.Currency.MinorUnits).ToString("0.###", CultureInfo.InvariantCulture) : "";

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture) ?? "";
}
