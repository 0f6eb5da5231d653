using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>Reads a file with a product on each line, as JSON in the shape that staff sends. Columns of its mistakes are JSON Pointers.</summary>
internal sealed class NdjsonReader(Currency currency, string locale)
{
    private const int MostLines = 20_000;

    public ImportFile Read(ReadOnlyMemory<byte> file)
    {
        List<ImportProduct> products = [];
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        for (int number = 1; file.Length > 0; number++)
        {
            int end = file.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = end < 0 ? file : file[..end];
            file = end < 0 ? default : file[(end + 1)..];
            if (line.Span.Trim(" \r\t"u8).Length == 0) continue;
            if (products.Count == MostLines) return new ImportFile([], $"The file has more than {MostLines} lines; split it.");
            products.Add(Product(number, line, lines));
        }
        return new ImportFile(products, null);
    }

    /// <param name="lines">Where each handle and each SKU stands.</param>
    private ImportProduct Product(int number, ReadOnlyMemory<byte> line, Dictionary<string, int> lines)
    {
        ImportMistake Tell(FieldError mistake) => new(number, mistake.Pointer, mistake.Detail);
        Result<NewProduct> read = Body.Parse<NewProduct>(line.ToArray());
        if (read.Problem is { } problem) return new ImportProduct([new ImportRow(number, "", null)], null, [.. problem.Errors.Select(Tell)]) { Tell = Tell };

        Product product = read.Value.ToProduct(read.Value.Handle);
        List<FieldError> mistakes = [.. new ProductRules(currency, locale).Check(product)];
        foreach ((string pointer, string name) in product.Variants.Select((v, i) => ($"/variants/{i}/sku", v.Sku.Value)).DistinctBy(v => v.Value).Prepend(("/handle", CatalogKeys.Handle(product.Handle))))
            if (!lines.TryAdd(name, number)) mistakes.Add(new FieldError(pointer, $"is in line {lines[name]} already"));
        string skus = string.Join(' ', product.Variants.Select(v => v.Sku.Value));
        return new ImportProduct([new ImportRow(number, skus, null)], mistakes.Count == 0 ? product : null, [.. mistakes.Select(Tell)]) { Tell = Tell };
    }
}
