using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Shop.Common;

namespace Shop.Http;

/// <summary>Reads request bodies strictly: the host's own binding ignores unknown fields and answers a malformed one with an empty 500.</summary>
public static class Body
{
    internal const int MaxDepth = 32;

    /// <summary>
    /// The JSON body as <typeparamref name="T"/>: 400 with a pointer to every mistake (malformed, unknown, missing, duplicate, wrong type, out of
    /// the bounds that attributes on <typeparamref name="T"/> state), 415 for another media type, 413 above the function's limit.
    /// </summary>
    public static async Task<Result<T>> ReadBody<T>(this HttpRequest request) where T : notnull
    {
        if (!IsJson(request)) return HttpProblems.MediaTypeUnsupported;
        Result<byte[]> bytes = await request.ReadBytes();
        return bytes.Problem is { } problem ? problem : Parse<T>(bytes.Value);
    }

    /// <summary>As <see cref="ReadBody{T}"/> where the body may be left out: then it is a <typeparamref name="T"/> made of nothing, <c>{}</c>.</summary>
    public static async Task<Result<T>> ReadOptionalBody<T>(this HttpRequest request) where T : notnull
    {
        Result<byte[]> bytes = await request.ReadBytes();
        if (bytes.Problem is { } problem) return problem;
        if (bytes.Value.Length == 0) return Parse<T>("{}"u8.ToArray());
        return IsJson(request) ? Parse<T>(bytes.Value) : HttpProblems.MediaTypeUnsupported;
    }

    /// <summary>The body as it came, for signatures: 413 above the function's limit.</summary>
    public static async Task<Result<byte[]>> ReadBytes(this HttpRequest request)
    {
        long limit = RequestFacts.Of(request.HttpContext).BodyLimit;
        if (request.ContentLength > limit) return HttpProblems.TooLarge(limit);

        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            // A chunked body has no length: it is counted while it comes.
            for (int read; (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;)
            {
                if (body.Length + read > limit) return HttpProblems.TooLarge(limit);
                body.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return body.ToArray();
    }

    /// <summary>The body while it comes, for what is too large to be held: reading beyond the function's limit throws, which answers 413.</summary>
    public static Stream OpenBody(this HttpRequest request) => new LimitedBody(request.Body, RequestFacts.Of(request.HttpContext).BodyLimit);

    internal static Result<T> Parse<T>(byte[] utf8) where T : notnull
    {
        if (!Utf8.IsValid(utf8)) return HttpProblems.Invalid.At("", "The body is not UTF-8.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var mistakes = BodyMistakes.Find(document.RootElement, ShopJson.Strict.GetTypeInfo(typeof(T)));
            if (mistakes.Count > 0) return HttpProblems.Invalid with { Errors = mistakes };
            return document.RootElement.Deserialize<T>(ShopJson.Strict) is { } value ? value : HttpProblems.Invalid.At("", "The body is null.");
        }
        catch (JsonException malformed)
        {
            // The parser's text names our types; its position does not.
            return HttpProblems.Invalid.At("", $"The body is not JSON, at line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}; at most {MaxDepth} levels are read.");
        }
    }

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.MediaType.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase) && HttpMethods.IsPatch(request.Method)))
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
