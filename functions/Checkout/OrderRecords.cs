using Shop.Carts;
using Shop.Common;
using Shop.Customers;
using Shop.Downloads;
using Shop.Orders;
using Shop.Payments;
using Shop.Shipping;
using Shop.Storage;

namespace Shop.Checkout;

/// <summary>
/// A customer's orders, for export and erasure. An order with an invoice is a tax record: it keeps who bought what and where it went, and loses the customer, the
/// e-mail address, the telephone and the note. One without loses everything personal.
/// </summary>
public sealed class OrderRecords(CustomerOrders orders, OrderIndex index, ChangeOrder change, CartStore carts, TransferStore transfers, DownloadGrants downloads, CustomerOptions options, ShopOptions shop, TimeProvider clock) : IPersonalRecords
{
    private const string OrderKind = "order";

    /// <summary>An order that was listed so long ago and is not there never began.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromHours(1);

    public string Name => "orders";

    public async Task<object?> Export(string customerId, CancellationToken cancellationToken)
    {
        List<OrderResource> all = [];
        await foreach ((_, Stored<Order>? order) in orders.Each(customerId, cancellationToken))
            if (order is not null) all.Add(OrderResource.From(order.Value, downloads.For(order.Value)));
        return all;
    }

    public async Task<Problem?> Refuse(string customerId, CancellationToken cancellationToken)
    {
        await foreach ((string id, Stored<Order>? order) in orders.Each(customerId, cancellationToken))
        {
            // An order is listed before its checkout begins: one that is not there yet is about to be.
            if (order is null ? Ids.TimeOf(id) + LongestStart > clock.GetUtcNow() : !order.Value.IsOver) return AccountProblems.OrdersOpen;
        }
        return null;
    }

    public async Task<IReadOnlyList<HeldRecord>> Erase(string customerId, CancellationToken cancellationToken)
    {
        List<HeldRecord> held = [];
        await foreach ((_, Stored<Order>? order) in orders.Each(customerId, cancellationToken))
        {
            if (order is null) continue;
            // One that began since it was asked keeps what it needs to be delivered: the erasure comes again when it is over.
            if (order.Value.IsOver) await index.ForgetBuyer(order.Value, cancellationToken);
            await change.Run(order, "erase", o => o.IsOver ? Strip(o, customerId) : o, cancellationToken);
            await carts.Remove(order.Value.CartId, cancellationToken);
            if (order.Value.IsOver) await RemoveProofs(order.Value, cancellationToken);
            if (order.Value.InvoiceNumber is not null) held.Add(new HeldRecord(OrderKind, order.Value.Id, "tax", HeldUntil(order.Value)));
        }
        return held;
    }

    public async Task Release(HeldRecord held, CancellationToken cancellationToken)
    {
        if (held.Kind == OrderKind) await change.Run(held.Id, "release", o => o with { Buyer = Buyer.Nobody, Shipments = WithoutPersons(o.Shipments), Returns = WithoutPersons(o.Returns) }, cancellationToken);
    }

    /// <summary>Pictures of transfers name who made them; the bank's statement is what the tax office needs.</summary>
    private async Task RemoveProofs(Order order, CancellationToken cancellationToken)
    {
        foreach (OrderPayment payment in (OrderPayment[])[order.Payment, .. order.FormerPayments])
            if (payment is { Kind: PaymentKind.ManualTransfer, Reference: { } reference }) await transfers.RemoveProofs(reference, cancellationToken);
    }

    /// <summary>The end of the year in which the shop's business day was, and the years that the law adds.</summary>
    private DateOnly HeldUntil(Order order)
    {
        var kept = new DateOnly(shop.DayOf(order.PlacedAt).Year + options.TaxRecordYears, 12, 31);
        DateOnly today = shop.DayOf(clock.GetUtcNow());
        return kept < today ? today : kept;
    }

    private static Order Strip(Order order, string customerId) => order.CustomerId != customerId ? order : order with
    {
        CustomerId = null,
        Notes = [],
        Analytics = null,
        Buyer = order.InvoiceNumber is null ? Buyer.Nobody : Buyer.Nobody with { ShippingAddress = WithoutPhone(order.ShippingAddress), BillingAddress = WithoutPhone(order.BillingAddress) },
        Shipments = WithoutPersons(order.Shipments),
        Returns = WithoutPersons(order.Returns),
    };

    private static Address? WithoutPhone(Address? address) => address is null ? null : address with { Phone = "00000" };

    /// <summary>Couriers say who took a parcel in.</summary>
    private static IReadOnlyList<Shipment> WithoutPersons(IReadOnlyList<Shipment> shipments) =>
        [.. shipments.Select(s => s with { Events = [.. s.Events.Select(e => e with { Text = null })] })];

    private static IReadOnlyList<OrderReturn> WithoutPersons(IReadOnlyList<OrderReturn> returns) =>
        [.. returns.Select(r => r with { Comment = null })];
}
