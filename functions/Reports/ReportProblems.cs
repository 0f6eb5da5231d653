using Shop.Common;

namespace Shop.Reports;

/// <summary>Every refusal of this module.</summary>
public static class ReportProblems
{
    public static Problem Unknown { get; } = new(404, "report.unknown", "There is no such report.");

    public static Problem FileUnknown { get; } = new(404, "report.file-unknown", "This report has no such file; its files are there when its status is done.");

    public static Problem RangeInvalid { get; } = new(422, "report.range-invalid", $"A report covers 1 to {AskForReport.MostDays} days.");
}
