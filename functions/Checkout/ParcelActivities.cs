using Microsoft.Azure.Functions.Worker;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>What may happen to a parcel beside its way; each step may run twice.</summary>
public sealed class ParcelActivities(OrderStore orders, ChangeOrder change, ParcelAlerts alerts, TimeProvider clock)
{
    public const string SplitName = "FulfilmentSplitV1";
    public const string MissName = "FulfilmentMissV1";

    /// <summary>Some of a parcel goes in one of its own.</summary>
    [Function(SplitName)]
    public async Task<SplitOutcome> Split([ActivityTrigger] SplitStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.ShipmentId);
        Order order = await change.Run(step.OrderId, $"split-{step.SplitId}", o => SplitOrder.Parts(o, step.ShipmentId, step.Lines) is { } parts ? o.Split(step.ShipmentId, parts, "the shop decided so", step.Actor, clock.GetUtcNow()) : o, cancellationToken);
        IReadOnlyList<string> into = order.SplitFrom(step.ShipmentId);
        if (into.Count > 0) await alerts.Gone(order, step.ShipmentId, cancellationToken);
        return new SplitOutcome(into);
    }

    /// <summary>A day that was promised is over: the customer and staff are told, once.</summary>
    [Function(MissName)]
    public async Task Miss([ActivityTrigger] MissStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.ShipmentId);
        Stored<Order> read = await orders.Find(step.OrderId, cancellationToken) ?? throw new InvalidOperationException($"There is no order {step.OrderId}.");
        Order order = (await change.Run(read, $"miss-{step.ShipmentId}-{step.Kind}", o => o.Miss(step.ShipmentId, step.Kind, clock.GetUtcNow()), cancellationToken)).Value;
        if (order.Missed.FirstOrDefault(m => m.ShipmentId == step.ShipmentId && m.Kind == step.Kind) is { } missed && !order.IsOver) await alerts.Late(order, missed, cancellationToken);
    }
}
