using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Shop.Http.OpenApi;

public sealed class OpenApiEndpoints(ApiDescription description)
{
    /// <summary>This description, as OpenAPI 3.1.</summary>
    [Function("DescribeApi"), Access(Caller.Anyone), Answer<JsonElement>(200), Answer(304)]
    public IResult Describe([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        Respond.CachedBytes(request, description.Document, "application/json; charset=utf-8", description.ETag);

    /// <summary>The API reference as a page.</summary>
    /// <remarks>It works without the internet.</remarks>
    [Function("ShowApiReference"), Access(Caller.Anyone), Answer(200, ContentType = "text/html"), Answer(304)]
    public IResult Show([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "docs")] HttpRequest request)
    {
        request.HttpContext.Response.Headers.ContentSecurityPolicy = ApiReference.ContentSecurityPolicy;
        return Respond.CachedBytes(request, Encoding.UTF8.GetBytes(ApiReference.Page), "text/html; charset=utf-8", ApiReference.ETag);
    }

    /// <summary>The script behind the API reference.</summary>
    [Function("LoadApiReference"), Access(Caller.Anyone), Answer(200, ContentType = "text/javascript"), Answer(304)]
    public IResult Load([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ApiReference.ScriptRoute)] HttpRequest request) =>
        Respond.CachedBytes(request, ApiReference.Script, "text/javascript; charset=utf-8", ApiReference.ETag, TimeSpan.FromDays(1));
}
