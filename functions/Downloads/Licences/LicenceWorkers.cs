using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Downloads;

public sealed class LicenceWorkers(AssignLicences assign)
{
    /// <summary>Gives a paid order its licence keys; those that it waited for while a bank decided, when the shop was right.</summary>
    [Function("AssignLicences")]
    public async Task Paid([ServiceBusTrigger("%NamePrefix%-events", "downloads", Connection = "ServiceBus")] ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        using var trace = Tracing.Continue("assign-licences", ReceivedEvent.TraceOf(message));
        ReceivedEvent told = ReceivedEvent.From(message);
        // The event itself says whether there is anything to do: most orders are not even read.
        bool paid = told.Type == "order.paid" && told.DataOf<OrderPaid>(1).Lines.Any(l => l.Licensed);
        if (!paid && !(told.Type == "order.disputed" && told.DataOf<OrderDisputed>(1).Status == DisputeStatus.Won)) return;
        StorageMeter.ChargeTo(told.Subject);
        await assign.Run(told.Subject, cancellationToken);
    }

    /// <summary>Serves those who wait for keys that were put in.</summary>
    [Function("ServeLicences")]
    public async Task Filled([QueueTrigger("%NamePrefix%-licences")] string message, CancellationToken cancellationToken)
    {
        PoolFilled filled = QueueMessages.Read<PoolFilled>(message, PoolFilled.Name, 1);
        using var trace = Tracing.Continue("serve-licences", filled.Traceparent);
        await assign.Serve(filled.Sku, cancellationToken);
    }
}
