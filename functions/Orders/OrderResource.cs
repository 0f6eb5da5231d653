using System.Text.Json.Serialization;
using Shop.Common;
using Shop.Payments;
using Shop.Shipping;

namespace Shop.Orders;

/// <summary>An order as its shopper sees it.</summary>
/// <param name="Token">Opens the order; only in the answer to the checkout.</param>
public sealed record OrderResource(
    string Id, string Number, string? InvoiceNumber, OrderStatus Status, PaymentStatus PaymentStatus, FulfilmentStatus FulfilmentStatus, DateTimeOffset PlacedAt, Currency Currency,
    string Email, string? Phone, string? Note, IReadOnlyList<OrderLineResource> Lines, IReadOnlyList<string> Coupons, Totals Totals, Address? ShippingAddress, Address? BillingAddress, ShippingRate? Shipping,
    OrderPaymentResource Payment, IReadOnlyList<ShipmentResource> Shipments, IReadOnlyList<OrderDownload> Downloads, IReadOnlyList<OrderRefund> Refunds, string? Token,
    IReadOnlyList<TimelineEntry> Timeline)
{
    /// <summary>What the tax of the postage was reckoned from; absent where none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaxBasis? ShippingTaxed { get; init; }

    /// <summary>The gift cards and the store credit that pay a part of it, or all of it.</summary>
    public IReadOnlyList<OrderCredit> Credits { get; init; } = [];

    /// <summary>The money that is asked for.</summary>
    public required Money ToPay { get; init; }

    /// <summary>What was accepted with it.</summary>
    public IReadOnlyList<AcceptedTerms> Terms { get; init; } = [];

    /// <summary>What comes back, or came.</summary>
    public IReadOnlyList<OrderReturn> Returns { get; init; } = [];

    /// <summary>By when it is sent and there; null where nothing is shipped, or nobody can say yet.</summary>
    public DeliveryPromise? Promise { get; init; }

    /// <summary>Who else acts is one of the staff, whose names are not the shopper's.</summary>
    private static readonly string[] Words = ["shopper", "system", "provider", "courier"];

    /// <param name="order">What is shown.</param>
    /// <param name="downloads">Its digital goods, once paid.</param>
    /// <param name="token">Only for whoever just checked out.</param>
    public static OrderResource From(Order order, IReadOnlyList<OrderDownload> downloads, string? token = null) => new(
        order.Id, order.Number, order.InvoiceNumber, order.Status, order.PaymentStatus, order.FulfilmentStatus, order.PlacedAt, order.Currency, order.Email, order.Phone, order.Note,
        [.. order.Lines.Select(l => new OrderLineResource(l.Sku, l.Title, l.IsDigital ? OrderLineKind.Digital : OrderLineKind.Physical, l.Quantity, l.UnitPrice, l.Discount, l.Tax, l.Total) { Taxed = l.Taxed })],
        order.Coupon is null ? [] : [order.Coupon], order.Totals, order.ShippingAddress, order.BillingAddress, order.Shipping,
        new OrderPaymentResource(order.Payment.Method, order.Payment.Status, order.Payment.ExpiresAt, order.Payment.Instructions),
        [.. order.Shipments.Select(s => ShipmentResource.From(order, s))],
        downloads, order.Refunds, token,
        [.. order.Timeline.Select(e => new TimelineEntry(e.At, e.Type, e.Text, Array.IndexOf(Words, e.Actor) < 0 ? "staff" : e.Actor))])
    {
        ShippingTaxed = order.ShippingTaxed,
        Credits = order.Credits,
        ToPay = order.Asked(),
        Terms = order.Terms,
        Returns = order.Returns,
        Promise = order.Promise,
    };
}

public enum OrderLineKind { Physical, Digital }

public sealed record OrderLineResource(Sku Sku, string Title, OrderLineKind Kind, int Quantity, Money UnitPrice, Money Discount, Money Tax, Money Total)
{
    /// <summary>What the tax was reckoned from; absent where none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaxBasis? Taxed { get; init; }
}

/// <param name="Instructions">How to pay; null when there is nothing to pay any more.</param>
public sealed record OrderPaymentResource(string Method, OrderPaymentStatus Status, DateTimeOffset? ExpiresAt, PaymentInstructions? Instructions);

/// <param name="Courier"><c>pickup</c> where the buyer collects it.</param>
public sealed record ShipmentResource(string Id, string Courier, string? TrackingNumber, ShipmentStatus Status, IReadOnlyList<TrackingEvent> Events)
{
    /// <summary>What is in it.</summary>
    public IReadOnlyList<ParcelLine> Lines { get; init; } = [];

    /// <summary>By when it is there; null for what is collected.</summary>
    public DateOnly? DeliverBy { get; init; }

    internal static ShipmentResource From(Order order, Shipment shipment) =>
        new(shipment.Id, shipment.Courier, shipment.TrackingNumber, shipment.Status, shipment.Events) { Lines = order.PackedIn(shipment.Id), DeliverBy = shipment.DeliverBy };
}

/// <param name="Url">Redirects to the file for a short while.</param>
public sealed record OrderDownload(string Id, Sku Sku, string Title, string Url, DateTimeOffset ExpiresAt);

/// <param name="Actor"><c>shopper</c>, <c>system</c>, <c>provider</c>, <c>courier</c> or <c>staff</c>.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Type, string Text, string Actor);
