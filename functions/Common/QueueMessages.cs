using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Shop.Common;

/// <summary>Messages in queues say what they are and in which version; one that nobody knows ends among the poison, never unseen.</summary>
public static class QueueMessages
{
    /// <exception cref="InvalidDataException">The message is of another type or version, or not one at all.</exception>
    public static T Read<T>(string text, string type, int version) =>
        TryRead(text, type, version, out T? message) ? message : throw new InvalidDataException($"The message is not a '{type}' of version {version}.");

    /// <summary><c>false</c> for another type or version: for queues in which an older version may still wait.</summary>
    public static bool TryRead<T>(string text, string type, int version, [NotNullWhen(true)] out T? message)
    {
        message = default;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("type", out JsonElement t) && t.GetString() == type
                && root.TryGetProperty("version", out JsonElement v) && v.TryGetInt32(out int number) && number == version)
                message = root.Deserialize<T>(ShopJson.Options);
            return message is not null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // Not handed on as a cause: the parser quotes the message, and the log would show whom a mail was for.
            return false;
        }
    }
}
