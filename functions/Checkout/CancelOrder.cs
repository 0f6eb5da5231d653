using System.ComponentModel.DataAnnotations;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Inventory;
using Shop.Orders;

namespace Shop.Checkout;

/// <param name="Reason">For the timeline and the customer.</param>
/// <param name="Lines">Of a paid order: what is not to be sent; all of it when absent.</param>
public sealed record CancelRequest([property: StringLength(200, MinimumLength = 1)] string Reason, [property: MaxLength(100)] IReadOnlyList<RefundedLine>? Lines = null);

/// <summary>
/// Asks an order's orchestration to cancel it, or a part of it: while it waits for its payment, and after that until a courier is called.
/// Only the orchestration moves an order; what was sent in the same moment is sent.
/// </summary>
public sealed class CancelOrder(OrderStore orders)
{
    /// <param name="key">The request's idempotency key.</param>
    public async Task<Result<Order>> Run(string orderId, CancelRequest wanted, string key, string actor, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.Status == OrderStatus.Cancelled) return order;
        if (Check(order, wanted) is { } problem) return problem;
        try
        {
            if (order.IsUnsent)
            {
                string parcel = ShipmentIds.For(orderId, 1);
                var step = new CancelParcelStep(orderId, parcel, RequestIds.Refund(orderId, key), wanted.Lines, wanted.Reason, actor);
                // Between the payment and its parcel lie milliseconds.
                if (await durable.GetInstanceAsync(parcel, cancellationToken) is null) return OrderProblems.Busy;
                await durable.RaiseEventAsync(parcel, CheckoutEvents.Cancel, step, cancellationToken);
            }
            else
            {
                await durable.RaiseEventAsync(orderId, CheckoutEvents.Cancel, new CancelStep(orderId, Expired: false, actor), cancellationToken);
            }
            return order;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The order may have ended at this very moment: its row says how.
            if (await orders.Find(orderId, cancellationToken) is not { Value: { } now } || now.Status == order.Status) throw;
            return now.Status == OrderStatus.Cancelled ? now : OrderProblems.NotCancellable;
        }
    }

    private static Problem? Check(Order order, CancelRequest wanted)
    {
        if (!order.IsUnsold && !order.IsUnsent) return OrderProblems.NotCancellable;
        if (order.IsUnsold || order.IsCash) return wanted.Lines is null ? null : OrderProblems.NotInPart;
        IReadOnlyList<RefundedLine> lines = wanted.Lines ?? [];
        for (int i = 0; i < lines.Count; i++)
        {
            int left = order.Lines.Where(l => l.Sku == lines[i].Sku).Sum(order.ToSend);
            if (lines[i].Quantity < 1 || lines[i].Quantity > left || lines.Take(i).Any(l => l.Sku == lines[i].Sku)) return OrderProblems.RefundTooMuch.At($"/lines/{i}", $"{left} are left to send");
        }
        return null;
    }
}
