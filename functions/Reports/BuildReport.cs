using Microsoft.Extensions.Logging;
using Shop.Common;

namespace Shop.Reports;

/// <summary>Builds the files of a report. It may run again after a crash: the same facts make the same files.</summary>
public sealed partial class BuildReport(ReportStore reports, SalesFactStore facts, ShopOptions shop, TimeProvider clock, ILogger<BuildReport> logger)
{
    public async Task Run(string reportId, CancellationToken cancellationToken)
    {
        ReportJob job = await reports.Find(reportId, cancellationToken) ?? throw new InvalidOperationException($"There is no report {reportId}.");
        if (job.Status == ReportStatus.Done) return;
        await reports.Write(job with { Status = ReportStatus.Running, FinishedAt = null }, cancellationToken);
        try
        {
            IReadOnlyList<ReportFile> files = await BuildSales(job, cancellationToken);
            await reports.Write(job with { Status = ReportStatus.Done, FinishedAt = clock.GetUtcNow(), Files = files }, cancellationToken);
            Built(reportId, job.From, job.To);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Thrown on, so that the queue tries again; whoever looks in between, or after the last try, sees that it failed.
            await reports.Write(job with { Status = ReportStatus.Failed, FinishedAt = clock.GetUtcNow() }, cancellationToken);
            throw;
        }
    }

    private async Task<IReadOnlyList<ReportFile>> BuildSales(ReportJob job, CancellationToken cancellationToken)
    {
        var tally = new SalesTally(Currency.Parse(shop.Currency));
        await foreach ((DateOnly day, SalesFact fact) in facts.Read(job.From, job.To, cancellationToken)) tally.Add(day, fact);
        SalesReport report = tally.Build();
        return
        [
            await Keep(job, ReportFormat.Csv, SheetFiles.Csv(SalesSheets.Details(report)), cancellationToken),
            await Keep(job, ReportFormat.Xlsx, await SheetFiles.Xlsx([SalesSheets.Days(report), SalesSheets.Products(report)], cancellationToken), cancellationToken),
        ];
    }

    private async Task<ReportFile> Keep(ReportJob job, ReportFormat format, byte[] file, CancellationToken cancellationToken)
    {
        await reports.WriteFile(job, format, file, cancellationToken);
        return new ReportFile(format, $"/v1/admin/reports/{job.Id}/files/{format.Extension()}", file.Length);
    }

    [LoggerMessage(9001, LogLevel.Information, "Report {ReportId} of {From} to {To} is built.")]
    private partial void Built(string reportId, DateOnly from, DateOnly to);
}
