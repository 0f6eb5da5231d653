using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Shop.Emulator.Pages;

/// <summary>The words and signs that all pages write alike.</summary>
internal static class Elements
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A state in its colour.</summary>
    public static Markup Badge(string state) => Markup.Of($"""<span class="badge {Tone(state)}">{Words(state)}</span>""");

    public static Markup Chip(string text) => Markup.Of($"""<span class="chip">{text}</span>""");

    /// <summary>A moment of the emulator's clock, in UTC.</summary>
    public static Markup When(DateTimeOffset at) => Markup.Of($"""<time datetime="{at:O}" title="{at:O}">{at.UtcDateTime:d MMM HH:mm:ss}</time>""");

    /// <summary>How long something took, in the unit that suits it: 12 ms, 3.4 s, 5 min 3 s, 24 h, 3 d 2 h.</summary>
    public static string Length(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 1 => "<1 ms",
        < 1000 => $"{time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms",
        < 60_000 => $"{time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s",
        < 3_600_000 => Two(time.Minutes, "min", time.Seconds, "s"),
        < 86_400_000 => Two(time.Hours, "h", time.Minutes, "min"),
        _ => Two(time.Days, "d", time.Hours, "h"),
    };

    /// <summary>A button that posts; <paramref name="fields"/> go with it as a form.</summary>
    public static Markup Button(string action, string label, string tone = "", string hint = "", params ReadOnlySpan<(string Name, string Value)> fields)
    {
        var hidden = new List<Markup>();
        foreach ((string name, string value) in fields) hidden.Add(Markup.Of($"""<input type="hidden" name="{name}" value="{value}">"""));
        return Markup.Of($"""<form method="post" action="{action}">{hidden}<button class="{tone}" title="{hint}">{label}</button></form>""");
    }

    public static Markup Check(string name, bool on, string label) =>
        Markup.Of($"""<label class="check"><input type="checkbox" name="{name}" value="true" {Markup.Trusted(on ? "checked" : "")}>{label}</label>""");

    public static Markup Field(string name, string? value, string label, string placeholder) =>
        Markup.Of($"""<label class="field"><span>{label}</span><input name="{name}" value="{value}" placeholder="{placeholder}" autocomplete="off"></label>""");

    public static Markup Empty(string text) => Markup.Of($"""<p class="empty">{text}</p>""");

    /// <summary>A table that scrolls sideways rather than break the page; <paramref name="empty"/> where there are no rows.</summary>
    public static Markup Table(string[] heads, IReadOnlyCollection<Markup> rows, string empty) => rows.Count == 0
        ? Empty(empty)
        : Markup.Of($"""<div class="table"><table><thead><tr>{heads.Select(head => Markup.Of($"<th>{head}</th>"))}</tr></thead><tbody>{rows}</tbody></table></div>""");

    /// <summary>Names and values, those without a value left out.</summary>
    public static Markup Facts(params IEnumerable<(string Name, Markup Value)> facts) =>
        Markup.Of($"""<dl class="facts">{facts.Where(fact => fact.Value.ToString().Length > 0).Select(fact => Markup.Of($"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>"))}</dl>""");

    public static Markup Text(string? text) => Markup.Of($"{text}");

    /// <summary>Text as it stands, or indented where it is JSON.</summary>
    public static Markup Code(string? text) => string.IsNullOrEmpty(text) ? Markup.None : Markup.Of($"<pre>{Pretty(text)}</pre>");

    public static Markup Folded(string summary, Markup content) => content.ToString().Length == 0 ? Markup.None : Markup.Of($"<details><summary>{summary}</summary>{content}</details>");

    /// <summary>A path that stays one segment, whatever the id holds.</summary>
    public static string Path(string room, string id) => $"/emulator/{room}/{Uri.EscapeDataString(id)}";

    /// <summary>JSON text as a node for the JSON form, other text as a string.</summary>
    public static JsonNode? Node(string? text)
    {
        if (text is null) return null;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static string Pretty(string text) => Node(text) is (JsonObject or JsonArray) and { } json ? json.ToJsonString(Indented) : text;

    private static string Two(int large, string largeUnit, int small, string smallUnit) => small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";

    /// <summary><c>requires_payment_method</c> and <c>InTransit</c> in words.</summary>
    public static string Words(string state) =>
        string.Concat(state.Replace('_', ' ').Select((letter, i) => i > 0 && char.IsUpper(letter) && char.IsLower(state[i - 1]) ? $" {letter}" : $"{letter}")).ToLowerInvariant();

    private static string Tone(string state) => state switch
    {
        "Completed" or "succeeded" or "delivered" or "Delivered" or "settlement" or "ok" => "good",
        "Failed" or "failed" or "Terminated" or "abandoned" or "Returned" or "deny" or "poison" or "dead" => "bad",
        "dropped" or "Suspended" or "held" or "requires_payment_method" or "requires_action" => "warn",
        "canceled" or "cancelled" or "Canceled" or "cancel" or "expire" or "Booked" => "quiet",
        _ => "busy",
    };
}
