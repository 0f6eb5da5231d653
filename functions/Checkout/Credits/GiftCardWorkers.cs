using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;
using Shop.Storage;

namespace Shop.Checkout;

public sealed class GiftCardWorkers(SoldGiftCards cards, OrderStore orders)
{
    /// <summary>Issues the gift cards that a paid order bought, and stops them while their money is disputed.</summary>
    [Function("GiftCards")]
    public async Task Told([ServiceBusTrigger("%NamePrefix%-events", "credits", Connection = "ServiceBus")] ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        using var trace = Tracing.Continue("gift-cards", ReceivedEvent.TraceOf(message));
        ReceivedEvent told = ReceivedEvent.From(message);
        // The event itself says whether there is anything to do: most orders are not even read.
        bool paid = told.Type == "order.paid" && told.DataOf<OrderPaid>(1).Lines.Any(l => l.GiftCard);
        OrderDisputed? disputed = told.Type == "order.disputed" ? told.DataOf<OrderDisputed>(1) : null;
        if (!paid && disputed is null) return;
        StorageMeter.ChargeTo(told.Subject);
        if (await orders.Find(told.Subject, cancellationToken) is not { Value: { } order }) throw new InvalidOperationException($"{told.Subject} was paid, and is not there.");
        // What the order says of its disputes counts, in whatever order their events come.
        if (paid) await cards.Issue(order, cancellationToken);
        if (order.Disputes.Count > 0) await cards.Disable(order, order.Disputes.Any(d => d.Status != DisputeStatus.Won), cancellationToken);
    }
}
