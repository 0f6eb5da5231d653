using Shop.Common;

namespace Shop.Reports;

/// <summary>A table of a report, the same for every file format. Cells are text, <see cref="long"/> or <see cref="decimal"/>.</summary>
public sealed record Sheet(string Name, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object>> Rows)
{
    /// <summary>
    /// Text that came from outside. A spreadsheet runs a cell that begins with one of these as a formula, with the rights of whoever opens
    /// the file (OWASP, "CSV injection"); behind an apostrophe it stays text.
    /// </summary>
    public static string Text(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? "'" + text : text;

    /// <summary>In major units, with as many decimals as the currency has: 150000.00 for Rp150.000.</summary>
    public static decimal Amount(Money money) => money.Amount / (decimal)money.Currency.MinorUnits + new decimal(0, 0, 0, isNegative: false, (byte)money.Currency.Exponent);
}
