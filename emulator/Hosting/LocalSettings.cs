using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Shop.Emulator.Hosting;

/// <summary>Finds host.json and the settings file as the Functions tools do: beside the app; environment variables win over the file.</summary>
internal static class LocalSettings
{
    /// <summary>Adds local.settings.json, or the sample where there is none, below the environment variables.</summary>
    /// <returns>The name of the file that was used.</returns>
    public static string AddLocalSettings(this IConfigurationBuilder configuration, string folder)
    {
        string name = File.Exists(Path.Combine(folder, "local.settings.json")) ? "local.settings.json" : "local.settings.sample.json";
        string file = Path.Combine(folder, name);
        if (!File.Exists(file)) throw new EmulatorException($"Neither local.settings.json nor local.settings.sample.json is in {folder}.");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            Dictionary<string, string?> values = [];
            if (document.RootElement.TryGetProperty("Values", out JsonElement section))
                foreach (JsonProperty value in section.EnumerateObject())
                    values[value.Name.Replace("__", ":", StringComparison.Ordinal)] = value.Value.ToString();
            configuration.AddInMemoryCollection(values);
            return name;
        }
        catch (JsonException malformed)
        {
            throw new EmulatorException($"{file} is not valid JSON: {malformed.Message}");
        }
    }
}
