using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;
using Shop.Payments;

namespace Shop.Checkout;

/// <summary>Brings a provider's word of a dispute to the orchestration that follows it, or begins one.</summary>
public sealed class SettleDispute(DisputePorts disputes, OrderStore orders, PaymentEventStore events)
{
    public async Task Run(DisputeChanged message, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        ProviderDispute dispute = await disputes.Of(message.Provider).Find(message.DisputeId, cancellationToken);
        if (dispute.OrderId is not { } orderId || await orders.Find(orderId, cancellationToken) is null)
            throw new InvalidOperationException($"The dispute {dispute.Id} is about {dispute.Reference}, which no order knows.");
        var step = new DisputeStep(orderId, dispute.Provider, dispute.Id);
        string id = DisputeOrchestration.Id(orderId, dispute.Id);
        if (!await durable.StartOnce(DisputeOrchestration.Name, id, step, cancellationToken) && await durable.GetInstanceAsync(id, cancellationToken) is { IsCompleted: false })
            await durable.RaiseEventAsync(id, CheckoutEvents.Dispute, step, cancellationToken);
        await events.Finish(message.Provider, message.EventId, cancellationToken);
    }
}
