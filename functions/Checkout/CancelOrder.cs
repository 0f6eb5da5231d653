using System.ComponentModel.DataAnnotations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Inventory;
using Shop.Orders;
using Shop.Storage;

namespace Shop.Checkout;

/// <param name="Reason">For the timeline and the customer.</param>
/// <param name="Lines">Of a paid order: what is not to be sent; all of it when absent.</param>
public sealed record CancelRequest([property: StringLength(200, MinimumLength = 1)] string Reason, [property: MaxLength(100)] IReadOnlyList<RefundedLine>? Lines = null);

/// <summary>
/// Asks an order's orchestration to cancel it, or a part of it: while it waits for its payment, and after that until a courier is called.
/// Only the orchestration moves an order; what was sent in the same moment is sent. One that lapsed is called off here, for nothing moves it any more.
/// </summary>
public sealed class CancelOrder(OrderStore orders, ChangeOrder change, TimeProvider clock)
{
    public const string CallOffName = "CheckoutCallOffV1";

    /// <param name="key">The request's idempotency key.</param>
    public async Task<Result<Order>> Run(string orderId, CancelRequest wanted, string key, string actor, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        var step = new CancelStep(orderId, Expired: false, actor, wanted.Reason);
        if (order.IsLapsed)
        {
            if (wanted.Lines is not null) return OrderProblems.NotInPart;
            order = await CallOff(step, cancellationToken); // Unless its money came at this very moment.
        }
        if (order.Status == OrderStatus.Cancelled) return order;
        if (Check(order, wanted) is { } problem) return problem;
        try
        {
            if (order.IsUnsent)
            {
                // Between the payment and its parcel lie milliseconds, and between a parcel and those that it becomes.
                CancelParcelStep[] steps = [.. Steps(order, wanted, key, actor)];
                foreach (CancelParcelStep parcel in steps)
                    if (await durable.GetInstanceAsync(parcel.ShipmentId, cancellationToken) is not { IsCompleted: false }) return OrderProblems.Busy;
                foreach (CancelParcelStep parcel in steps) await durable.RaiseEventAsync(parcel.ShipmentId, CheckoutEvents.Cancel, parcel, cancellationToken);
            }
            else
            {
                await durable.RaiseEventAsync(orderId, CheckoutEvents.Cancel, step, cancellationToken);
                // It may have lapsed meanwhile, with nobody there to hear.
                if (await orders.Find(orderId, cancellationToken) is { Value.IsLapsed: true }) return await CallOff(step, cancellationToken);
            }
            return order;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The order may have ended at this very moment: its row says how.
            if (await orders.Find(orderId, cancellationToken) is not { Value: { } now } || now.Status == order.Status) throw;
            return now.Status == OrderStatus.Cancelled ? await CallOff(step, cancellationToken) : OrderProblems.NotCancellable;
        }
    }

    /// <summary>Somebody cancelled an order in the moment in which it lapsed.</summary>
    [Function(CallOffName)]
    public async Task CallOffLapsed([ActivityTrigger] CancelStep step, CancellationToken cancellationToken)
    {
        StorageMeter.ChargeTo(step.OrderId);
        await CallOff(step, cancellationToken);
    }

    /// <summary>One that lapsed stays so; any other is left as it is.</summary>
    private Task<Order> CallOff(CancelStep step, CancellationToken cancellationToken) =>
        change.Run(step.OrderId, "call-off", o => o.CallOffLapsed(step.Reason, step.Actor, clock.GetUtcNow()), cancellationToken);

    /// <summary>A step for each parcel that is not sent, or not as it is.</summary>
    private static IEnumerable<CancelParcelStep> Steps(Order order, CancelRequest wanted, string key, string actor)
    {
        Dictionary<Sku, int>? left = wanted.Lines?.ToDictionary(l => l.Sku, l => l.Quantity);
        foreach (string parcel in order.Unbooked())
        {
            RefundedLine[]? lines = left is null ? null : [.. order.PackedIn(parcel).Select(l => new RefundedLine(l.Sku, Math.Min(l.Quantity, left.GetValueOrDefault(l.Sku)))).Where(l => l.Quantity > 0)];
            foreach (RefundedLine line in lines ?? []) left![line.Sku] -= line.Quantity;
            if (lines is not { Length: 0 }) yield return new CancelParcelStep(order.Id, parcel, RequestIds.Refund(order.Id, order.Parcels.Count > 0 ? $"{key}|{parcel}" : key), lines, wanted.Reason, actor);
        }
    }

    private static Problem? Check(Order order, CancelRequest wanted)
    {
        if (!order.IsUnsold && !order.IsUnsent) return OrderProblems.NotCancellable;
        if (order.IsUnsold || order.IsCash) return wanted.Lines is null ? null : OrderProblems.NotInPart;
        if (order.PaymentStatus == PaymentStatus.Disputed) return OrderProblems.RefundDisputed;
        IReadOnlyList<RefundedLine> lines = wanted.Lines ?? [];
        for (int i = 0; i < lines.Count; i++)
        {
            int left = order.Unbooked().SelectMany(order.PackedIn).Where(l => l.Sku == lines[i].Sku).Sum(l => l.Quantity);
            if (lines[i].Quantity < 1 || lines[i].Quantity > left || lines.Take(i).Any(l => l.Sku == lines[i].Sku)) return OrderProblems.RefundTooMuch.At($"/lines/{i}", $"{left} are left to send");
        }
        return null;
    }
}
