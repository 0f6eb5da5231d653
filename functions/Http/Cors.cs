using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;

namespace Shop.Http;

/// <summary>Section <c>Cors</c>.</summary>
public sealed class CorsOptions
{
    /// <summary>Comma-separated origins whose pages may call the API, such as <c>https://shop.example</c>; <c>*</c> for all; empty for none.</summary>
    [Required(AllowEmptyStrings = true)]
    public string Origins { get; init; } = "";
}

/// <summary>Cross-origin answers. Credentials are bearers and never cookies, so that any listed origin is told its own name and nothing else.</summary>
internal sealed class Cors(CorsOptions options)
{
    private readonly HashSet<string> _origins = new(options.Origins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);

    public void Apply(HttpContext http)
    {
        if (_origins.Count == 0) return;
        IHeaderDictionary headers = http.Response.Headers;
        headers.Append("Vary", "Origin");
        string origin = http.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || !(_origins.Contains("*") || _origins.Contains(origin))) return;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = "ETag, Location, Retry-After, Idempotent-Replayed";
    }

    /// <summary>The rest of a preflight's answer.</summary>
    public static void Preflight(HttpContext http, IReadOnlyList<string> verbs)
    {
        IHeaderDictionary headers = http.Response.Headers;
        if (headers.AccessControlAllowOrigin.Count == 0) return;
        headers.AccessControlAllowMethods = string.Join(", ", verbs);
        headers.AccessControlAllowHeaders = "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, traceparent";
        headers.AccessControlMaxAge = "7200";
    }
}
