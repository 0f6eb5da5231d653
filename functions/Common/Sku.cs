using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Shop.Common;

/// <summary>
/// A stock-keeping unit: 1 to 64 of the characters <c>A-Z a-z 0-9 . _ -</c>. Compared as written. Not <c>.</c> and <c>..</c>: in a URL's
/// path these mean a folder, so that nobody could ask for them.
/// </summary>
[JsonConverter(typeof(SkuJsonConverter))]
public readonly partial record struct Sku : IComparable<Sku>
{
    private readonly string? _value;

    private Sku(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("A SKU was never set.");

    public static bool TryParse(string? text, out Sku sku)
    {
        bool valid = text is not null && Pattern().IsMatch(text);
        sku = valid ? new Sku(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is not a SKU.</exception>
    public static Sku Parse(string text) => TryParse(text, out Sku sku) ? sku : throw new FormatException($"'{text}' is not a SKU: 1 to 64 letters, digits, dots, underscores or hyphens.");

    public int CompareTo(Sku other) => string.CompareOrdinal(_value, other._value);

    public override string ToString() => _value ?? "";

    [GeneratedRegex(@"^(?!\.{1,2}\z)[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();

    private sealed class SkuJsonConverter : JsonConverter<Sku>
    {
        public override Sku Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out Sku sku)
                ? sku
                : throw new JsonException("must be 1 to 64 letters, digits, dots, underscores or hyphens");

        public override void Write(Utf8JsonWriter writer, Sku value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

        public override Sku ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString()!);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, Sku value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);
    }
}
