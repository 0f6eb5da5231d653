using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Shop.Common;

namespace Shop.Http.OpenApi;

/// <summary>
/// JSON schemas of request and answer types, each under <c>#/components/schemas</c> by its name. The serialiser's own type information
/// is what they are made from, so that they say what is really read and written. A request's object refuses fields it does not list; an
/// answer's always has all of its fields. Where one type is both, the request's is called <c>…Input</c>.
/// </summary>
internal sealed class Schemas(XmlDocs docs)
{
    private readonly Dictionary<(Type, bool), string> _names = [];
    private readonly HashSet<Type> _answers = [];

    public JsonObject Components { get; } = [];

    public JsonNode OfAnswer(Type type) => Of(type, false, false, forRequest: false);

    /// <summary>Only after every answer was described.</summary>
    public JsonNode OfRequest(Type type) => Of(type, false, false, forRequest: true);

    private static JsonSerializerOptions Options(bool forRequest) => forRequest ? ShopJson.Strict : ShopJson.Options;

    private JsonNode Of(Type type, bool nullable, bool innerNull, bool forRequest)
    {
        if (Optional.Inner(type) is { } optional) return Of(optional, innerNull, false, forRequest);
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Of(underlying, true, false, forRequest);
        if (type == typeof(object) || type == typeof(JsonElement) || typeof(JsonNode).IsAssignableFrom(type) || type == typeof(Stream)) return new JsonObject();
        if (type == typeof(Money) || type == typeof(Sku) || type == typeof(Currency)) return Reference(Known(type), nullable);

        if (type == typeof(GroupSet)) return Typed("array", nullable, ("items", new JsonObject { ["type"] = "string", ["pattern"] = GroupSet.CodePattern }));

        JsonTypeInfo info = Options(forRequest).GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => Reference(Component(info, forRequest), nullable),
            JsonTypeInfoKind.Enumerable => Typed("array", nullable, ("items", Of(info.ElementType!, innerNull, false, forRequest))),
            JsonTypeInfoKind.Dictionary => Typed("object", nullable, ("additionalProperties", Of(info.ElementType!, innerNull, false, forRequest))),
            _ => Leaf(info, nullable),
        };
    }

    private string Component(JsonTypeInfo info, bool forRequest)
    {
        if (_names.TryGetValue((info.Type, forRequest), out string? known)) return known;
        string name = Name(info.Type);
        if (forRequest && _answers.Contains(info.Type)) name += "Input";
        if (Components.ContainsKey(name)) name = info.Type.Namespace!.Split('.')[^1] + name;
        if (Components.ContainsKey(name)) throw new InvalidOperationException($"Two types of the API are called {name}; rename {info.Type.FullName}.");
        _names[(info.Type, forRequest)] = name;
        if (!forRequest) _answers.Add(info.Type);

        // The name is taken before the fields are described: types may contain themselves.
        JsonObject schema = [];
        Components[name] = schema;
        if (docs.Summary(info.Type) is { } summary) schema["description"] = summary;
        if (info.PolymorphismOptions is { } kinds)
            schema["anyOf"] = new JsonArray([.. kinds.DerivedTypes.Select(d => Of(d.DerivedType, false, false, forRequest))]);
        else
            Fields(schema, info, forRequest);
        return name;
    }

    private void Fields(JsonObject schema, JsonTypeInfo info, bool forRequest)
    {
        JsonObject properties = [];
        foreach (JsonPropertyInfo property in info.Properties.Where(p => forRequest ? p.Set is not null || p.AssociatedParameter is not null : p.Get is not null))
            properties[property.Name] = Field(property, forRequest);
        schema["type"] = "object";
        schema["properties"] = properties;
        string[] required = [.. info.Properties.Where(p => forRequest ? p.IsRequired : p.Get is not null && p.ShouldSerialize is null).Select(p => p.Name)];
        if (required.Length > 0) schema["required"] = new JsonArray([.. required.Select(r => (JsonNode)r)]);
        if (forRequest) schema["additionalProperties"] = false;
    }

    private JsonNode Field(JsonPropertyInfo property, bool forRequest)
    {
        bool nullable = forRequest ? property.AssociatedParameter?.IsNullable ?? property.IsSetNullable : property.IsGetNullable;
        var schema = (JsonObject)Of(property.PropertyType, nullable && Optional.Inner(property.PropertyType) is null, NullInside.MayBeNull(property), forRequest);
        if (property.AttributeProvider is PropertyInfo declared && docs.Summary(declared) is { } summary) schema["description"] = summary;
        foreach (ValidationAttribute bound in BodyMistakes.BoundsOf(property)) AddBound(schema, bound);
        return schema;
    }

    private static void AddBound(JsonObject schema, ValidationAttribute bound)
    {
        bool list = schema["items"] is not null;
        switch (bound)
        {
            case RangeAttribute range:
                (schema["minimum"], schema["maximum"]) = (JsonSerializer.SerializeToNode(range.Minimum), JsonSerializer.SerializeToNode(range.Maximum));
                break;
            case StringLengthAttribute text:
                if (text.MinimumLength > 0) schema["minLength"] = text.MinimumLength;
                schema["maxLength"] = text.MaximumLength;
                break;
            case MinLengthAttribute least:
                schema[list ? "minItems" : "minLength"] = least.Length;
                break;
            case MaxLengthAttribute most:
                schema[list ? "maxItems" : "maxLength"] = most.Length;
                break;
            case RegularExpressionAttribute pattern:
                schema["pattern"] = $"^(?:{pattern.Pattern})$";
                break;
        }
    }

    private string Known(Type type)
    {
        if (Components.ContainsKey(type.Name)) return type.Name;
        Components[type.Name] = type == typeof(Money)
            ? new JsonObject
            {
                ["description"] = "An exact amount in ISO 4217 minor units, never floating point: 15000000 IDR is Rp150.000.",
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["amount"] = new JsonObject { ["type"] = "integer", ["format"] = "int64", ["minimum"] = -Money.MaxAmount, ["maximum"] = Money.MaxAmount, ["description"] = "Minor units." },
                    ["currency"] = Reference(Known(typeof(Currency)), false),
                },
                ["required"] = new JsonArray("amount", "currency"),
                ["additionalProperties"] = false,
            }
            : type == typeof(Sku)
                ? new JsonObject { ["description"] = "A stock-keeping unit, compared as written.", ["type"] = "string", ["pattern"] = @"^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$" }
                : new JsonObject { ["description"] = "An ISO 4217 code, such as IDR.", ["type"] = "string", ["pattern"] = "^[A-Z]{3}$" };
        return type.Name;
    }

    private static JsonObject Leaf(JsonTypeInfo info, bool nullable)
    {
        if (info.Type == typeof(DateTimeOffset) || info.Type == typeof(DateTime)) return Typed("string", nullable, ("format", "date-time"));
        if (info.Type == typeof(DateOnly)) return Typed("string", nullable, ("format", "date"));
        if (info.Type == typeof(Uri)) return Typed("string", nullable, ("format", "uri-reference"));
        if (info.Type == typeof(long)) return Typed("integer", nullable, ("format", "int64"));
        if (info.Type.IsEnum)
        {
            JsonNode?[] words = [.. Enum.GetNames(info.Type).Select(n => (JsonNode?)JsonNamingPolicy.CamelCase.ConvertName(n))];
            return Typed("string", nullable, ("enum", new JsonArray(nullable ? [.. words, null] : words)));
        }
        // What the exporter writes for a converter it does not know is "anything".
        if (info.GetJsonSchemaAsNode() is not JsonObject schema) return [];
        if (schema["type"] is JsonArray types) schema["type"] = types.First(t => t!.GetValue<string>() != "null")!.DeepClone();
        if (nullable && schema["type"] is { } type) schema["type"] = new JsonArray(type.DeepClone(), "null");
        return schema;
    }

    private static JsonObject Typed(string type, bool nullable, params (string Name, JsonNode Value)[] rest)
    {
        JsonObject schema = new() { ["type"] = nullable ? new JsonArray(type, "null") : type };
        foreach ((string name, JsonNode value) in rest) schema[name] = value;
        return schema;
    }

    private static JsonObject Reference(string name, bool nullable)
    {
        JsonObject reference = new() { ["$ref"] = $"#/components/schemas/{name}" };
        return nullable ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
    }

    /// <summary><c>Page&lt;ProductCard&gt;</c> is <c>ProductCardPage</c>.</summary>
    private static string Name(Type type) => type.IsGenericType
        ? string.Concat(type.GetGenericArguments().Select(Name)) + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]
        : type.Name;
}
