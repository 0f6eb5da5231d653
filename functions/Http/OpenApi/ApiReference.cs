using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Scalar.AspNetCore;

namespace Shop.Http.OpenApi;

/// <summary>
/// Scalar's API reference without its ASP.NET Core endpoints, which the Functions host does not route: the script that its package
/// embeds, and a page that starts it.
/// </summary>
internal static class ApiReference
{
    public const string ScriptRoute = "docs/scalar.js";

    private const string Start = """
        Scalar.createApiReference('#reference', {
          url: '/openapi.json',
          theme: 'default',
          withDefaultFonts: false,
          telemetry: false,
          showDeveloperTools: 'never',
          agent: { disabled: true },
          mcp: { disabled: true },
          documentDownloadType: 'json',
          hideClientButton: true,
          defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
        })
        """;

    private static readonly Lazy<byte[]> Unpacked = new(Unpack);

    public static string Page { get; } = $$"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>Shop API</title>
          <link rel="icon" href="data:,">
          <style>body { margin: 0 }</style>
        </head>
        <body>
          <div id="reference"></div>
          <noscript>This page needs JavaScript; the description itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
          <script src="/{{ScriptRoute}}"></script>
          <script>{{Start}}</script>
        </body>
        </html>
        """;

    /// <summary>Nothing from elsewhere: the script is ours to serve, its styles are inline, and requests go to this shop.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; script-src 'self' 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Start)))}'; style-src 'self' 'unsafe-inline'; "
        + "font-src 'self' data:; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Of page and script alike: both change with Scalar's version or with ours.</summary>
    public static string ETag { get; } = ETags.OfContent(Encoding.UTF8.GetBytes(Page + typeof(ScalarOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion));

    public static byte[] Script => Unpacked.Value;

    /// <summary>The package keeps the script compressed; compressing answers is the server's business.</summary>
    private static byte[] Unpack()
    {
        const string name = "ScalarStaticAssets.scalar.js";
        using Stream packed = typeof(ScalarOptions).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"Scalar no longer embeds {name}.");
        using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        using var script = new MemoryStream();
        unpacked.CopyTo(script);
        return script.ToArray();
    }
}
