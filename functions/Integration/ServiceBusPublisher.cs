using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Shop.Common;

namespace Shop.Integration;

/// <summary>Puts domain events on the topic <c>{prefix}-events</c>. The MessageId is the event's id, so the topic drops repeats.</summary>
public sealed class ServiceBusPublisher(ServiceBusSender topic) : IEventPublisher
{
    public Task Publish(IReadOnlyCollection<DomainEvent> events, CancellationToken cancellationToken) =>
        topic.SendMessagesAsync(events.Select(ToMessage), cancellationToken);

    private static ServiceBusMessage ToMessage(DomainEvent told)
    {
        var message = new ServiceBusMessage(BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(told, ShopJson.Options)))
        {
            MessageId = told.Id,
            Subject = told.Type,
            ContentType = "application/json",
        };
        message.ApplicationProperties["version"] = told.Version;
        message.ApplicationProperties["aggregate"] = told.Subject;
        message.ApplicationProperties["sequence"] = told.Sequence;
        // The name under which Service Bus itself carries a W3C trace.
        if (Tracing.Parent is { } parent) message.ApplicationProperties["Diagnostic-Id"] = parent;
        return message;
    }
}
