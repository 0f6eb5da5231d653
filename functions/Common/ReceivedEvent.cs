using System.Text.Json;
using Azure.Messaging.ServiceBus;

namespace Shop.Common;

/// <summary>A domain event as a subscriber reads it: the envelope, and the data still as JSON.</summary>
public sealed record ReceivedEvent(string Id, string Type, int Version, string Subject, long Sequence, DateTimeOffset At, JsonElement Data)
{
    /// <exception cref="InvalidDataException">The message is not an event; it ends among the dead letters.</exception>
    public static ReceivedEvent From(ServiceBusReceivedMessage message)
    {
        try
        {
            return JsonSerializer.Deserialize<ReceivedEvent>(message.Body, ShopJson.Options) ?? throw new InvalidDataException("The message is empty.");
        }
        catch (JsonException malformed)
        {
            throw new InvalidDataException("The message is not a domain event.", malformed);
        }
    }

    /// <summary>The trace that the event was published in.</summary>
    public static string? TraceOf(ServiceBusReceivedMessage message) => message.ApplicationProperties.TryGetValue("Diagnostic-Id", out object? trace) ? trace as string : null;

    /// <exception cref="InvalidDataException">The event is of a version that this code does not know.</exception>
    public T DataOf<T>(int version) => Version == version
        ? Data.Deserialize<T>(ShopJson.Options)!
        : throw new InvalidDataException($"The event '{Type}' has version {Version}; version {version} is known.");
}
