namespace Shop.Catalog;

/// <summary>One text in several languages, by language tag: <c>{"id":"Ukuran","en":"Size"}</c>.</summary>
public sealed class LocalText() : SortedDictionary<string, string>(StringComparer.Ordinal)
{
    /// <summary>The text in this language, or in the shop's own where it was not translated.</summary>
    public string In(string locale, string fallback) =>
        TryGetValue(locale, out string? text) || TryGetValue(fallback, out text) ? text : Values.FirstOrDefault() ?? "";
}
