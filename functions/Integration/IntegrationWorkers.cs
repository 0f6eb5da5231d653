using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;

namespace Shop.Integration;

public sealed class IntegrationWorkers(JournalStore journal)
{
    /// <summary>Books what earned or moved money.</summary>
    [Function("Accounting")]
    public async Task Book([ServiceBusTrigger("%NamePrefix%-events", "accounting", Connection = "ServiceBus")] ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        using var trace = Tracing.Continue("accounting", ReceivedEvent.TraceOf(message));
        if (Bookkeeping.Book(ReceivedEvent.From(message)) is { } entry) await journal.Add(entry, cancellationToken);
    }
}
