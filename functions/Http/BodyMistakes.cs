using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Shop.Common;

namespace Shop.Http;

/// <summary>
/// Holds JSON against the type that will be made of it and names every mistake by its JSON Pointer. The serialiser stops at the first,
/// does not say where an unknown field was, and its texts name our types.
/// </summary>
internal static class BodyMistakes
{
    private const int MaxMistakes = 20;

    public static IReadOnlyList<FieldError> Find(JsonElement body, JsonTypeInfo type)
    {
        List<FieldError> mistakes = [];
        Visit(body, type, "", mistakes);
        return mistakes.Count > MaxMistakes ? mistakes[..MaxMistakes] : mistakes;
    }

    /// <param name="innerNull">Whether the entries of a list or map, or the value of an <see cref="Optional{T}"/>, may be null.</param>
    private static void Visit(JsonElement element, JsonTypeInfo type, string pointer, List<FieldError> mistakes, bool innerNull = false)
    {
        if (mistakes.Count > MaxMistakes) return;
        if (Optional.Inner(type.Type) is { } optional)
        {
            VisitInner(element, optional, pointer);
            return;
        }
        if (Nullable.GetUnderlyingType(type.Type) is { } underlying && element.ValueKind != JsonValueKind.Null) type = type.Options.GetTypeInfo(underlying);
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when element.ValueKind == JsonValueKind.Object:
                VisitObject(element, type, pointer, mistakes);
                break;
            case JsonTypeInfoKind.Enumerable when element.ValueKind == JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement item in element.EnumerateArray()) VisitInner(item, type.ElementType!, $"{pointer}/{index++}");
                break;
            case JsonTypeInfoKind.Dictionary when element.ValueKind == JsonValueKind.Object:
                foreach ((string name, JsonElement item) in Distinct(element, pointer, mistakes)) VisitInner(item, type.ElementType!, Append(pointer, name));
                break;
            default:
                if (ValueMistake(element, type) is { } mistake) mistakes.Add(new FieldError(pointer, mistake));
                break;
        }

        void VisitInner(JsonElement item, Type itemType, string at)
        {
            if (item.ValueKind != JsonValueKind.Null) Visit(item, type.Options.GetTypeInfo(itemType), at, mistakes);
            else if (!innerNull && Nullable.GetUnderlyingType(itemType) is null && itemType != typeof(JsonElement)) mistakes.Add(new FieldError(at, "must not be null"));
        }
    }

    private static void VisitObject(JsonElement element, JsonTypeInfo type, string pointer, List<FieldError> mistakes)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((string name, JsonElement value) in Distinct(element, pointer, mistakes))
        {
            seen.Add(name);
            string at = Append(pointer, name);
            // Case counts: a client that sends "SKU" for "sku" learns it from us and not from another implementation.
            if (type.Properties.FirstOrDefault(p => p.Name == name) is not { } property)
            {
                mistakes.Add(new FieldError(at, "is not a field of this request"));
            }
            else if (value.ValueKind == JsonValueKind.Null && Nullable.GetUnderlyingType(property.PropertyType) is null && Optional.Inner(property.PropertyType) is null)
            {
                if (!MayBeNull(property)) mistakes.Add(new FieldError(at, "must not be null"));
            }
            else if (value.ValueKind != JsonValueKind.Null || Optional.Inner(property.PropertyType) is not null)
            {
                int before = mistakes.Count;
                Visit(value, type.Options.GetTypeInfo(property.PropertyType), at, mistakes, NullInside.MayBeNull(property));
                if (mistakes.Count == before && BoundMistake(value, property) is { } bound) mistakes.Add(new FieldError(at, bound));
            }
        }
        foreach (JsonPropertyInfo missing in type.Properties.Where(p => p.IsRequired && !seen.Contains(p.Name)))
            mistakes.Add(new FieldError(Append(pointer, missing.Name), "is required"));
    }

    /// <summary>The fields, the first of each name; a second is a mistake, since readers differ in which one they take.</summary>
    private static List<(string Name, JsonElement Value)> Distinct(JsonElement element, string pointer, List<FieldError> mistakes)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        List<(string, JsonElement)> fields = [];
        foreach (JsonProperty field in element.EnumerateObject())
        {
            if (TextOf(() => field.Name) is not { } name) mistakes.Add(new FieldError(pointer, "has a name that is not text"));
            else if (names.Add(name)) fields.Add((name, field.Value));
            else mistakes.Add(new FieldError(Append(pointer, name), "is given twice"));
        }
        return fields;
    }

    private static string? ValueMistake(JsonElement element, JsonTypeInfo type)
    {
        Type wanted = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (element.ValueKind == JsonValueKind.Null) return Nullable.GetUnderlyingType(type.Type) is null ? "must not be null" : null;
        if (element.ValueKind == JsonValueKind.String)
        {
            if (TextOf(element.GetString) is not { } text) return "is not valid text";
            if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))) return "has control characters";
        }
        try
        {
            // A number too large for its type may become infinite instead of failing.
            return element.Deserialize(type.Options.GetTypeInfo(wanted)) is double.PositiveInfinity or double.NegativeInfinity ? Expected(wanted) : null;
        }
        catch (Exception refused) when (refused is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            return Expected(wanted);
        }
    }

    private static string Expected(Type type) =>
        type == typeof(string) ? "must be text"
        : type == typeof(bool) ? "must be true or false"
        : type == typeof(int) || type == typeof(long) || type == typeof(short) || type == typeof(byte) ? "must be a whole number in range"
        : type == typeof(decimal) || type == typeof(double) ? "must be a number in range"
        : type == typeof(Sku) ? "must be a SKU: 1 to 64 letters, digits, dots, underscores or hyphens"
        : type == typeof(Currency) ? "must be a known ISO 4217 currency code"
        : type == typeof(DateTimeOffset) || type == typeof(DateTime) ? "must be a time such as 2026-01-31T09:30:00Z"
        : type == typeof(DateOnly) ? "must be a date such as 2026-01-31"
        : type == typeof(Uri) ? "must be a URL"
        : type.IsEnum ? $"must be one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}"
        : ShopJson.Strict.GetTypeInfo(type).Kind switch
        {
            JsonTypeInfoKind.Enumerable => "must be a list",
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "must be an object",
            _ => "is not understood",
        };

    /// <summary>The bounds that <c>[Range]</c>, <c>[StringLength]</c>, <c>[MaxLength]</c>, <c>[MinLength]</c> and <c>[RegularExpression]</c> state.</summary>
    private static string? BoundMistake(JsonElement value, JsonPropertyInfo property)
    {
        int? length = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Length,
            JsonValueKind.Array => value.GetArrayLength(),
            JsonValueKind.Object => value.GetPropertyCount(),
            _ => null,
        };
        string units = value.ValueKind == JsonValueKind.String ? "characters" : "entries";
        foreach (ValidationAttribute bound in BoundsOf(property))
        {
            string? mistake = bound switch
            {
                RangeAttribute range when value.ValueKind == JsonValueKind.Number && !Within(value, range) => $"must be from {range.Minimum} to {range.Maximum}",
                StringLengthAttribute text when length < text.MinimumLength || length > text.MaximumLength => $"must have {text.MinimumLength} to {text.MaximumLength} {units}",
                MaxLengthAttribute most when length > most.Length => $"must have at most {most.Length} {units}",
                MinLengthAttribute least when length < least.Length => $"must have at least {least.Length} {units}",
                RegularExpressionAttribute pattern when value.ValueKind == JsonValueKind.String && !pattern.IsValid(value.GetString()) => pattern.ErrorMessage ?? $"must match {pattern.Pattern}",
                _ => null,
            };
            if (mistake is not null) return mistake;
        }
        return null;
    }

    private static bool Within(JsonElement value, RangeAttribute range) =>
        value.TryGetDecimal(out decimal number)
        && number >= Convert.ToDecimal(range.Minimum, CultureInfo.InvariantCulture)
        && number <= Convert.ToDecimal(range.Maximum, CultureInfo.InvariantCulture);

    /// <summary>A positional record carries them on its parameter, other types on the property.</summary>
    internal static IEnumerable<ValidationAttribute> BoundsOf(JsonPropertyInfo property) =>
        ((ICustomAttributeProvider?[])[property.AttributeProvider, property.AssociatedParameter?.AttributeProvider])
            .OfType<ICustomAttributeProvider>()
            .SelectMany(p => p.GetCustomAttributes(typeof(ValidationAttribute), inherit: true))
            .Cast<ValidationAttribute>();

    private static bool MayBeNull(JsonPropertyInfo property) => property.AssociatedParameter?.IsNullable ?? property.IsSetNullable;

    /// <summary>Escaped halves of surrogate pairs are valid JSON but not text.</summary>
    private static string? TextOf(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Append(string pointer, string name) => $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
