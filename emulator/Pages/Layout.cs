using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shop.Emulator.Clock;

namespace Shop.Emulator.Pages;

/// <summary>What all pages share: the frame with its navigation and clock, the one stylesheet and script, and the headers that keep hostile content harmless.</summary>
internal static class Layout
{
    private static readonly string Style = Embedded("page.css");
    private static readonly string Script = Embedded("page.js");

    private static readonly (string Path, string Name)[] Places =
    [
        ("/emulator", "Overview"), ("/emulator/mailbox", "Mailbox"), ("/emulator/payments", "Payments"), ("/emulator/midtrans", "Midtrans"), ("/emulator/couriers", "Couriers"), ("/emulator/analytics", "Analytics"),
        ("/emulator/clock", "Clock"),
        ("/emulator/orchestrations", "Orchestrations"), ("/emulator/functions", "Functions"), ("/emulator/queues", "Queues"), ("/emulator/topics", "Topics"),
    ];

    public static Task Write(HttpContext context, Page page)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy(page);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // Buttons lead back to the page that they stood on, which the browser has to name; nobody else is told.
        headers["Referrer-Policy"] = "same-origin";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Frame(context, page).ToString(), context.RequestAborted);
    }

    private static string Policy(Page page) => string.Join("; ",
        "default-src 'none'",
        $"script-src 'sha256-{Hash(Script)}'",
        // Browsers ignore 'unsafe-inline' beside a hash.
        page.ShowsMail ? "style-src 'unsafe-inline'" : $"style-src 'sha256-{Hash(Style)}'",
        page.ShowsMail ? "img-src 'self' data:" : "img-src data:",
        "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'");

    private static Markup Frame(HttpContext context, Page page)
    {
        EmulatorClock clock = context.RequestServices.GetRequiredService<EmulatorClock>();
        Markup ahead = clock.Offset > TimeSpan.Zero ? Markup.Of($"""<span class="ahead">, {Elements.Length(clock.Offset)} ahead</span>""") : Markup.None;
        return Markup.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{page.Title} · Emulator</title>
            <link rel="icon" href="data:,">
            <style>{Markup.Trusted(Style)}</style>
            </head>
            <body>
            <header class="side">
            <a class="brand" href="/emulator"><b>Shop</b> emulator</a>
            <nav>{Places.Select(place => Place(place.Path, place.Name, context.Request.Path))}</nav>
            <a class="now" href="/emulator/clock" id="now"><time datetime="{clock.GetUtcNow():O}">{clock.GetUtcNow():d MMM yyyy HH:mm:ss}</time>UTC{ahead}</a>
            </header>
            <main id="main" {Markup.Trusted(page.Live ? "data-live" : "")}>
            <h1>{page.Title}</h1>
            {page.Body()}
            </main>
            <script>{Markup.Trusted(Script)}</script>
            </body>
            </html>
            """);
    }

    private static Markup Place(string path, string name, PathString at)
    {
        bool here = path == "/emulator" ? at.Value!.TrimEnd('/') == path : at.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase);
        return Markup.Of($"""<a href="{path}" {Markup.Trusted(here ? "aria-current=\"page\"" : "")}>{name}</a>""");
    }

    private static string Embedded(string name)
    {
        using Stream file = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Shop.Emulator.Pages.{name}")!;
        using var reader = new StreamReader(file);
        // A browser hashes what it parsed, and its parser knows line feeds only.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
