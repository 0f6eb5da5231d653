using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Shop.Common;

/// <summary>
/// Customer groups by their codes, such as <c>["vip","wholesale"]</c>: sorted, none twice, and equal to every set of the same ones. It travels in access tokens, so
/// it is small.
/// </summary>
[JsonConverter(typeof(GroupSetJsonConverter))]
public sealed partial class GroupSet : IEquatable<GroupSet>
{
    public const string CodePattern = "^[a-z0-9][a-z0-9-]{0,31}$";

    public const int Most = 10;

    private readonly string _text;

    private GroupSet(string[] codes) => (Codes, _text) = (codes, string.Join(' ', codes));

    /// <summary>Nobody's in particular: what guests are in.</summary>
    public static GroupSet None { get; } = new([]);

    public IReadOnlyList<string> Codes { get; }

    public bool IsEmpty => Codes.Count == 0;

    public static bool IsCode(string text) => Code().IsMatch(text);

    public static GroupSet Of(IEnumerable<string> codes) => codes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } some ? new GroupSet(some) : None;

    /// <summary>What <see cref="ToString"/> wrote.</summary>
    public static GroupSet Parse(string text) => Of(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public bool Contains(string code) => Codes.Contains(code, StringComparer.Ordinal);

    /// <summary>Whether they have a group in common.</summary>
    public bool Meets(GroupSet other) => Codes.Any(other.Contains);

    public bool Equals(GroupSet? other) => other is not null && other._text == _text;

    public override bool Equals(object? obj) => Equals(obj as GroupSet);

    public override int GetHashCode() => string.GetHashCode(_text, StringComparison.Ordinal);

    /// <summary><c>vip wholesale</c></summary>
    public override string ToString() => _text;

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,31}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Code();

    private sealed class GroupSetJsonConverter : JsonConverter<GroupSet>
    {
        public override GroupSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            List<string> codes = [];
            if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("must be a list of codes of customer groups");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.String || reader.GetString() is not { } code || !IsCode(code)) throw new JsonException("must hold codes of customer groups: 1 to 32 lower-case letters, digits and hyphens");
                codes.Add(code);
                if (codes.Count > Most) throw new JsonException($"must have at most {Most} customer groups");
            }
            return Of(codes);
        }

        public override void Write(Utf8JsonWriter writer, GroupSet value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (string code in value.Codes) writer.WriteStringValue(code);
            writer.WriteEndArray();
        }
    }
}
