using CsvHelper;
using MiniExcelLibs;

namespace Shop.Reports;

/// <summary>Writes tables as the files people open.</summary>
public static class SheetFiles
{
    /// <summary>RFC 4180 with a point for decimals; the byte order mark tells Excel that it is UTF-8.</summary>
    public static byte[] Csv(Sheet sheet)
    {
        using var file = new MemoryStream();
        using (CsvWriter csv = CsvWriter.Create(file, CsvWriterOptions.Default with { WriteByteOrderMark = true }, leaveOpen: true))
        {
            WriteRow(csv, sheet.Columns);
            foreach (IReadOnlyList<object> row in sheet.Rows) WriteRow(csv, row);
        }
        return file.ToArray();
    }

    public static async Task<byte[]> Xlsx(IEnumerable<Sheet> sheets, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        Dictionary<string, object> book = sheets.ToDictionary(s => s.Name, s => (object)s.Rows.Select(row => NamedCells(s.Columns, row)), StringComparer.Ordinal);
        await file.SaveAsAsync(book, cancellationToken: cancellationToken);
        return file.ToArray();
    }

    private static void WriteRow(CsvWriter csv, IEnumerable<object> cells)
    {
        foreach (object cell in cells) csv.WriteField(cell);
        csv.EndRecord();
    }

    private static Dictionary<string, object> NamedCells(IReadOnlyList<string> columns, IReadOnlyList<object> cells) =>
        columns.Zip(cells).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal);
}
