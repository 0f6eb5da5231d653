using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;

namespace Shop.Http;

/// <summary>
/// A whole answer. Its JSON is written while the middleware still watches, so that a value which cannot be written becomes a problem
/// and not the host's empty 500, and so that the answer to an idempotent request can be stored.
/// </summary>
public sealed class Reply : IResult, IStatusCodeHttpResult, IContentTypeHttpResult
{
    private readonly object? _value;
    private readonly string _contentType = "application/json; charset=utf-8";
    private byte[]? _body;

    internal Reply(int status, object? value = null) => (Status, _value) = (status, value);

    internal Reply(int status, byte[] body, string contentType) => (Status, _body, _contentType) = (status, body, contentType);

    public int Status { get; }

    public string ContentType => Problem is null ? _contentType : ProblemJson.ContentType;

    public string? Location { get; init; }

    /// <summary>Strong, with its quotes.</summary>
    public string? ETag { get; init; }

    /// <summary>Carts, orders and everything of staff stay out of every cache.</summary>
    public string CacheControl { get; init; } = "no-store";

    public string? Vary { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public string? Allow { get; init; }

    public string? WwwAuthenticate { get; init; }

    internal bool Replayed { get; init; }

    /// <summary>The refusal, when this is one.</summary>
    public Problem? Problem { get; internal init; }

    int? IStatusCodeHttpResult.StatusCode => Status;

    /// <summary>Writes the body once; safe to call again.</summary>
    internal byte[] Body(HttpContext context) => _body ??= Problem is { } problem
        ? ProblemJson.Write(problem, RequestFacts.Of(context).TraceId)
        : _value is null ? [] : JsonSerializer.SerializeToUtf8Bytes(_value, _value.GetType(), ShopJson.Options);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        byte[] body = Body(httpContext);
        HttpResponse response = httpContext.Response;
        response.StatusCode = Status;
        IHeaderDictionary headers = response.Headers;
        headers.CacheControl = CacheControl;
        if (Location is not null) headers.Location = Location;
        if (ETag is not null) headers.ETag = ETag;
        if (Vary is not null) headers.Append("Vary", Vary);
        if (Allow is not null) headers.Allow = Allow;
        if (WwwAuthenticate is not null) headers.WWWAuthenticate = WwwAuthenticate;
        if (RetryAfter is { } wait) headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (Replayed) headers["Idempotent-Replayed"] = "true";
        if (body.Length == 0 && Status is 204 or 304) return;

        response.ContentLength = body.Length;
        if (body.Length == 0) return;
        response.ContentType = ContentType;
        if (!HttpMethods.IsHead(httpContext.Request.Method)) await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}
