using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Shop.Tests.Shape;

/// <summary>local.settings.sample.json is what a new user starts with: it has what is needed and nothing that nobody reads.</summary>
public sealed partial class SettingsTests
{
    private static readonly Dictionary<string, Type> Sections = Repository.Sources("functions")
        .SelectMany(file => AddSettings().Matches(File.ReadAllText(file)))
        .ToDictionary(m => m.Groups[2].Value, m => typeof(ShopApplication).Assembly.GetTypes().Single(t => t.Name == m.Groups[1].Value), StringComparer.Ordinal);

    private static readonly Dictionary<string, string> Sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"))
        .RootElement.GetProperty("Values").EnumerateObject().ToDictionary(v => v.Name, v => v.Value.GetString()!, StringComparer.Ordinal);

    [Fact]
    public void Every_key_is_read_by_somebody()
    {
        string code = string.Concat(Repository.Sources("functions").Select(File.ReadAllText));
        bool Read(string key) => key.Split("__") is [var section, var name]
            ? Sections.TryGetValue(section, out Type? options) && options.GetProperty(name) is not null
            // Flat keys: the Functions host's own, or named by a binding or by the start-up.
            : key == "FUNCTIONS_WORKER_RUNTIME" || code.Contains($"\"{key}\"", StringComparison.Ordinal) || code.Contains($"\"%{key}%\"", StringComparison.Ordinal);

        Assert.Equal([], Sample.Keys.Where(key => !Read(key)));
    }

    [Fact]
    public void Every_setting_without_a_default_is_there()
    {
        string[] needed = [.. from section in Sections
                              from property in section.Value.GetProperties()
                              where property.IsDefined(typeof(RequiredAttribute)) && property.GetValue(Activator.CreateInstance(section.Value)) is null or ""
                              where property.GetCustomAttribute<RequiredAttribute>() is { AllowEmptyStrings: false }
                              select $"{section.Key}__{property.Name}"];

        Assert.NotEmpty(needed);
        Assert.Equal([], needed.Except(Sample.Keys));
    }

    [Fact]
    public void The_sample_itself_is_valid()
    {
        IConfiguration settings = new ConfigurationBuilder().AddInMemoryCollection(Sample.Select(v => KeyValuePair.Create(v.Key.Replace("__", ":", StringComparison.Ordinal), (string?)Answered(v.Value)))).Build();

        foreach ((string section, Type type) in Sections)
        {
            object options = settings.GetSection(section).Get(type, binder => binder.ErrorOnUnknownConfiguration = true) ?? Activator.CreateInstance(type)!;
            Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        }
    }

    [Fact]
    public void No_secret_is_in_it() =>
        Assert.All(Sample.Where(v => v.Key.EndsWith("Secret", StringComparison.Ordinal) || v.Key.EndsWith("Key", StringComparison.Ordinal) || v.Key.EndsWith("Password", StringComparison.Ordinal)),
            v => Assert.Matches("^$|^emulator://|_emulator$", v.Value));

    /// <summary>As the emulator answers its own addresses.</summary>
    private static string Answered(string value) => value switch
    {
        "emulator://secret" => Convert.ToBase64String(new byte[32]),
        "emulator://smtp" => "smtp://127.0.0.1:2525",
        _ => value.Replace("emulator://", "http://127.0.0.1:7071/", StringComparison.Ordinal),
    };

    [GeneratedRegex(@"AddSettings<(\w+)>\(""(\w+)""\)", RegexOptions.None, 1000)]
    private static partial Regex AddSettings();
}
