using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

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

    public string ETag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 12))}\"";

    public async Task ExecuteAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.Headers.ETag = ETag;
        response.Headers.CacheControl = CacheControl;
        response.Headers.Vary = HeaderNames.AcceptLanguage;
        response.Headers.ContentLanguage = locale;
        if (Matches(context.Request.Headers.IfNoneMatch))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = Json.Length;
        await response.Body.WriteAsync(Json, context.RequestAborted);
    }

    /// <summary>Weak comparison, as RFC 9110 asks of If-None-Match: a proxy that compressed the answer may have weakened its tag.</summary>
    private bool Matches(Microsoft.Extensions.Primitives.StringValues header)
    {
        foreach (string? line in header)
            if (line is not null && (line.Trim() == "*" || line.Contains(ETag, StringComparison.Ordinal))) return true;
        return false;
    }
}
