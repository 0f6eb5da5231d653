using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Shop.Tests.Http;

/// <summary>
/// Holds real answers against the API description: status, media type and body. Stricter than a client need be: a field that is not
/// described is a violation, since the description is ours and made from the code.
/// </summary>
internal sealed class OpenApiValidator(JsonElement document)
{
    private readonly (string[] Segments, JsonElement Item)[] _paths =
        [.. document.GetProperty("paths").EnumerateObject().Select(p => (p.Name.Split('/'), p.Value)).OrderBy(p => p.Item1.Count(s => s.StartsWith('{')))];

    public static OpenApiValidator Parse(string document) => new(JsonDocument.Parse(document).RootElement);

    /// <summary>What is wrong with an answer; empty when nothing is.</summary>
    /// <param name="method">Such as <c>GET</c>; HEAD is held against GET without its body.</param>
    /// <param name="path">As asked for, or its template; a query is left aside.</param>
    /// <param name="contentType">Of the answer; parameters such as charset are left aside.</param>
    public IReadOnlyList<string> Violations(string method, string path, int status, string? contentType, string body)
    {
        string where = $"{method} {path} → {status}";
        string[] segments = path.Split('?')[0].Split('/');
        JsonElement item = _paths.FirstOrDefault(p => Matches(p.Segments, segments)).Item;
        if (item.ValueKind == JsonValueKind.Undefined) return [$"{where}: the path is not described"];
        bool head = method.Equals("HEAD", StringComparison.OrdinalIgnoreCase);
        if (!item.TryGetProperty(head ? "get" : method.ToLowerInvariant(), out JsonElement operation)) return [$"{where}: the method is not described"];
        if (!operation.GetProperty("responses").TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out JsonElement response)) return [$"{where}: the status is not described"];

        if (!response.TryGetProperty("content", out JsonElement content)) return body.Length == 0 ? [] : [$"{where}: no body is described, there are {body.Length} characters"];
        if (head) return body.Length == 0 ? [] : [$"{where}: HEAD has a body"];
        string mediaType = (contentType ?? "").Split(';')[0].Trim();
        if (!content.TryGetProperty(mediaType, out JsonElement media)) return [$"{where}: media type '{mediaType}' is not described"];
        if (!mediaType.EndsWith("/json", StringComparison.Ordinal) && !mediaType.EndsWith("+json", StringComparison.Ordinal)) return [];

        List<string> violations = [];
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            Check(json.RootElement, media.GetProperty("schema"), "", violations);
        }
        catch (JsonException malformed)
        {
            violations.Add($"the body is not JSON: {malformed.Message}");
        }
        return [.. violations.Select(v => $"{where}: {v}")];
    }

    private static bool Matches(string[] template, string[] path) =>
        template.Length == path.Length && template.Zip(path).All(pair => pair.First == pair.Second || (pair.First.StartsWith('{') && pair.Second.Length > 0));

    private void Check(JsonElement value, JsonElement schema, string at, List<string> violations)
    {
        JsonElement[] parts = [.. Parts(schema)];
        foreach (JsonElement part in parts) CheckKeywords(value, part, at, violations);
        if (value.ValueKind == JsonValueKind.Object) CheckFields(value, parts, at, violations);
        if (value.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement item in value.EnumerateArray())
            {
                foreach (JsonElement part in parts)
                    if (part.TryGetProperty("items", out JsonElement items)) Check(item, items, $"{at}/{index}", violations);
                index++;
            }
        }
    }

    /// <summary>A schema with what it refers to and what it is composed of: all of them apply at once, and share their fields.</summary>
    private IEnumerable<JsonElement> Parts(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) yield break;
        yield return schema;
        if (schema.TryGetProperty("$ref", out JsonElement reference))
            foreach (JsonElement part in Parts(Resolve(reference.GetString()!))) yield return part;
        if (schema.TryGetProperty("allOf", out JsonElement all))
            foreach (JsonElement part in all.EnumerateArray().SelectMany(Parts)) yield return part;
    }

    private JsonElement Resolve(string reference)
    {
        JsonElement at = document;
        foreach (string name in reference.TrimStart('#', '/').Split('/'))
            if (!at.TryGetProperty(name, out at)) throw new InvalidOperationException($"{reference} leads nowhere.");
        return at;
    }

    private void CheckFields(JsonElement value, JsonElement[] parts, string at, List<string> violations)
    {
        bool described = parts.Any(p => p.TryGetProperty("properties", out _));
        bool open = parts.Any(p => p.TryGetProperty("additionalProperties", out JsonElement more) && more.ValueKind != JsonValueKind.False);
        foreach (JsonProperty field in value.EnumerateObject())
        {
            bool known = false;
            foreach (JsonElement part in parts)
            {
                if (part.TryGetProperty("properties", out JsonElement properties) && properties.TryGetProperty(field.Name, out JsonElement schema))
                {
                    known = true;
                    Check(field.Value, schema, $"{at}/{field.Name}", violations);
                }
                else if (part.TryGetProperty("additionalProperties", out JsonElement more) && more.ValueKind == JsonValueKind.Object)
                {
                    Check(field.Value, more, $"{at}/{field.Name}", violations);
                }
            }
            if (described && !known && !open) violations.Add($"{at}/{field.Name} is not described");
        }
    }

    private void CheckKeywords(JsonElement value, JsonElement schema, string at, List<string> violations)
    {
        string Here(string what) => $"{(at.Length == 0 ? "the body" : at)} {what}: {Short(value)}";
        if (schema.TryGetProperty("type", out JsonElement type) && !(type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().ToArray() : [type]).Any(t => Is(value, t.GetString()!))) violations.Add(Here($"is not {type.GetRawText()}"));
        if (schema.TryGetProperty("enum", out JsonElement words) && !words.EnumerateArray().Any(w => JsonElement.DeepEquals(w, value))) violations.Add(Here($"is not one of {words.GetRawText()}"));
        if (schema.TryGetProperty("const", out JsonElement only) && !JsonElement.DeepEquals(only, value)) violations.Add(Here($"is not {only.GetRawText()}"));
        foreach (string keyword in (string[])["anyOf", "oneOf"])
            if (schema.TryGetProperty(keyword, out JsonElement any)) CheckAny(value, any, at, violations);
        if (schema.TryGetProperty("required", out JsonElement required) && value.ValueKind == JsonValueKind.Object)
            violations.AddRange(required.EnumerateArray().Where(r => !value.TryGetProperty(r.GetString()!, out _)).Select(r => $"{at}/{r.GetString()} is missing"));

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                string text = value.GetString()!;
                if (schema.TryGetProperty("pattern", out JsonElement pattern) && !Regex.IsMatch(text, pattern.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1))) violations.Add(Here($"does not match {pattern.GetString()}"));
                if (schema.TryGetProperty("format", out JsonElement format) && !HasFormat(text, format.GetString()!)) violations.Add(Here($"is not a {format.GetString()}"));
                if (schema.TryGetProperty("minLength", out JsonElement least) && text.Length < least.GetInt32()) violations.Add(Here("is too short"));
                if (schema.TryGetProperty("maxLength", out JsonElement most) && text.Length > most.GetInt32()) violations.Add(Here("is too long"));
                break;
            case JsonValueKind.Number:
                if (schema.TryGetProperty("minimum", out JsonElement minimum) && value.GetDecimal() < minimum.GetDecimal()) violations.Add(Here("is too small"));
                if (schema.TryGetProperty("maximum", out JsonElement maximum) && value.GetDecimal() > maximum.GetDecimal()) violations.Add(Here("is too large"));
                break;
        }
    }

    private void CheckAny(JsonElement value, JsonElement alternatives, string at, List<string> violations)
    {
        List<string>? nearest = null;
        foreach (JsonElement alternative in alternatives.EnumerateArray())
        {
            List<string> attempt = [];
            Check(value, alternative, at, attempt);
            if (attempt.Count == 0) return;
            if (nearest is null || attempt.Count < nearest.Count) nearest = attempt;
        }
        violations.AddRange(nearest ?? []);
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => throw new InvalidOperationException($"Type '{type}' is none of JSON schema's."),
    };

    private static bool HasFormat(string text, string format) => format switch
    {
        "date-time" => Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", RegexOptions.None, TimeSpan.FromSeconds(1)),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "uri-reference" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
        _ => true,
    };

    private static string Short(JsonElement value) => value.GetRawText() is { Length: > 80 } text ? text[..80] + "…" : value.GetRawText();
}
