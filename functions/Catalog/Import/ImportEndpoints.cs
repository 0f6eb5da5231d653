using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>Files of products that staff hands in.</summary>
public sealed class ImportEndpoints(StartImport start, BreakOffImport broken, ImportStore imports, Cursors cursors)
{
    /// <summary>The Functions host itself takes 100 MB at most.</summary>
    private const long LargestFileBytes = 90 * 1024 * 1024;
    private const string One = "v1/admin/imports/{importId}";

    /// <summary>Imports products from a file.</summary>
    /// <remarks>
    /// The file is the body, in UTF-8: text/csv with a row for each variant, or application/x-ndjson with a product on each line; 90 MiB and
    /// 500,000 rows at most. The same file again changes nothing. The answer tells where the job says how far it is.
    /// </remarks>
    [Function("StartImport"), Staff(Role.Catalog), ApiKeyScope("catalog:write"), BodyLimit(LargestFileBytes)]
    [Body(typeof(Stream), ContentType = CatalogFileFormats.CsvType), Body(typeof(Stream), ContentType = CatalogFileFormats.NdjsonType)]
    [Answer<ImportJob>(202), Refusal(415, "request.media-type-unsupported")]
    public async Task<IResult> Start([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/admin/imports")] HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || CatalogFileFormats.Of(type.MediaType.Value ?? "") is not { } format)
            return CatalogProblems.FileExpected.ToHttp();
        await using Stream file = request.OpenBody();
        ImportJob job = await start.Run(file, format, request.Principal().Actor, request.HttpContext.RequestAborted);
        return Respond.Accepted($"/v1/admin/imports/{job.Id}", job);
    }

    /// <summary>Tells how far an import is.</summary>
    [Function("GetImport"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<ImportJob>(200), Refusal(404, "catalog.import-unknown")]
    public async Task<IResult> Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One)] HttpRequest request, string importId) =>
        await Find(importId, request) is { } job ? Respond.Ok(job) : CatalogProblems.ImportUnknown.ToHttp();

    /// <summary>Goes on with an import that broke off.</summary>
    /// <remarks>Behind the products that are done. What broke it off is in its failure.</remarks>
    [Function("ResumeImport"), Staff(Role.Catalog), ApiKeyScope("catalog:write"), Answer<ImportJob>(202), Refusal(404, "catalog.import-unknown"), Refusal(409, "catalog.import-ended")]
    public async Task<IResult> Resume([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/resume")] HttpRequest request, string importId) =>
        Ids.IsValid("imp", importId)
            ? (await broken.Resume(importId, request.HttpContext.RequestAborted)).ToHttp(job => Respond.Accepted($"/v1/admin/imports/{job.Id}", job))
            : CatalogProblems.ImportUnknown.ToHttp();

    /// <summary>Tells what became of each row, as far as the import is.</summary>
    [Function("ListImportResults"), Staff(Role.Catalog), ApiKeyScope("catalog:read"), Answer<Page<ImportRowResult>>(200), Refusal(404, "catalog.import-unknown")]
    [QueryParameter("refused", typeof(bool), "true: only rows that were refused.")]
    [QueryParameter("limit", typeof(int), "1 to 100, 20 when absent."), QueryParameter("cursor", typeof(string), "From nextCursor of the page before.")]
    public async Task<IResult> Results([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = One + "/results")] HttpRequest request, string importId)
    {
        Query query = request.ReadQuery();
        (bool refused, int limit, string? after) = (query.Flag("refused") ?? false, query.Limit(), query.Cursor(cursors));
        if (query.Problem is { } problem) return problem.ToHttp();
        if (await Find(importId, request) is not { } job) return CatalogProblems.ImportUnknown.ToHttp();
        // One more than is shown tells whether there are more.
        IReadOnlyList<ImportRowResult> rows = await imports.ReadResults(job.Id, refused, int.Parse(after ?? "0", CultureInfo.InvariantCulture), limit + 1, request.HttpContext.RequestAborted);
        string? last = rows.Count > limit ? rows[limit - 1].Row.ToString(CultureInfo.InvariantCulture) : null;
        return Respond.Ok(new Page<ImportRowResult>([.. rows.Take(limit)], cursors.Next(request, last)));
    }

    private async Task<ImportJob?> Find(string importId, HttpRequest request) =>
        Ids.IsValid("imp", importId) ? (await imports.Find(importId, request.HttpContext.RequestAborted))?.Value : null;
}
