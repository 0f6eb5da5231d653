using System.Text;
using Shop.Catalog;
using Shop.Common;

namespace Shop.Tests.Catalog;

/// <summary>Import files: rows are valid by default, a test states the cells it is about.</summary>
internal static class Csv
{
    private static readonly string[] Columns =
    [
        "handle", "slug_id", "slug_en", "title_id", "title_en", "description_id", "description_en", "kind", "category_id", "category_en",
        "option1_name_id", "option1_name_en", "option1_value_id", "option1_value_en", "option2_name_id", "option2_name_en", "option2_value_id", "option2_value_en",
        "sku", "price_idr", "compare_at_price_idr", "weight_grams", "length_cm", "width_cm", "height_cm", "stock", "tax_category", "tags", "attributes", "image_url", "digital_file",
    ];

    /// <summary>The sample that ships with the shop.</summary>
    public static byte[] Sample { get; } = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "samples", "catalogue.csv"));

    public static Dictionary<string, string> Row(string handle, string sku, params (string Column, string Value)[] cells)
    {
        Dictionary<string, string> row = new(StringComparer.Ordinal)
        {
            ["handle"] = handle, ["title_id"] = $"Judul {handle}", ["title_en"] = $"Title {handle}", ["description_id"] = "Isi.", ["description_en"] = "Text.",
            ["slug_en"] = $"{handle}-en", ["kind"] = "physical", ["category_id"] = "Minuman > Kopi", ["category_en"] = "Drinks > Coffee",
            ["sku"] = sku, ["price_idr"] = "85000", ["weight_grams"] = "270", ["stock"] = "10",
        };
        foreach ((string column, string value) in cells) row[column] = value;
        return row;
    }

    /// <exception cref="UnreadableFileException">It is no such file.</exception>
    public static async Task<IReadOnlyList<ImportProduct>> Read(byte[] csv) =>
        await new ImportReader(Currency.Idr, "id").Read(new MemoryStream(csv), TestContext.Current.CancellationToken).Select(g => g.Read()).ToArrayAsync();

    public static byte[] Of(params Dictionary<string, string>[] rows)
    {
        string[] columns = [.. Columns.Union(rows.SelectMany(r => r.Keys), StringComparer.Ordinal)];
        return Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(r => string.Join(',', columns.Select(c => Quote(r.GetValueOrDefault(c, ""))))).Prepend(string.Join(',', columns))) + "\n");
    }

    private static string Quote(string cell) => cell.AsSpan().ContainsAny(",\"\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
