using Shop.Common;
using Shop.Orders;

namespace Shop.Checkout;

/// <summary>Which days the shop promises: it works on working days, and so do couriers.</summary>
public sealed class PromiseDates(CheckoutOptions options, ShopOptions shop)
{
    /// <summary>Of an order that is sold now, and whose goods are there.</summary>
    public DeliveryPromise? Of(Order order, DateTimeOffset now)
    {
        if (order.Shipping is not { } shipping) return null;
        DateOnly ship = options.Workday(shop.DayOf(now), options.HandlingDays);
        return new DeliveryPromise(ship, order.IsPickup ? null : options.Workday(ship, shipping.EstimatedDays.Max));
    }

    /// <summary>Of a parcel that is booked now: what was promised with the order, or what can be said now that its goods have come.</summary>
    public DateOnly? DeliverBy(Order order, DateTimeOffset now) => (order.Promise ?? Of(order, now))?.DeliverBy;

    public DateTimeOffset EndOf(DateOnly day) => shop.StartOf(day.AddDays(1));
}
