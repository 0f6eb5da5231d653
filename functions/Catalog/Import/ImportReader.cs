using System.Text.Unicode;
using CsvHelper;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>Reads a CSV file, UTF-8, separated by commas, semicolons or tabs, with the columns of <see cref="ImportColumns"/> in any order.</summary>
internal sealed class ImportReader(Currency currency, string locale)
{
    private const int MostRows = 20_000;
    private const int LongestRowBytes = 256 * 1024;

    public ImportFile Read(byte[] csv)
    {
        if (!Utf8.IsValid(csv)) return Unreadable("The file is not UTF-8. Save it as \"CSV UTF-8\".");
        try
        {
            // A quote that is never closed would otherwise swallow the rest of the file.
            using CsvReader reader = CsvReader.Create(csv, CsvReaderOptions.Default with
            {
                MalformedData = CsvMalformedDataHandling.Throw,
                FieldCountMismatch = CsvFieldCountHandling.Throw,
                MaxRecordSize = LongestRowBytes,
                TrimWhitespace = true,
                TrimInsideQuotes = true,
            });
            string[] header = [.. reader.Headers];
            if (HeaderMistake(header) is { } mistake) return Unreadable(mistake);
            Currency[] currencies = [.. header.Select(ImportColumns.CurrencyOf).OfType<Currency>().Distinct()];

            List<ImportProduct> products = [];
            List<ImportCells> group = [];
            HashSet<string> handles = new(StringComparer.Ordinal);
            void Close()
            {
                if (group.Count > 0) products.Add(new ImportRules(currency, locale).Read(group, isRepeated: !handles.Add(group[0][ImportColumns.Handle])));
                group = [];
            }
            for (int row = 2; reader.Read(); row++)
            {
                if (row > MostRows + 1) return Unreadable($"The file has more than {MostRows} rows; split it.");
                var cells = new ImportCells(row, header.Select((name, i) => KeyValuePair.Create(name, reader.GetString(i))).ToDictionary(StringComparer.Ordinal)) { Columns = header, Currencies = currencies };
                if (cells.IsEmpty) continue;
                if (group.Count > 0 && group[0][ImportColumns.Handle] != cells[ImportColumns.Handle]) Close();
                group.Add(cells);
            }
            Close();
            return new ImportFile(RefuseRepeatedSkus(products), null);
        }
        catch (CsvFormatException malformed)
        {
            return Unreadable($"Row {malformed.RecordNumber} is not CSV: a quote is not closed, or it has more or fewer fields than the header.");
        }
    }

    private string? HeaderMistake(string[] header)
    {
        if (header.GroupBy(h => h, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) return $"Column {twice.Key} is there twice.";
        string[] missing = [.. ImportColumns.Required(locale, currency.Code).Except(header, StringComparer.Ordinal)];
        if (missing.Length > 0) return $"Columns are missing: {string.Join(", ", missing)}.";
        string[] unknown = [.. header.Except(ImportColumns.All(Locales.All), StringComparer.Ordinal).Where(h => ImportColumns.CurrencyOf(h) is null)];
        return unknown.Length > 0 ? $"Columns are unknown: {string.Join(", ", unknown)}." : null;
    }

    private static IReadOnlyList<ImportProduct> RefuseRepeatedSkus(List<ImportProduct> products)
    {
        var repeated = products.SelectMany(p => p.Rows).GroupBy(r => r.Sku, StringComparer.Ordinal).Where(g => g.Key.Length > 0 && g.Count() > 1).ToDictionary(g => g.Key, g => g.First().Number, StringComparer.Ordinal);
        return repeated.Count == 0 ? products : [.. products.Select(product =>
        {
            ImportMistake[] mistakes = [.. product.Rows.Where(r => repeated.TryGetValue(r.Sku, out int first) && first != r.Number)
                .Where(r => !product.Mistakes.Any(m => m.Row == r.Number && m.Column == ImportColumns.Sku))
                .Select(r => new ImportMistake(r.Number, ImportColumns.Sku, $"{r.Sku} is in row {repeated[r.Sku]} already"))];
            return mistakes.Length == 0 ? product : product with { Product = null, Mistakes = [.. product.Mistakes, .. mistakes] };
        })];
    }

    private static ImportFile Unreadable(string why) => new([], why);
}

/// <summary>One row's cells by column; a column that the file lacks is empty.</summary>
internal sealed class ImportCells(int row, IReadOnlyDictionary<string, string> cells)
{
    public int Row { get; } = row;

    /// <summary>The columns that the file has, filled or not.</summary>
    public required IReadOnlyCollection<string> Columns { get; init; }

    /// <summary>Those that the file has columns for.</summary>
    public required IReadOnlyList<Currency> Currencies { get; init; }

    public string this[string column] => cells.GetValueOrDefault(column) ?? "";

    /// <summary>
    /// The columns whose text would break what it is written into later: a mail's subject, a sheet's XML, a log. Only descriptions have lines.
    /// </summary>
    public IEnumerable<string> WithControlCharacters =>
        from cell in cells
        where cell.Value.Any(c => char.IsControl(c) && !(c is '\n' or '\r' or '\t' && ImportColumns.IsDescription(cell.Key)))
        select cell.Key;

    public bool IsEmpty => cells.Values.All(string.IsNullOrWhiteSpace);
}
