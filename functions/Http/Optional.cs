using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shop.Http;

/// <summary>
/// A field of a merge patch (RFC 7396), which tells "left out" from "set to null". Declare it with a default, so that it is not required:
/// <c>record PatchCart(Optional&lt;string?&gt; Email = default)</c>.
/// </summary>
[JsonConverter(typeof(OptionalConverter))]
public readonly record struct Optional<T>(T Value)
{
    /// <summary>Whether the request named the field.</summary>
    public bool IsSet { get; } = true;

    /// <summary>The new value, or what it was.</summary>
    public T Or(T current) => IsSet ? Value : current;
}

internal static class Optional
{
    /// <summary>The <c>T</c> of an <see cref="Optional{T}"/>; <c>null</c> of any other type.</summary>
    public static Type? Inner(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>) ? type.GetGenericArguments()[0] : null;
}

internal sealed class OptionalConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => Optional.Inner(typeToConvert) is not null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(Optional.Inner(typeToConvert)!))!;

    private sealed class Converter<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<T>(ref reader, options)!);

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Value, options);
    }
}
