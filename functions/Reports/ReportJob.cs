namespace Shop.Reports;

public enum ReportKind { Sales }

public enum ReportStatus { Queued, Running, Done, Failed }

public enum ReportFormat { Csv, Xlsx }

public static class ReportFormats
{
    internal const string CsvType = "text/csv";

    internal const string XlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>In addresses and at the end of a file's name.</summary>
    public static string Extension(this ReportFormat format) => format == ReportFormat.Csv ? "csv" : "xlsx";

    public static string MediaType(this ReportFormat format) => format == ReportFormat.Csv ? CsvType : XlsxType;
}

/// <summary>A report that was asked for.</summary>
/// <param name="Id"><c>rep_…</c>; the nightly report of a day is <c>rep_sales-2026-11-23</c>.</param>
/// <param name="Kind">What it reports on.</param>
/// <param name="From">The first business day, in the shop's time zone.</param>
/// <param name="To">The last one, included.</param>
/// <param name="Status">A failed report is tried again a few times and may be done yet.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="FinishedAt">When it was done or failed.</param>
/// <param name="Files">None before it is done.</param>
public sealed record ReportJob(
    string Id, ReportKind Kind, DateOnly From, DateOnly To, ReportStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, IReadOnlyList<ReportFile> Files);

/// <param name="Format">Of the file.</param>
/// <param name="Url">Where staff fetches it.</param>
/// <param name="Bytes">Its length.</param>
public sealed record ReportFile(ReportFormat Format, string Url, long Bytes);
