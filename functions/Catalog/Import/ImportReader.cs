using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// Reads a CSV file, UTF-8, separated by commas, semicolons or tabs, with the columns of <see cref="ImportColumns"/> in any order; product by
/// product, however long it is.
/// </summary>
internal sealed class ImportReader(Currency currency, string locale)
{
    private const int MostRows = 500_000;
    private const int LongestRowBytes = 256 * 1024;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whoever passes over a product still learns its handle and SKUs: a later one that repeats them is refused.</summary>
    /// <exception cref="UnreadableFileException">It is no such file; only reading it to its end tells for certain.</exception>
    public async IAsyncEnumerable<ImportGroup> Read(Stream csv, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = new StreamReader(csv, Utf8);
        await using CsvReader reader = CsvReader.Create(text, CsvReaderOptions.Default with
        {
            // A quote that is never closed would otherwise swallow the rest of the file.
            MalformedData = CsvMalformedDataHandling.Throw,
            FieldCountMismatch = CsvFieldCountHandling.Throw,
            MaxRecordSize = LongestRowBytes,
            TrimWhitespace = true,
            TrimInsideQuotes = true,
        });
        bool more = await Next(reader, cancellationToken);
        if (HeaderMistake([.. reader.Headers]) is { } mistake) throw new UnreadableFileException(mistake);
        var columns = new ImportHeader([.. reader.Headers]);

        List<ImportCells> group = [];
        HashSet<string> handles = new(StringComparer.Ordinal);
        Dictionary<string, int> rowsBySku = new(StringComparer.Ordinal);
        for (int row = 2; more; row++, more = await Next(reader, cancellationToken))
        {
            if (row > MostRows + 1) throw new UnreadableFileException($"The file has more than {MostRows} rows; split it.");
            var cells = new ImportCells(row, columns, reader);
            if (cells.IsEmpty) continue;
            if (group.Count > 0 && group[0][ImportColumns.Handle] != cells[ImportColumns.Handle])
            {
                yield return Close(group, handles, rowsBySku);
                group = [];
            }
            group.Add(cells);
        }
        if (group.Count > 0) yield return Close(group, handles, rowsBySku);
    }

    private static async Task<bool> Next(CsvReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (CsvFormatException malformed)
        {
            throw new UnreadableFileException($"Row {malformed.RecordNumber} is not CSV: a quote is not closed, it has more or fewer fields than the header, or it is longer than 256 KiB.");
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableFileException("The file is not UTF-8. Save it as \"CSV UTF-8\".");
        }
    }

    private ImportGroup Close(List<ImportCells> group, HashSet<string> handles, Dictionary<string, int> rowsBySku)
    {
        bool isRepeated = !handles.Add(group[0][ImportColumns.Handle]);
        List<ImportMistake> repeated = [];
        foreach (ImportCells row in group)
        {
            string sku = row[ImportColumns.Sku];
            if (sku.Length > 0 && !rowsBySku.TryAdd(sku, row.Row)) repeated.Add(new ImportMistake(row.Row, ImportColumns.Sku, $"{sku} is in row {rowsBySku[sku]} already"));
        }
        return new ImportGroup(group.Count, () => new ImportRules(currency, locale).Read(group, isRepeated).With(repeated));
    }

    private string? HeaderMistake(string[] header)
    {
        if (header.GroupBy(h => h, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) return $"Column {twice.Key} is there twice.";
        string[] missing = [.. ImportColumns.Required(locale, currency.Code).Except(header, StringComparer.Ordinal)];
        if (missing.Length > 0) return $"Columns are missing: {string.Join(", ", missing)}.";
        string[] unknown = [.. header.Except(ImportColumns.All(Locales.All), StringComparer.Ordinal).Where(h => ImportColumns.CurrencyOf(h) is null)];
        return unknown.Length > 0 ? $"Columns are unknown: {string.Join(", ", unknown)}." : null;
    }
}

/// <summary>The columns of a file, shared by its rows.</summary>
internal sealed class ImportHeader(IReadOnlyList<string> columns)
{
    private readonly Dictionary<string, int> _places = columns.Select(KeyValuePair.Create).ToDictionary(StringComparer.Ordinal);

    public IReadOnlyList<string> Columns { get; } = columns;

    /// <summary>Those that the file has columns for.</summary>
    public IReadOnlyList<Currency> Currencies { get; } = [.. columns.Select(ImportColumns.CurrencyOf).OfType<Currency>().Distinct()];

    public int PlaceOf(string column) => _places.GetValueOrDefault(column, -1);
}

/// <summary>One row's cells by column; a column that the file lacks is empty.</summary>
internal sealed class ImportCells
{
    private readonly ImportHeader _header;
    private readonly string[] _cells;

    public ImportCells(int row, ImportHeader header, CsvReader reader)
    {
        (Row, _header) = (row, header);
        _cells = [.. Enumerable.Range(0, header.Columns.Count).Select(reader.GetString)];
    }

    public int Row { get; }

    /// <summary>The columns that the file has, filled or not.</summary>
    public IReadOnlyList<string> Columns => _header.Columns;

    public IReadOnlyList<Currency> Currencies => _header.Currencies;

    public string this[string column] => _header.PlaceOf(column) is >= 0 and var place ? _cells[place] : "";

    /// <summary>
    /// The columns whose text would break what it is written into later: a mail's subject, a sheet's XML, a log. Only descriptions have lines.
    /// </summary>
    public IEnumerable<string> WithControlCharacters => Columns.Where((column, place) =>
        _cells[place].Any(c => char.IsControl(c) && !(c is '\n' or '\r' or '\t' && ImportColumns.IsDescription(column))));

    public bool IsEmpty => Array.TrueForAll(_cells, string.IsNullOrWhiteSpace);
}
