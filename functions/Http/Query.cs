using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Shop.Common;

namespace Shop.Http;

/// <summary>
/// Reads a query string strictly. Ask for every value the function knows, then look at <see cref="Problem"/>: it holds every bad value and
/// every name that was not asked for, each with a pointer such as <c>?limit</c>.
/// </summary>
public sealed class Query
{
    private const int MaxTextLength = 200;
    private const int MostPrefixed = 20, MostValuesPrefixed = 50;
    private readonly HttpRequest _request;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<FieldError> _mistakes = [];
    private readonly List<string> _prefixes = [];

    internal Query(HttpRequest request)
    {
        _request = request;
        // Read by the middleware wherever a token opens an order.
        if (RequestFacts.Of(request.HttpContext).Function?.Caller == Caller.OrderHolder) _known.Add(OrderTokens.QueryName);
    }

    /// <summary>400 with all mistakes; <c>null</c> when there are none.</summary>
    public Problem? Problem
    {
        get
        {
            IEnumerable<FieldError> unknown = _request.Query.Keys
                .Where(name => !_known.Contains(name) && !_prefixes.Any(p => name.Length > p.Length && name.StartsWith(p, StringComparison.Ordinal)))
                .Select(name => new FieldError($"?{name}", "is not a query parameter of this request"));
            FieldError[] all = [.. _mistakes, .. unknown];
            return all.Length == 0 ? null : HttpProblems.Invalid with { Errors = all };
        }
    }

    /// <summary>Trimmed text; <c>null</c> when absent or empty.</summary>
    public string? Text(string name, int maxLength = MaxTextLength) => Read<string?>(name, null, (string text, out string? value) =>
    {
        value = text.Trim() is { Length: > 0 } some ? some : null;
        return text.Length <= maxLength && !text.Any(char.IsControl);
    }, $"must be text of at most {maxLength} characters");

    /// <summary>How many entries a page has: 1 to 100, 20 when absent.</summary>
    public int Limit() => Number("limit", 20, 1, 100);

    public int Number(string name, int fallback, int minimum, int maximum) => Read(name, fallback, (string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= minimum && value <= maximum,
        $"must be a whole number from {minimum} to {maximum}");

    public long? Number(string name, long minimum, long maximum) => Read<long?>(name, null, (string text, out long? value) =>
    {
        bool parsed = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= minimum && number <= maximum;
        value = parsed ? number : null;
        return parsed;
    }, $"must be a whole number from {minimum} to {maximum}");

    /// <summary><c>true</c> or <c>false</c>; <c>null</c> when absent.</summary>
    public bool? Flag(string name) => Read<bool?>(name, null, (string text, out bool? value) =>
    {
        value = text switch { "true" => true, "false" => false, _ => null };
        return value is not null;
    }, "must be true or false");

    /// <summary>One of a few words; the first is the fallback unless another is given.</summary>
    public string OneOf(string name, IReadOnlyList<string> words, string? fallback = null) => Read(name, fallback ?? words[0], (string text, out string value) =>
    {
        value = text;
        return words.Contains(text, StringComparer.Ordinal);
    }, $"must be one of {string.Join(", ", words)}");

    /// <summary>An enum's name in camelCase; <c>null</c> when absent.</summary>
    public T? Choice<T>(string name) where T : struct, Enum => Read<T?>(name, null, (string text, out T? value) =>
    {
        value = Enum.GetValues<T>().Where(v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()) == text).Select(v => (T?)v).FirstOrDefault();
        return value is not null;
    }, $"must be one of {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName))}");

    /// <summary>A calendar day, <c>2026-01-31</c>; <c>null</c> when absent.</summary>
    public DateOnly? Date(string name) => Read<DateOnly?>(name, null, (string text, out DateOnly? value) =>
    {
        bool parsed = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day);
        value = parsed ? day : null;
        return parsed;
    }, "must be a date such as 2026-01-31");

    /// <summary>A moment, RFC 3339 with its offset, in UTC; <c>null</c> when absent.</summary>
    public DateTimeOffset? Time(string name) => Read<DateTimeOffset?>(name, null, (string text, out DateTimeOffset? value) =>
    {
        bool parsed = DateTimeOffset.TryParseExact(text, ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        value = parsed ? time.ToUniversalTime() : null;
        return parsed;
    }, "must be a time such as 2026-01-31T09:30:00Z");

    /// <summary>Where the list goes on: what <see cref="Cursors.Next"/> was given when this cursor was made; <c>null</c> on the first page.</summary>
    public string? Cursor(Cursors cursors) => Read<string?>("cursor", null, (string text, out string? value) => cursors.TryRead(_request, text, out value),
        "is not a cursor of this list; start again without it");

    /// <summary>
    /// All values under names that begin so: <c>option.Color=Red&amp;option.Color=Blue</c> gives <c>Color → [Red, Blue]</c>; at most 20 names, and 50 values of each.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Prefixed(string prefix)
    {
        _prefixes.Add(prefix);
        Dictionary<string, IReadOnlyList<string>> found = new(StringComparer.Ordinal);
        foreach ((string name, StringValues values) in _request.Query)
        {
            if (name.Length <= prefix.Length || !name.StartsWith(prefix, StringComparison.Ordinal)) continue;
            if (values.Any(v => v is not { Length: > 0 and <= MaxTextLength } || v.Any(char.IsControl)) || name.Length > MaxTextLength)
                _mistakes.Add(new FieldError($"?{name}", $"must be text of 1 to {MaxTextLength} characters"));
            else if (values.Count > MostValuesPrefixed)
                _mistakes.Add(new FieldError($"?{name}", $"has more than {MostValuesPrefixed} values"));
            else
                found[name[prefix.Length..]] = [.. values!];
        }
        if (found.Count > MostPrefixed) _mistakes.Add(new FieldError($"?{prefix}*", $"has more than {MostPrefixed} names"));
        return found;
    }

    private delegate bool TryParse<T>(string text, out T value);

    private T Read<T>(string name, T absent, TryParse<T> parse, string rule)
    {
        _known.Add(name);
        // Names are compared as written; the framework's collection ignores case.
        if (!_request.Query.Keys.Contains(name, StringComparer.Ordinal)) return absent;
        StringValues values = _request.Query[name];
        if (values.Count == 1 && parse(values[0] ?? "", out T value)) return value;
        _mistakes.Add(new FieldError($"?{name}", values.Count == 1 ? rule : "must be given once"));
        return absent;
    }
}

public static class QueryReading
{
    public static Query ReadQuery(this HttpRequest request) => new(request);
}
