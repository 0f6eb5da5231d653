using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>Files that machines look for. The storefront passes them on under its own address.</summary>
public sealed class SeoEndpoints(Sitemaps sitemaps, MerchantFeed feed, ShopOptions shop)
{
    private const string Xml = "application/xml; charset=utf-8";
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    /// <summary>The sitemap of the storefront, or the index of its parts.</summary>
    [Function("Sitemap"), Access(Caller.Anyone), Answer(200, ContentType = "application/xml"), Answer(304)]
    public IResult Sitemap([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sitemap.xml")] HttpRequest request) => File(request, sitemaps.Root(), Xml);

    /// <summary>A part of the sitemap.</summary>
    /// <param name="file">Such as <c>1.xml</c>.</param>
    [Function("SitemapPart"), Access(Caller.Anyone), Answer(200, ContentType = "application/xml"), Answer(304), Refusal(404, "catalog.sitemap-unknown")]
    public IResult SitemapPart([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sitemaps/{file}")] HttpRequest request, string file) =>
        file.EndsWith(".xml", StringComparison.Ordinal) && int.TryParse(file.AsSpan(0, file.Length - 4), NumberStyles.None, CultureInfo.InvariantCulture, out int part) && sitemaps.Part(part) is { } bytes
            ? File(request, bytes, Xml)
            : CatalogProblems.SitemapUnknown.ToHttp();

    /// <summary>What crawlers may read, and where the sitemap is.</summary>
    [Function("Robots"), Access(Caller.Anyone), Answer(200, ContentType = "text/plain"), Answer(304)]
    public IResult Robots([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "robots.txt")] HttpRequest request) => File(
        request, Encoding.UTF8.GetBytes($"User-agent: *\nDisallow: /v1/\nDisallow: /docs\n\nSitemap: {new StorefrontPages(shop).Root}/sitemap.xml\n"), "text/plain; charset=utf-8");

    /// <summary>The product feed for Google Merchant Center.</summary>
    /// <remarks>Made once for each state of the catalogue.</remarks>
    [Function("GoogleFeed"), Access(Caller.Anyone), Answer(200, ContentType = "application/xml"), Answer(304)]
    public async Task<IResult> Google([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "feeds/google.xml")] HttpRequest request) => await feed.File(request.Locale());

    private static Reply File(HttpRequest request, byte[] body, string contentType) => Respond.CachedBytes(request, body, contentType, ETags.OfContent(body), MaxAge);
}
