using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Storage;

namespace Shop.Integration;

public sealed class IntegrationWorkers(JournalStore journal, SendMeasurement measure)
{
    /// <summary>Books what earned or moved money.</summary>
    [Function("Accounting")]
    public async Task Book([ServiceBusTrigger("%NamePrefix%-events", "accounting", Connection = "ServiceBus")] ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        using var trace = Tracing.Continue("accounting", ReceivedEvent.TraceOf(message));
        ReceivedEvent told = ReceivedEvent.From(message);
        StorageMeter.ChargeTo(told.Subject);
        if (Bookkeeping.Book(told) is { } entry) await journal.Add(entry, cancellationToken);
    }

    /// <summary>Tells the collector of measurements what shoppers agreed to.</summary>
    [Function("Analytics")]
    public async Task Measure([ServiceBusTrigger("%NamePrefix%-events", "analytics", Connection = "ServiceBus")] ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        using var trace = Tracing.Continue("analytics", ReceivedEvent.TraceOf(message));
        ReceivedEvent told = ReceivedEvent.From(message);
        StorageMeter.ChargeTo(told.Subject);
        await measure.Run(told, cancellationToken);
    }
}
