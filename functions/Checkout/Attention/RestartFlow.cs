using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>Begins a flow that stands still anew, with the input that it had: every step knows what was done before, and does it once.</summary>
public sealed class RestartFlow(AttentionStore attention, OrderStore orders)
{
    public async Task<Result<StuckFlow>> Run(string instanceId, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await durable.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken) is not { } flow || !WatchFlows.Ends.Contains(flow.RuntimeStatus) || FulfilmentOrchestration.Is(flow.Name))
            return AttentionProblems.Unknown;
        // A parcel that is still followed would be followed twice.
        if (CheckoutOrchestration.Is(flow.Name))
        {
            IEnumerable<string> parcels = await orders.Find(instanceId, cancellationToken) is { Value.Parcels: { Count: > 0 } several } ? several.Select(p => p.Id) : [ShipmentIds.For(instanceId, 1)];
            foreach (string parcel in parcels)
                if (await durable.GetInstanceAsync(parcel, cancellationToken) is { IsCompleted: false }) return AttentionProblems.ParcelMoves;
        }
        await durable.BeginAnew(flow, WatchFlows.Ends, cancellationToken);
        await attention.Remove(instanceId, cancellationToken);
        return new StuckFlow(instanceId, flow.Name, instanceId.Split(':')[0] is var first && Ids.IsValid("ord", first) ? first : null, flow.LastUpdatedAt);
    }
}

/// <summary>Refusals about flows that stand still.</summary>
public static class AttentionProblems
{
    public static Problem Unknown { get; } = new(404, "attention.unknown", "No such flow stands still.");

    public static Problem ParcelMoves { get; } = new(409, "attention.parcel-moves", "The order's parcel is still being followed: end that first.");
}
