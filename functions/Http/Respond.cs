using Azure;
using Microsoft.AspNetCore.Http;
using Shop.Common;
using Shop.Storage;

namespace Shop.Http;

/// <summary>The answers that functions give.</summary>
public static class Respond
{
    /// <summary>200 with a JSON body; never cached.</summary>
    public static Reply Ok<T>(T value) => new(200, value);

    /// <summary>200 with the row's version as strong ETag.</summary>
    public static Reply Ok<T>(T value, ETag version) => new(200, value) { ETag = ETags.Strong(version) };

    /// <summary>200 with where the thing is, for a request that could have been answered before it was there.</summary>
    public static Reply OkAt<T>(string location, T value) => new(200, value) { Location = location };

    public static Reply Ok<T>(Stored<T> stored) => Ok(stored.Value, stored.ETag);

    /// <summary>201 with where the new thing is.</summary>
    /// <param name="location">A path from the root: <c>/v1/store/carts/crt_…</c>.</param>
    public static Reply Created<T>(string location, T value, ETag? version = null) =>
        new(201, value) { Location = location, ETag = version is { } known ? ETags.Strong(known) : null };

    /// <summary>202: work goes on; <paramref name="location"/> tells how far it is.</summary>
    public static Reply Accepted<T>(string location, T value) => new(202, value) { Location = location };

    /// <summary>202 for what is done where the caller cannot look: a mail, for instance.</summary>
    public static Reply Accepted<T>(T value) => new(202, value);

    /// <summary>201 for what the caller is told by mail only.</summary>
    public static Reply Created<T>(T value) => new(201, value);

    public static Reply NoContent() => new(204);

    /// <summary>200 with a file; never cached.</summary>
    public static Reply File(byte[] body, string contentType) => new(200, body, contentType);

    /// <summary>
    /// 200 for everybody alike, or 304 when the caller has it already. Caches may keep it for <paramref name="maxAge"/>; zero lets them
    /// keep it but ask every time.
    /// </summary>
    /// <param name="etag">Strong, with its quotes, of this very body: <see cref="ETags"/> makes it.</param>
    public static Reply Cached<T>(HttpRequest request, T value, string etag, TimeSpan maxAge = default) =>
        Fresh(request, etag, maxAge) ?? new Reply(200, value) { ETag = etag, CacheControl = PublicFor(maxAge), Vary = Localised };

    /// <summary>As <see cref="Cached{T}"/>, for bytes that are written already.</summary>
    public static Reply CachedBytes(HttpRequest request, byte[] body, string contentType, string etag, TimeSpan maxAge = default) =>
        Fresh(request, etag, maxAge) ?? new Reply(200, body, contentType) { ETag = etag, CacheControl = PublicFor(maxAge), Vary = Localised };

    /// <summary>301, for a slug that has a successor; in which language, the caller's says.</summary>
    public static Reply MovedPermanently(string location) => new(301) { Location = location, CacheControl = PublicFor(TimeSpan.FromHours(1)), Vary = Localised };

    /// <summary>302, for a short-lived signed URL.</summary>
    public static Reply Found(string location) => new(302) { Location = location };

    /// <summary>A refusal as problem+json.</summary>
    public static Reply ToHttp(this Problem problem) => new(problem.Status)
    {
        Problem = problem,
        RetryAfter = problem.RetryAfter,
        WwwAuthenticate = problem.Status == 401 ? "Bearer" : null,
    };

    public static IResult ToHttp<T>(this Result<T> result, Func<T, IResult> answer) => result.Problem is { } problem ? problem.ToHttp() : answer(result.Value);

    public static async Task<IResult> ToHttp<T>(this Task<Result<T>> result, Func<T, IResult> answer) => (await result).ToHttp(answer);

    /// <summary>Goes on with the value, so that reading a body and running a use case chain without a branch.</summary>
    public static async Task<Result<TNext>> Then<T, TNext>(this Task<Result<T>> result, Func<T, Task<Result<TNext>>> next)
    {
        Result<T> first = await result;
        return first.Problem is { } problem ? problem : await next(first.Value);
    }

    private const string Localised = "Accept-Language";

    private static Reply? Fresh(HttpRequest request, string etag, TimeSpan maxAge) => ETags.Held(request, etag) is { } held
        ? new Reply(304) { ETag = held, CacheControl = PublicFor(maxAge), Vary = Localised }
        : null;

    private static string PublicFor(TimeSpan maxAge) => maxAge > TimeSpan.Zero ? $"public, max-age={(long)maxAge.TotalSeconds}" : "public, no-cache";
}
