using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// A finished answer: its bytes and their strong ETag, shared by every request that asks the same. The ETag is of the content, so that
/// all instances agree on it. What members of customer groups see is kept by nobody but them.
/// </summary>
/// <param name="groups">Whose prices it shows.</param>
internal sealed class CatalogAnswer(byte[] json, string locale, GroupSet groups) : IResult
{
    /// <summary>Browsers and CDNs ask again after a minute, and show what they have while they do.</summary>
    private const string CacheControl = "public, max-age=60, stale-while-revalidate=600";

    private const string ForMembers = "private, max-age=60";

    /// <summary>Guests' answers too: a cache must not show them to members.</summary>
    private const string Vary = "Accept-Language, Authorization";

    public byte[] Json { get; } = json;

    public string ETag { get; } = ETags.OfContent(json);

    public async Task ExecuteAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.Headers.CacheControl = groups.IsEmpty ? CacheControl : ForMembers;
        response.Headers.Append("Vary", Vary);
        response.Headers.ContentLanguage = locale;
        if (ETags.IsHeld(context, ETag)) return;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = Json.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(Json, context.RequestAborted);
    }
}
