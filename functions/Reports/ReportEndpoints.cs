using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Reports;

/// <summary>Reports for staff.</summary>
public sealed class ReportEndpoints(AskForReport ask, ReportStore reports)
{
    /// <summary>Has a report built.</summary>
    /// <remarks>The answer tells where to look for it. What is sold now is in a report a moment later.</remarks>
    [Function("StartReport"), Staff(Role.Reports), ApiKeyScope("reports:write")]
    [Body<ReportRequest>, Answer<ReportJob>(202), Refusal(422, "report.range-invalid")]
    public Task<IResult> Start([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/reports")] HttpRequest request) =>
        request.ReadBody<ReportRequest>().Then(asked => ask.Run(asked, request.HttpContext.RequestAborted)).ToHttp(job => Respond.Accepted($"/v1/admin/reports/{job.Id}", job));

    /// <summary>Tells how far a report is and where its files are.</summary>
    /// <param name="reportId">As the answer said; <c>rep_sales-2026-11-23</c> is the nightly report of that day.</param>
    [Function("GetReport"), Staff(Role.Reports), ApiKeyScope("reports:read"), Answer<ReportJob>(200), Refusal(404, "report.unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/reports/{reportId}")] HttpRequest request, string reportId) =>
        await Find(reportId, request) is { } job ? Respond.Ok(job) : ReportProblems.Unknown.ToHttp();

    /// <summary>A file of a report: each day and product as CSV, or days and products as sheets of an Excel book.</summary>
    /// <param name="format"><c>csv</c> or <c>xlsx</c>.</param>
    [Function("GetReportFile"), Staff(Role.Reports), ApiKeyScope("reports:read")]
    [Answer(200, ContentType = ReportFormats.CsvType), Answer(200, ContentType = ReportFormats.XlsxType), Refusal(404, "report.unknown", "report.file-unknown")]
    public async Task<IResult> GetFile([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/reports/{reportId}/files/{format}")] HttpRequest request, string reportId, string format)
    {
        if (await Find(reportId, request) is not { } job) return ReportProblems.Unknown.ToHttp();
        if (job.Files.FirstOrDefault(f => f.Format.Extension() == format) is not { } file) return ReportProblems.FileUnknown.ToHttp();
        Stream content = await reports.OpenFile(job, file.Format, request.HttpContext.RequestAborted);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(content, file.Format.MediaType(), $"{job.Kind.ToString().ToLowerInvariant()}-{BusinessDays.Text(job.From)}-{BusinessDays.Text(job.To)}.{format}");
    }

    private async Task<ReportJob?> Find(string reportId, HttpRequest request) =>
        AskForReport.IsId(reportId) ? await reports.Find(reportId, request.HttpContext.RequestAborted) : null;
}
