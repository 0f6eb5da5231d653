using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>Files of products that staff takes out.</summary>
public sealed class ExportEndpoints(StartExport start, ExportStore exports)
{
    /// <summary>Has all products written into a file.</summary>
    /// <remarks>The answer tells where to look for it. The file can be imported again: a shop that has not changed stays as it is.</remarks>
    [Function("StartExport"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Body<ExportRequest>, Answer<ExportJob>(202)]
    public Task<IResult> Start([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/exports")] HttpRequest request) =>
        request.ReadBody<ExportRequest>().Then(asked => start.Run(asked, request.HttpContext.RequestAborted)).ToHttp(job => Respond.Accepted($"/v1/admin/exports/{job.Id}", job));

    /// <summary>Tells whether an export is there.</summary>
    [Function("GetExport"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<ExportJob>(200), Refusal(404, "catalog.export-unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/exports/{exportId}")] HttpRequest request, string exportId) =>
        await Find(exportId, request) is { } job ? Respond.Ok(job) : CatalogProblems.ExportUnknown.ToHttp();

    /// <summary>The file of an export.</summary>
    [Function("GetExportFile"), Staff(Role.Catalog), ApiKeyScope("catalog:read")]
    [Answer(200, ContentType = CatalogFileFormats.CsvType), Answer(200, ContentType = CatalogFileFormats.NdjsonType), Refusal(404, "catalog.export-unknown")]
    public async Task<IResult> GetFile([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/exports/{exportId}/file")] HttpRequest request, string exportId)
    {
        if (await Find(exportId, request) is not { Status: ExportStatus.Completed } job) return CatalogProblems.ExportUnknown.ToHttp();
        Stream content = await exports.OpenFile(job, request.HttpContext.RequestAborted);
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(content, job.Format.MediaType(), $"catalogue.{job.Format.Extension()}");
    }

    private async Task<ExportJob?> Find(string exportId, HttpRequest request) =>
        Ids.IsValid("exp", exportId) ? await exports.Find(exportId, request.HttpContext.RequestAborted) : null;
}
