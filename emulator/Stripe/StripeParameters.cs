using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Shop.Emulator.Stripe;

/// <summary>A call's parameters in Stripe's bracket form: <c>amount=100&amp;metadata[order]=A1&amp;payment_method_types[]=card</c>.</summary>
internal sealed class StripeParameters
{
    private readonly List<(string Name, string Value)> _values;

    private StripeParameters(IEnumerable<KeyValuePair<string, StringValues>> pairs) =>
        _values = [.. pairs.SelectMany(pair => pair.Value.Select(value => (pair.Key, value ?? "")))];

    public static async Task<StripeParameters> Read(HttpRequest request, CancellationToken cancellationToken)
    {
        if (HttpMethods.IsGet(request.Method)) return new StripeParameters(request.Query);
        if (request.ContentLength is null or 0 && !request.HasFormContentType) return new StripeParameters([]);
        if (!request.HasFormContentType)
        {
            throw StripeRefusal.Invalid(
                $"Invalid request (check that your POST content type is application/x-www-form-urlencoded). Content type was {request.ContentType}.");
        }
        try
        {
            return new StripeParameters(await request.ReadFormAsync(cancellationToken));
        }
        catch (InvalidDataException malformed)
        {
            throw StripeRefusal.Invalid($"Invalid request: {malformed.Message}");
        }
    }

    /// <summary>Refuses a name that is not among <paramref name="names"/>, as Stripe does.</summary>
    public StripeParameters Only(params ReadOnlySpan<string> names)
    {
        foreach ((string name, _) in _values)
        {
            if (!names.Contains(Root(name)) && Root(name) is not ("expand" or "key" or "_stripe_version"))
                throw StripeRefusal.Invalid($"Received unknown parameter: {Root(name)}", Root(name), "parameter_unknown");
        }
        return this;
    }

    /// <summary>A value, or <c>null</c> where it was not sent.</summary>
    public string? Text(string name)
    {
        string? value = _values.Find(pair => pair.Name == name).Value;
        if (value is { Length: 0 })
        {
            throw StripeRefusal.Invalid(
                $"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; however '{name}' cannot be unset. " +
                $"You should remove '{name}' from your request or supply a non-empty value.", name, "parameter_invalid_empty");
        }
        return value;
    }

    public string Required(string name) => Text(name) ?? throw StripeRefusal.Invalid($"Missing required param: {name}.", name, "parameter_missing");

    public long? Integer(string name) =>
        Text(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value
        : throw StripeRefusal.Invalid($"Invalid integer: {text}", name, "parameter_invalid_integer");

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var other => throw StripeRefusal.Invalid($"Invalid boolean: {other}", name),
    };

    /// <summary>One of some words.</summary>
    public string? Word(string name, params ReadOnlySpan<string> words) =>
        Text(name) is not { } text ? null
        : words.Contains(text) ? text
        : throw StripeRefusal.Invalid($"Invalid {name}: must be one of {string.Join(", ", words.ToArray())}", name);

    /// <summary><c>name[key]=value</c>; an empty value takes the key away.</summary>
    public Dictionary<string, string> Map(string name) =>
        _values.Where(pair => Root(pair.Name) == name && pair.Name.Length > name.Length)
            .GroupBy(pair => pair.Name[(name.Length + 1)..].TrimEnd(']'), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal);

    /// <summary><c>name[]=a&amp;name[]=b</c> or <c>name[0]=a&amp;name[1]=b</c>.</summary>
    public IReadOnlyList<string> Values(string name) => [.. _values.Where(pair => pair.Name.StartsWith(name + "[", StringComparison.Ordinal)).Select(pair => pair.Value)];

    public bool Has(string root) => _values.Exists(pair => Root(pair.Name) == root);

    /// <summary>Equal for equal parameters, in whatever order they were sent.</summary>
    public string Fingerprint()
    {
        var text = new StringBuilder();
        foreach ((string name, string value) in _values.Order()) text.Append(name).Append('\0').Append(value).Append('\0');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Root(string name) => name.IndexOf('[', StringComparison.Ordinal) is var bracket and >= 0 ? name[..bracket] : name;
}
