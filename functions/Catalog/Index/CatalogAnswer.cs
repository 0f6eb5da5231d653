using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// A finished answer: its bytes and their strong ETag, shared by every request that asks the same. The ETag is of the content, so that
/// all instances agree on it.
/// </summary>
internal sealed class CatalogAnswer(byte[] json, string locale) : IResult
{
    /// <summary>Browsers and CDNs ask again after a minute, and show what they have while they do.</summary>
    private const string CacheControl = "public, max-age=60, stale-while-revalidate=600";

    public byte[] Json { get; } = json;

    public string ETag { get; } = ETags.OfContent(json);

    public async Task ExecuteAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.Headers.ETag = ETag;
        response.Headers.CacheControl = CacheControl;
        response.Headers.Vary = HeaderNames.AcceptLanguage;
        response.Headers.ContentLanguage = locale;
        if (ETags.NoneMatch(context.Request, ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = Json.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(Json, context.RequestAborted);
    }
}
