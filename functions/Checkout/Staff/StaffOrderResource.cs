using Shop.Common;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>An order in the list of staff.</summary>
public sealed record StaffOrderSummary(string Id, string Number, OrderStatus Status, PaymentStatus PaymentStatus, FulfilmentStatus FulfilmentStatus, DateTimeOffset PlacedAt, string Email, Money Total, string PaymentMethod)
{
    public static StaffOrderSummary From(Order order) => new(
        order.Id, order.Number, order.Status, order.PaymentStatus, order.FulfilmentStatus, order.PlacedAt, order.Email, order.Totals.Total, order.Payment.Method);
}

/// <summary>An order as staff see it.</summary>
/// <param name="Order">As its shopper sees it.</param>
/// <param name="Payments">Every way to pay that was opened, oldest first, without its instructions.</param>
/// <param name="Kept">What it was paid, less what goes back.</param>
/// <param name="Notes">For staff only.</param>
/// <param name="Timeline">With who did what.</param>
public sealed record StaffOrderResource(OrderResource Order, string? CustomerId, IReadOnlyList<OrderPayment> Payments, Money Kept, IReadOnlyList<OrderNote> Notes, IReadOnlyList<OrderEvent> Timeline)
{
    /// <summary>The orchestration with its version that it began with; absent in orders from before it was kept.</summary>
    public string? Flow { get; init; }

    /// <summary>Who looks, or looked, at the order before it was accepted.</summary>
    public OrderReview? Review { get; init; }

    /// <summary>What its buyer told their bank.</summary>
    public IReadOnlyList<OrderDispute> Disputes { get; init; } = [];

    /// <summary>What couriers collected and remitted.</summary>
    public IReadOnlyList<CashReceipt> Cash { get; init; } = [];

    /// <summary>What goes in which parcel, booked or not; none where everything goes in one.</summary>
    public IReadOnlyList<PlannedParcel> Parcels { get; init; } = [];

    /// <summary>Promises that were not kept.</summary>
    public IReadOnlyList<MissedPromise> Missed { get; init; } = [];

    public static StaffOrderResource From(Order order, IReadOnlyList<OrderDownload> downloads) => new(
        OrderResource.From(order, downloads), order.CustomerId, [.. order.FormerPayments.Append(order.Payment).Select(p => p with { Instructions = null })], order.Kept(), order.Notes, order.Timeline)
    {
        Flow = order.Flow,
        Review = order.Review,
        Disputes = order.Disputes,
        Cash = order.Cash,
        Parcels = order.Parcels,
        Missed = order.Missed,
    };
}

/// <summary>An order as it was at a moment.</summary>
/// <param name="Status">Of the last entry; absent where entries did not keep it yet.</param>
/// <param name="Entries">Until then, oldest first.</param>
public sealed record OrderHistoryResource(DateTimeOffset AsOf, OrderStatus? Status, PaymentStatus? PaymentStatus, FulfilmentStatus? FulfilmentStatus, IReadOnlyList<OrderEvent> Entries)
{
    public static OrderHistoryResource From(Order order, DateTimeOffset asOf)
    {
        OrderEvent[] until = [.. order.Timeline.Where(e => e.At <= asOf)];
        OrderEvent? last = until.LastOrDefault();
        return new OrderHistoryResource(asOf, last?.Status, last?.PaymentStatus, last?.FulfilmentStatus, until);
    }
}
