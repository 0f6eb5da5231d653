using System.Globalization;
using System.Text.Json;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Shop.Emulator.Pages;
using Shop.Emulator.Storage;

namespace Shop.Emulator.Buttons;

/// <summary>The emulator's page, or a button of it, cannot do what it is asked.</summary>
internal sealed class ButtonRefusal(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

/// <summary>
/// The buttons of the emulator's page are POSTs: a browser sends a form and is sent back to where it came from, a script sends a form or JSON
/// (one level, no arrays) and is answered JSON.
/// </summary>
internal static class ButtonRequest
{
    /// <summary>A task's longest delay is 49 days.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>Reads what was sent, does it, and answers; <c>null</c> from <paramref name="press"/> is a 404.</summary>
    public static async Task Answer(HttpContext context, Func<Dictionary<string, string>, Task<object?>> press)
    {
        try
        {
            object? done = await press(await Read(context.Request, context.RequestAborted));
            if (done is null) throw new ButtonRefusal(404, "There is no such thing here.");
            if (PageRoutes.WantsHtml(context.Request))
            {
                // 303: the browser gets the page it came from, and reloading that page presses nothing again.
                context.Response.StatusCode = StatusCodes.Status303SeeOther;
                context.Response.Headers.Location = PageBefore(context.Request);
                return;
            }
            await context.Response.WriteAsJsonAsync(done, done.GetType(), JsonRows.Options, context.RequestAborted);
        }
        catch (ButtonRefusal refused)
        {
            await PageRoutes.Refuse(context, refused.Status, refused.Message);
        }
    }

    public static void Only(Dictionary<string, string> sent, params ReadOnlySpan<string> names)
    {
        foreach (string name in sent.Keys)
            if (!names.Contains(name)) throw new ButtonRefusal(400, $"'{name}' is unknown here. Known: {string.Join(", ", names.ToArray())}.");
    }

    public static bool Flag(Dictionary<string, string> sent, string name) =>
        sent.TryGetValue(name, out string? text) && text switch
        {
            "" or "false" or "False" or "0" => false,
            "true" or "True" or "on" or "1" => true,
            _ => throw new ButtonRefusal(400, $"'{name}' is true or false, not '{text}'."),
        };

    public static long? Number(Dictionary<string, string> sent, string name) =>
        !sent.TryGetValue(name, out string? text) || text.Length == 0 ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw new ButtonRefusal(400, $"'{name}' is a whole number, not '{text}'.");

    /// <summary>ISO 8601, such as <c>PT24H</c>, at most forty days.</summary>
    public static TimeSpan Duration(string text)
    {
        try
        {
            TimeSpan duration = XmlConvert.ToTimeSpan(text);
            return duration >= TimeSpan.Zero && duration <= Longest ? duration : throw new ButtonRefusal(400, $"'{text}' is not between nothing and {Longest.TotalDays} days.");
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            throw new ButtonRefusal(400, $"'{text}' is not an ISO 8601 duration such as PT24H or PT90S.");
        }
    }

    private static async Task<Dictionary<string, string>> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        var sent = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.HasFormContentType)
        {
            foreach ((string name, var values) in await request.ReadFormAsync(cancellationToken)) sent[name] = values.ToString();
            return sent;
        }
        if (!request.HasJsonContentType()) return sent;
        try
        {
            using JsonDocument body = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            if (body.RootElement.ValueKind != JsonValueKind.Object) throw new ButtonRefusal(400, "The body is a JSON object.");
            foreach (JsonProperty property in body.RootElement.EnumerateObject()) sent[property.Name] = property.Value.ValueKind == JsonValueKind.Null ? "" : property.Value.ToString();
            return sent;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair is JSON by its grammar and no text: reading it is an invalid operation.
            throw new ButtonRefusal(400, $"The body is not JSON: {malformed.Message}");
        }
    }

    /// <summary>Only ever a page of this emulator, whatever the header says.</summary>
    private static string PageBefore(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out Uri? page) && page.AbsolutePath.StartsWith("/emulator", StringComparison.Ordinal) ? page.PathAndQuery : "/emulator";
}
