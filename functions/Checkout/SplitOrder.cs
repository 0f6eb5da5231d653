using System.ComponentModel.DataAnnotations;
using Microsoft.DurableTask.Client;
using Shop.Common;
using Shop.Orders;

namespace Shop.Checkout;

/// <param name="Lines">What goes in a parcel of its own.</param>
public sealed record NewParcel([property: MinLength(1), MaxLength(100)] IReadOnlyList<ParcelLine> Lines);

/// <summary>Asks a parcel's orchestration to send some of it apart; only the orchestration moves an order, and until a courier is called.</summary>
public sealed class SplitOrder(OrderStore orders)
{
    /// <param name="key">The request's idempotency key.</param>
    public async Task<Result<Order>> Run(string orderId, NewParcel wanted, string key, string actor, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (!Ids.IsValid("ord", orderId) || await orders.Find(orderId, cancellationToken) is not { Value: { } order }) return OrderProblems.Unknown;
        if (order.IsCash) return OrderProblems.CashGoesTogether;
        if (order.IsUnsold || order.Unbooked().FirstOrDefault(id => Parts(order, id, wanted.Lines) is not null) is not { } parcel) return OrderProblems.NotPackedTogether.At("/lines", "are not together in a parcel that waits");
        if (await durable.GetInstanceAsync(parcel, cancellationToken) is not { IsCompleted: false }) return OrderProblems.Busy;
        await durable.RaiseEventAsync(parcel, CheckoutEvents.Split, new SplitStep(orderId, parcel, RequestIds.Note(orderId, key), wanted.Lines, actor), cancellationToken);
        return order;
    }

    /// <returns>The two parcels; <c>null</c> where the lines are not in this one, or are all of it.</returns>
    internal static IReadOnlyList<(string? Place, IReadOnlyList<ParcelLine> Lines)>? Parts(Order order, string shipmentId, IReadOnlyList<ParcelLine> apart)
    {
        IReadOnlyList<ParcelLine> packed = order.PackedIn(shipmentId);
        if (apart.DistinctBy(l => l.Sku).Count() != apart.Count || apart.Any(l => l.Quantity < 1 || l.Quantity > packed.Where(p => p.Sku == l.Sku).Sum(p => p.Quantity))) return null;
        ParcelLine[] rest = [.. packed.Select(p => p with { Quantity = p.Quantity - apart.Where(l => l.Sku == p.Sku).Sum(l => l.Quantity) }).Where(p => p.Quantity > 0)];
        string? place = order.Parcels.FirstOrDefault(p => p.Id == shipmentId)?.Place;
        return rest.Length == 0 ? null : [(place, rest), (place, apart)];
    }
}
