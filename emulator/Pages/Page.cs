using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shop.Emulator.Buttons;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Pages;

/// <summary>What one address shows: data for scripts, and the same for people.</summary>
/// <param name="Title">Of the page, as a browser's tab names it.</param>
/// <param name="Data">The JSON form.</param>
/// <param name="Body">The HTML form below the heading.</param>
internal sealed record Page(string Title, object Data, Func<Markup> Body)
{
    /// <summary>Looks for news every few seconds; not where somebody reads or fills in something long.</summary>
    public bool Live { get; init; } = true;

    /// <summary>A sandboxed frame takes this page's policy over: a mail's own styles and pictures need a wider one.</summary>
    public bool ShowsMail { get; init; }
}

internal static class PageRoutes
{
    /// <summary>A script finds every field in every answer, empty or not.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonRows.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>One route for both forms: HTML to whoever names <c>text/html</c> in Accept, as every browser does, and JSON to everybody else.</summary>
    public static void MapPage(this IEndpointRouteBuilder endpoints, string route, Func<HttpContext, Task<Page?>> show) => endpoints.MapGet(route, async (HttpContext context) =>
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Vary = "Accept";
        Page? page;
        try
        {
            page = await show(context);
        }
        catch (ButtonRefusal refused)
        {
            await Refuse(context, refused.Status, refused.Message);
            return;
        }
        catch (Exception outage) when (outage is RequestFailedException or AggregateException or IOException)
        {
            context.Response.Headers.RetryAfter = "2";
            await Refuse(context, StatusCodes.Status503ServiceUnavailable, "The emulator's storage does not answer.");
            return;
        }
        if (page is null) await Refuse(context, StatusCodes.Status404NotFound, "There is no such thing here.");
        else if (WantsHtml(context.Request)) await Layout.Write(context, page);
        else await context.Response.WriteAsJsonAsync(page.Data, page.Data.GetType(), Json, context.RequestAborted);
    });

    public static bool WantsHtml(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Says what went wrong in the form that the caller reads.</summary>
    public static Task Refuse(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        var error = new { error = reason };
        return WantsHtml(context.Request)
            ? Layout.Write(context, new Page("Refused", error, () => Markup.Of($"""<p class="note bad">{reason}</p>""")) { Live = false })
            : context.Response.WriteAsJsonAsync(error, Json, context.RequestAborted);
    }
}
