using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Shop.Common;

namespace Shop.Tests.Shape;

/// <summary>One example of docs/tables.md: a fence <c>json Stock StockItem</c> is what a row's <c>Json</c> holds, <c>json Carts Cart sealed</c> what its <c>Sealed</c> opens to, <c>json Emails</c> a row of columns.</summary>
/// <param name="Table">Whose row it is.</param>
/// <param name="Record">What it is read as; <c>null</c> for columns.</param>
internal sealed record TableExample(string Table, string? Record, bool IsSealed, JsonObject Value)
{
    public IEnumerable<string> Members => Value.Select(member => member.Key);
}

/// <summary>The examples of docs/tables.md.</summary>
internal static partial class TableExamples
{
    public static IReadOnlyList<TableExample> Read() =>
    [
        .. Fence().Matches(Repository.Read("docs", "tables.md")).Select(fence => new TableExample(
            fence.Groups["table"].Value, fence.Groups["record"] is { Success: true, Value: var record } ? record : null, fence.Groups["sealed"].Success, Parse(fence.Groups["json"].Value))),
    ];

    /// <summary>The type of that name in the shop.</summary>
    public static Type TypeOf(string record) => typeof(ShopJson).Assembly.GetTypes().Single(type => type.Name == record && type.Namespace?.StartsWith("Shop.", StringComparison.Ordinal) == true);

    /// <summary>Which of a type's members stand in <c>Sealed</c>.</summary>
    public static IEnumerable<string> Personal(Type type) =>
        type.GetProperties().Where(property => property.IsDefined(typeof(PersonalAttribute))).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

    /// <summary>Where two values have other members, but for what they say: <c>/lines/0/title</c>.</summary>
    public static IEnumerable<string> Differences(JsonNode? one, JsonNode? other, string at = "") => (one, other) switch
    {
        (JsonObject a, JsonObject b) => a.Select(m => m.Key).Union(b.Select(m => m.Key), StringComparer.Ordinal)
            .SelectMany(name => a.ContainsKey(name) && b.ContainsKey(name) ? Differences(a[name], b[name], $"{at}/{name}") : [$"{at}/{name}"]),
        (JsonArray a, JsonArray b) => a.Zip(b).SelectMany((pair, i) => Differences(pair.First, pair.Second, $"{at}/{i}")),
        _ => one?.GetValueKind() == other?.GetValueKind() ? [] : [at],
    };

    private static JsonObject Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json)!.AsObject();
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"No JSON: {json}", wrong);
        }
    }

    [GeneratedRegex("^```json (?<table>[A-Z][A-Za-z]+)(?: (?<record>[A-Z][A-Za-z]+))?(?<sealed> sealed)?\n(?<json>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex Fence();
}
