using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Catalog;

/// <summary>Files of products that staff hands in.</summary>
public sealed class ImportEndpoints(StartImport start, ImportStore imports)
{
    private const long LargestFileBytes = 16 * 1024 * 1024;

    /// <summary>Imports products from a file.</summary>
    /// <remarks>
    /// The file is the body, in UTF-8: text/csv with a row for each variant, or application/x-ndjson with a product on each line. The same file again changes nothing.
    /// The answer tells where the job reports on each row.
    /// </remarks>
    [Function("StartImport"), Staff(Role.Catalog), ApiKeyScope("catalog:write"), BodyLimit(LargestFileBytes)]
    [Body(typeof(Stream), ContentType = CatalogFileFormats.CsvType), Body(typeof(Stream), ContentType = CatalogFileFormats.NdjsonType)]
    [Answer<ImportJob>(202), Refusal(415, "request.media-type-unsupported")]
    public async Task<IResult> Start([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/imports")] HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || CatalogFileFormats.Of(type.MediaType.Value ?? "") is not { } format)
            return CatalogProblems.FileExpected.ToHttp();
        Result<byte[]> file = await request.ReadBytes();
        if (file.Problem is { } problem) return problem.ToHttp();
        ImportJob job = await start.Run(file.Value, format, request.Principal().Actor, request.HttpContext.RequestAborted);
        return Respond.Accepted($"/v1/admin/imports/{job.Id}", job);
    }

    /// <summary>Tells how far an import is and what became of each row.</summary>
    [Function("GetImport"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<ImportReport>(200), Refusal(404, "catalog.import-unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/admin/imports/{importId}")] HttpRequest request, string importId)
    {
        CancellationToken aborted = request.HttpContext.RequestAborted;
        if (!Ids.IsValid("imp", importId) || await imports.Find(importId, aborted) is not { Value: var job }) return CatalogProblems.ImportUnknown.ToHttp();
        IReadOnlyList<ImportRowResult> results = job.Status == ImportStatus.Completed ? await imports.ReadResults(importId, aborted) : [];
        return Respond.Ok(new ImportReport(job.Id, job.Status, job.CreatedAt, job.FinishedAt, job.Rows, job.Failure, results));
    }
}

/// <summary>An import with its rows.</summary>
/// <param name="Id"><c>imp_…</c></param>
/// <param name="Status">Completed also where rows were refused; failed where the file could not be read.</param>
/// <param name="CreatedAt">When it was handed in.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Rows">How far it is.</param>
/// <param name="Failure">Why the file could not be read.</param>
/// <param name="Results">Each row, once the import is complete.</param>
public sealed record ImportReport(
    string Id, ImportStatus Status, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, ImportCounts Rows, string? Failure, IReadOnlyList<ImportRowResult> Results);
