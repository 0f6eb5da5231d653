using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;

namespace Shop.Http;

/// <summary>
/// Answers are compressed for callers who take it. Attackers who can put text into an answer and watch its length learn what else is in it
/// (BREACH), so what carries tokens is left alone: only what everybody may see is compressed.
/// </summary>
internal sealed class Compression : IStartupFilter
{
    private static readonly string[] Public = ["/v1/store/products", "/v1/store/categories", "/v1/store/category", "/sitemap", "/feeds", "/robots.txt", "/openapi.json"];

    public static IServiceCollection Add(IServiceCollection services) => services
        .AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ResponseCompressionDefaults.MimeTypes;
        })
        .AddSingleton<IStartupFilter, Compression>();

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseWhen(http => Array.Exists(Public, path => http.Request.Path.Value!.StartsWith(path, StringComparison.OrdinalIgnoreCase)), part => part.Use(Name).UseResponseCompression());
        next(app);
    };

    /// <summary>Each coding is a representation of its own, with a tag of its own; and a cache is told that there are several, also where it need not be sent any.</summary>
    private static Task Name(HttpContext http, RequestDelegate next)
    {
        http.Response.OnStarting(() =>
        {
            IHeaderDictionary headers = http.Response.Headers;
            if (!headers.Vary.Any(v => v!.Contains("Accept-Encoding", StringComparison.OrdinalIgnoreCase))) headers.Append("Vary", "Accept-Encoding");
            if (headers.ContentEncoding is [{ Length: > 0 } coding] && headers.ETag is [{ Length: > 0 } etag]) headers.ETag = ETags.In(etag, coding);
            return Task.CompletedTask;
        });
        return next(http);
    }
}
