using Microsoft.Extensions.Configuration;

namespace Shop.Emulator.Hosting;

/// <summary>
/// Settings whose value is <c>emulator://name</c> are answered by the emulator: <c>app</c> (the shop's own URL), <c>stripe</c>,
/// <c>midtrans</c>, <c>courier</c>, <c>analytics</c>, <c>smtp</c>, <c>servicebus</c> (a connection string) and <c>secret</c> (made once, kept
/// with the data, another for every setting).
/// </summary>
internal sealed class EmulatorAddresses(string baseUrl)
{
    private const string Scheme = "emulator://";
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal) { ["app"] = baseUrl };

    /// <summary>The shop's URL, such as <c>http://127.0.0.1:7071</c>, without a slash at the end.</summary>
    public string BaseUrl { get; } = baseUrl;

    public void Add(string name, string address) => _known.Add(name, address);

    /// <summary>The settings that ask for an address, answered.</summary>
    /// <exception cref="EmulatorException">A setting asks for a name that the emulator does not have.</exception>
    public Dictionary<string, string?> Answer(IConfiguration configuration, Func<string, string> secret)
    {
        var answers = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach ((string key, string? value) in configuration.AsEnumerable())
        {
            if (value is null || !value.StartsWith(Scheme, StringComparison.Ordinal)) continue;
            string name = value[Scheme.Length..];
            answers[key] = name == "secret" ? secret(key)
                : _known.TryGetValue(name, out string? address) ? address
                : throw new EmulatorException($"Setting {key} asks for {value}; the emulator has {string.Join(", ", _known.Keys.Append("secret").Select(k => Scheme + k))}.");
        }
        return answers;
    }
}
