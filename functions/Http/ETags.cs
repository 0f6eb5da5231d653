using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Shop.Common;

namespace Shop.Http;

/// <summary>Strong ETags (RFC 9110): quoted, opaque, equal only where the representation is.</summary>
public static class ETags
{
    /// <summary>Of a row's version. Storage gives weak ones that tell the time of the write; this is neither.</summary>
    public static string Strong(ETag version) => OfContent(Encoding.UTF8.GetBytes(version.ToString()));

    /// <summary>Of a body or of whatever it is computed from.</summary>
    public static string OfContent(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return $"\"{Base64Url.EncodeToString(hash[..15])}\"";
    }

    /// <summary>What the caller's <c>If-Match</c> asks for; a use case checks it against the row that it loaded.</summary>
    public static IfMatch IfMatch(this HttpRequest request) => new(request.Headers.IfMatch.ToString());

    /// <summary>The tag of the same content in a coding, which is another representation (RFC 9110, 8.8.3.3).</summary>
    /// <param name="etag">That of the content itself.</param>
    /// <param name="coding">Such as <c>br</c>.</param>
    internal static string In(string etag, string coding) => $"{etag.AsSpan(0, etag.Length - 1)}.{coding}\"";

    /// <summary>The tag under which the caller has this already, in whichever coding; <c>null</c> where <c>If-None-Match</c> names none.</summary>
    internal static string? Held(HttpRequest request, string etag)
    {
        if (request.Headers.IfNoneMatch.Count == 0 || !EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out IList<EntityTagHeaderValue>? held)) return null;
        // A proxy that compressed the body weakens the tag: the weak comparison is the one RFC 9110 asks for here.
        foreach (EntityTagHeaderValue tag in held)
        {
            if (tag.Tag == "*") return etag;
            if (tag.Tag == etag || Codings.Any(coding => tag.Tag == In(etag, coding))) return tag.Tag.Value;
        }
        return null;
    }

    /// <summary>Tags an answer, and makes it 304 where the caller has it already.</summary>
    /// <returns>Whether the answer is finished.</returns>
    internal static bool IsHeld(HttpContext context, string etag)
    {
        string? held = Held(context.Request, etag);
        context.Response.Headers.ETag = held ?? etag;
        if (held is not null) context.Response.StatusCode = StatusCodes.Status304NotModified;
        return held is not null;
    }

    /// <summary>Those that <see cref="Compression"/> knows.</summary>
    private static readonly string[] Codings = ["br", "gzip"];
}

/// <summary>The versions a caller is willing to change, from <c>If-Match</c>.</summary>
public readonly struct IfMatch
{
    private readonly string? _header;

    internal IfMatch(string header) => _header = header.Length == 0 ? null : header;

    /// <summary>No condition: for callers inside the shop.</summary>
    public static IfMatch Anything => default;

    /// <summary>412 when the caller named a version and the row has another; <c>null</c> when the change may go on.</summary>
    public Problem? Check(ETag version)
    {
        if (_header is null) return null;
        string current = ETags.Strong(version);
        bool matches = EntityTagHeaderValue.TryParseList([_header], out IList<EntityTagHeaderValue>? named) && named.Any(tag => tag.Tag == "*" || (!tag.IsWeak && tag.Tag == current));
        return matches ? null : HttpProblems.PreconditionFailed;
    }
}
